import type { Zyx } from '../volume/volume.ts';
import type { ArchitectureSettings } from './schema/configuration.ts';

/** One resolution of a network. */
export interface LevelFacts {
  /** Downsampling [z, y, x] from the input to this level. */
  readonly scale: Zyx;
  /** Feature channels; their mean where layers differ. */
  readonly features: number;
  /** Layers (convolution, normalisation, activation) at this level, encoder and decoder together. */
  readonly layers: number;
  /** Weights of the convolutions at this level, roughly; for memory estimates only. */
  readonly weights: number;
}

/** What a network asks of its input, known without building it. */
export interface ArchitectureFacts {
  readonly channels: number;
  readonly classes: number;
  /** Input sizes [z, y, x] must be multiples of these. */
  readonly cropMultiple: Zyx;
  /** Smallest input [z, y, x] in voxels. */
  readonly minimumCrop: Zyx;
  /** Voxels [z, y, x] that the output is smaller than the input. */
  readonly shrinkage: Zyx;
  /** Full resolution first. */
  readonly levels: readonly LevelFacts[];
}

/** Residual blocks of nnU-Net's encoder by level, where the configuration gives none. */
export const RESIDUAL_BLOCKS = [1, 3, 4, 6, 6, 6, 6, 6];

/** Facts about an architecture; undefined for plugins, of which only the built network knows. */
export function architectureFacts(
  architecture: ArchitectureSettings,
  channels: number,
  classes: number,
): ArchitectureFacts | undefined {
  const ends = { channels, classes };
  switch (architecture.name) {
    case 'unet3d':
    case 'unet2d': {
      const flat = architecture.name === 'unet2d';
      const kernel = architecture.kernel_size ** (flat ? 2 : 3);
      const strides = repeat<Zyx>(flat ? [1, 2, 2] : [2, 2, 2], architecture.levels - 1);
      return unet(strides, ends, (level, scale, last) => {
        const features = architecture.features * 2 ** level;
        const layers = last ? 2 : 6;
        return { scale, features, layers, weights: layers * kernel * features ** 2 };
      });
    }
    case 'plain_unet':
    case 'residual_unet': {
      const strides = Array.from(
        { length: architecture.levels - 1 },
        (_, index): Zyx => architecture.strides?.[index] ?? [2, 2, 2],
      );
      return unet(strides, ends, (level, scale, last) => {
        const features = Math.min(architecture.features * 2 ** level, architecture.max_features);
        const encoder =
          architecture.name === 'plain_unet'
            ? architecture.convolutions
            : 2 * (architecture.blocks?.[level] ?? RESIDUAL_BLOCKS[level]) + 1;
        const decoder = architecture.name === 'plain_unet' ? architecture.convolutions : 1;
        // The concatenation with the skip has twice the features, and so has the convolution after it.
        const layers = encoder + (last ? 0 : 1 + 2 + decoder);
        return {
          scale,
          features,
          layers,
          weights: (encoder + (last ? 0 : decoder + 1)) * 27 * features ** 2,
        };
      });
    }
    case 'basic': {
      const lost = 14 * (architecture.kernel_size - 1);
      const mean = architecture.features.reduce((sum, features) => sum + features, 0) / 8;
      const weights = 8 * architecture.kernel_size ** 3 * mean ** 2;
      return {
        ...ends,
        cropMultiple: [1, 1, 1],
        minimumCrop: [lost + 1, lost + 1, lost + 1],
        shrinkage: [lost, lost, lost],
        levels: [{ scale: [1, 1, 1], features: mean, layers: 8, weights }],
      };
    }
    case 'plugin':
      return undefined;
  }
}

/** Size [z, y, x] of the feature maps at each level for an input of a valid size. */
export function levelShapes(facts: ArchitectureFacts, crop: Zyx): Zyx[] {
  return facts.levels.map(({ scale }) => perAxis(axis => Math.ceil(crop[axis] / scale[axis])));
}

/** Size [z, y, x] of the output for an input of a valid size. */
export function outputSize(facts: ArchitectureFacts, crop: Zyx): Zyx {
  return perAxis(axis => crop[axis] - facts.shrinkage[axis]);
}

/** True where a network can take an input of this size. */
export function isValidCrop(facts: ArchitectureFacts, crop: Zyx): boolean {
  return [0, 1, 2].every(
    axis => crop[axis] % facts.cropMultiple[axis] === 0 && crop[axis] >= facts.minimumCrop[axis],
  );
}

/** The valid size nearest to a crop's, axis by axis; the larger one where two are equally near. */
export function nearestValidCrop(facts: ArchitectureFacts, crop: Zyx): Zyx {
  return perAxis(axis => {
    const multiple = facts.cropMultiple[axis];
    const least = Math.ceil(facts.minimumCrop[axis] / multiple) * multiple;
    return Math.max(least, Math.round(crop[axis] / multiple) * multiple);
  });
}

function unet(
  strides: readonly Zyx[],
  ends: { channels: number; classes: number },
  levelOf: (level: number, scale: Zyx, last: boolean) => LevelFacts,
): ArchitectureFacts {
  const scales: Zyx[] = [[1, 1, 1]];
  for (const stride of strides) {
    const above = scales[scales.length - 1];
    scales.push(perAxis(axis => above[axis] * stride[axis]));
  }
  const cropMultiple = scales[scales.length - 1];
  return {
    ...ends,
    cropMultiple,
    minimumCrop: cropMultiple,
    shrinkage: [0, 0, 0],
    levels: scales.map((scale, level) => levelOf(level, scale, level === scales.length - 1)),
  };
}

function perAxis(value: (axis: 0 | 1 | 2) => number): Zyx {
  return [value(0), value(1), value(2)];
}

function repeat<T>(value: T, count: number): T[] {
  return Array.from({ length: count }, () => value);
}
