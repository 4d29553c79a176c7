import { architectureShape } from './architecture-shape.ts';
import { channels } from './channels.ts';
import type { Check } from './check.ts';
import { classWeights } from './class-weights.ts';
import { cropSize } from './crop-size.ts';
import { files } from './files.ts';
import { mirroring } from './mirroring.ts';
import { normalizationChannels } from './normalization-channels.ts';
import { pluginDefinitions } from './plugin-definitions.ts';
import { schedule } from './schedule.ts';
import { search } from './search.ts';
import { splits } from './splits.ts';
import { stepMemory } from './step-memory.ts';
import { stepOrder } from './step-order.ts';
import { structureNames } from './structure-names.ts';
import { structureReferences } from './structure-references.ts';
import { tiling } from './tiling.ts';

/** All checks beyond the schema. */
export const CHECKS: readonly Check[] = [
  files,
  channels,
  structureNames,
  splits,
  normalizationChannels,
  stepOrder,
  cropSize,
  classWeights,
  mirroring,
  architectureShape,
  schedule,
  tiling,
  structureReferences,
  pluginDefinitions,
  search,
  stepMemory,
];
