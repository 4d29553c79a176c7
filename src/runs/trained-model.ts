import type { SegmentationConfiguration } from '../config/schema/configuration.ts';
import { buildModel, type ModelBuilder } from '../models/build-model.ts';
import type { SegmentationModel } from '../models/model.ts';

/** The network of a configuration for its channels and structures. */
export function modelOf(
  settings: SegmentationConfiguration,
  plugins: ReadonlyMap<string, ModelBuilder>,
): SegmentationModel {
  const sizes = {
    channels: settings.dataset.channels.length,
    classes: settings.dataset.structures.length + 1,
  };
  return buildModel(settings.architecture, sizes, plugins);
}
