import { estimateStepMemory, formatBytes } from '../memory.ts';
import type { SegmentationConfiguration } from '../schema/configuration.ts';
import type { Check } from './check.ts';

/** A training step that likely does not fit into memory. */
export const stepMemory: Check<SegmentationConfiguration> = (settings, { memoryBytes }) => {
  const estimate = estimateStepMemory(settings);
  if (estimate === undefined || estimate.total <= memoryBytes) return [];
  return [
    {
      severity: 'warning',
      code: 'memory',
      message: `one training step needs about ${formatBytes(estimate.total)}, but there are ${formatBytes(memoryBytes)}`,
      remedy: settings.training.recompute
        ? 'Lower `sampling.crop_size`, `training.batch_size` or `architecture.features`.'
        : 'Set `training.recompute: true`, or lower `sampling.crop_size`, `training.batch_size` or `architecture.features`.',
      path: ['sampling', 'crop_size'],
      related: [
        { message: 'the batch size', path: ['training', 'batch_size'] },
        { message: 'the architecture', path: ['architecture'] },
      ],
    },
  ];
};
