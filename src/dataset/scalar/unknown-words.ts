import type { ScalarDatasetSettings } from '../../config/schema/configuration.ts';
import type { Fault } from '../../foundation/fault.ts';
import type { Finding, Split } from '../dataset.ts';
import { findingOf } from '../findings.ts';
import { gather } from '../reading.ts';
import { visitsOf } from '../visits.ts';
import { encodeFeatures, fitFeatures } from './feature-encoder.ts';

/** Words of validation and test subjects that no training subject has: a network cannot be given them. */
export function unknownWords(split: Split, features: ScalarDatasetSettings['features']): Finding[] {
  const encoding = fitFeatures(split.train, features);
  const faults: Fault[] = [];
  for (const { values, place } of [...split.validation, ...split.test].flatMap(visitsOf))
    gather(faults, () => encodeFeatures(encoding, values, place));
  return faults.flatMap(fault => findingOf(fault, {}));
}
