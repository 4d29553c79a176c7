import type { DatasetSettings } from '../config/schema/configuration.ts';
import { Fault, type Faults } from '../foundation/fault.ts';
import type { Finding, LoadedSubject, Subject } from './dataset.ts';
import { examineSubject } from './examine-subject.ts';
import { asOneError } from './reading.ts';

/**
 * Reads all volumes of a subject, checked to lie on one grid: images in float32 as stored, structures as classes in
 * the order of the configuration.
 * @throws Fault or Faults: everything that is wrong with the subject, each with file and remedy.
 */
export async function loadSubject(subject: Subject, settings: DatasetSettings): Promise<LoadedSubject> {
  const { loaded, findings } = await examineSubject(subject, settings);
  if (loaded !== undefined) return loaded;
  throw faultOf(subject, findings);
}

/** The errors among the findings of a subject as what is thrown; undefined where there is none. */
export function faultOf(subject: Subject, findings: readonly Finding[]): Fault | Faults | undefined {
  const faults = findings
    .filter(({ severity }) => severity === 'error')
    .map(({ message, place, remedy }) => new Fault(message, { place, remedy }));
  return faults.length === 0
    ? undefined
    : asOneError(`${faults.length} faults in the subject "${subject.id}"`, faults);
}
