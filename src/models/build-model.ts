import type { ArchitectureSettings } from '../config/schema/configuration.ts';
import { Fault } from '../foundation/fault.ts';
import { basic } from './architectures/basic.ts';
import { innereyeUnet } from './architectures/innereye-unet.ts';
import { nnUnet } from './architectures/nnunet.ts';
import type { NetworkWeights, SegmentationModel } from './model.ts';

/** Networks of `plugins`, by the name of their definition. */
export type ModelBuilder = (
  options: Record<string, unknown>,
  sizes: { channels: number; classes: number },
) => SegmentationModel;

/**
 * The network that a configuration describes.
 * @param sizes channels of the input; classes with the background.
 * @throws Fault where the architecture is a plugin's that no module defines.
 */
export function buildModel(
  settings: ArchitectureSettings,
  sizes: { channels: number; classes: number },
  plugins: ReadonlyMap<string, ModelBuilder> = new Map(),
): SegmentationModel {
  switch (settings.name) {
    case 'unet3d':
    case 'unet2d':
      return innereyeUnet({
        ...sizes,
        features: settings.features,
        levels: settings.levels,
        kernelSize: settings.kernel_size,
        flat: settings.name === 'unet2d',
      });
    case 'basic':
      return basic({ ...sizes, features: settings.features, kernelSize: settings.kernel_size });
    case 'plain_unet':
    case 'residual_unet':
      return nnUnet({
        ...sizes,
        features: settings.features,
        levels: settings.levels,
        maxFeatures: settings.max_features,
        normalization: settings.normalization,
        strides: settings.strides,
        deepSupervision: settings.deep_supervision,
        encoder:
          settings.name === 'plain_unet'
            ? { kind: 'plain', convolutions: settings.convolutions }
            : { kind: 'residual', blocks: settings.blocks },
      });
    case 'plugin': {
      const build = plugins.get(settings.definition);
      if (!build) {
        throw new Fault(`no plugin defines the architecture "${settings.definition}"`, {
          remedy: `Known: ${[...plugins.keys()].join(', ') || 'none'}. List the module that defines it under "plugins".`,
        });
      }
      return build(settings, sizes);
    }
  }
}

/** Number of trained weights. */
export function parameterCount(model: NetworkWeights): number {
  return model.parameters.reduce((sum, parameter) => sum + parameter.size, 0);
}
