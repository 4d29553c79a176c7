import type {
  Configuration,
  ScalarConfiguration,
  SegmentationConfiguration,
} from '../schema/configuration.ts';
import { architectureShape, encoderShape } from './architecture-shape.ts';
import { channels } from './channels.ts';
import type { Check, CheckFinding, Surroundings } from './check.ts';
import { classWeights } from './class-weights.ts';
import { cropSize } from './crop-size.ts';
import { devices } from './devices.ts';
import { encoderInput } from './encoder-input.ts';
import { files } from './files.ts';
import { frozenParts } from './frozen.ts';
import { mirroring } from './mirroring.ts';
import { normalizationChannels } from './normalization-channels.ts';
import { pluginDefinitions } from './plugin-definitions.ts';
import { scalarInput } from './scalar-input.ts';
import { schedule } from './schedule.ts';
import { search } from './search.ts';
import { sequence } from './sequence.ts';
import { splits } from './splits.ts';
import { stepMemory } from './step-memory.ts';
import { stepOrder } from './step-order.ts';
import { structureNames } from './structure-names.ts';
import { structureReferences } from './structure-references.ts';
import { tiling } from './tiling.ts';

const OF_ALL_TASKS: readonly Check[] = [
  files,
  splits,
  normalizationChannels,
  stepOrder,
  schedule,
  devices,
  frozenParts,
  pluginDefinitions,
  search,
];

const OF_SEGMENTATION: readonly Check<SegmentationConfiguration>[] = [
  channels,
  structureNames,
  cropSize,
  classWeights,
  mirroring,
  architectureShape,
  tiling,
  structureReferences,
  stepMemory,
];

const OF_OTHER_TASKS: readonly Check<ScalarConfiguration>[] = [
  scalarInput,
  encoderShape,
  encoderInput,
  sequence,
];

/** All that is wrong beyond the schema. */
export function checkSettings(settings: Configuration, surroundings: Surroundings): CheckFinding[] {
  const findings = OF_ALL_TASKS.flatMap(check => check(settings, surroundings));
  return [
    ...findings,
    ...(settings.task === 'segmentation'
      ? OF_SEGMENTATION.flatMap(check => check(settings, surroundings))
      : OF_OTHER_TASKS.flatMap(check => check(settings, surroundings))),
  ];
}
