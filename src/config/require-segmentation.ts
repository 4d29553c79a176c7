import { Fault } from '../foundation/fault.ts';
import type { Configuration, SegmentationConfiguration } from './schema/configuration.ts';

/**
 * The settings of a segmentation, for what makes sense for nothing else.
 * @throws Fault where they are of another task.
 */
export function requireSegmentation(settings: Configuration): SegmentationConfiguration {
  if (settings.task === 'segmentation') return settings;
  throw new Fault(`this works on segmentations, and the configuration is for a ${settings.task}`, {
    remedy: 'Name a configuration or run with `task: segmentation`.',
  });
}
