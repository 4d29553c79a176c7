import { voxelCount, type Zyx } from '../volume/volume.ts';
import { type Fingerprint, quantile } from './fingerprint.ts';

/** What nnU-Net's rules make of a data set and a machine. Sizes are [z, y, x]. */
export interface Plan {
  readonly spacing: Zyx;
  /** Median shape after resampling. */
  readonly shape: Zyx;
  readonly crop: Zyx;
  readonly levels: number;
  /** Downsampling into each further level. */
  readonly strides: readonly Zyx[];
  readonly anisotropic: boolean;
  readonly batchSize: number;
  readonly features: number;
}

/** Voxels of a crop that one step of a CPU can do in about a second with 16 features. */
const CROP_VOXELS = 64 ** 3;
/** nnU-Net halves an axis as long as four voxels stay. */
const LEAST_EXTENT = 4;
const MOST_LEVELS = 5;
/** nnU-Net calls an axis coarse whose spacing is three times that of the others. */
const COARSE = 3;

const zyx = (values: readonly number[]): Zyx => [values[0]!, values[1]!, values[2]!];
const AXES = [0, 1, 2] as const;

/**
 * nnU-Net's rules (Isensee et al., Nature Methods 2021): the median spacing, on a coarse axis the tenth percentile; a
 * crop with the median shape's proportions; halving while four voxels stay and the axis is not coarser than the others.
 */
export function planTraining(fingerprint: Fingerprint): Plan {
  const axis = (values: readonly Zyx[], index: number) => values.map(value => value[index]!);
  const median = zyx(AXES.map(index => quantile(axis(fingerprint.spacings, index), 0.5)));
  const coarse = median.indexOf(Math.max(...median));
  const others = median.filter((_, index) => index !== coarse);
  const anisotropic = median[coarse]! > COARSE * Math.max(...others);
  const spacing = zyx(
    AXES.map(index =>
      anisotropic && index === coarse
        ? Math.max(Math.max(...others), quantile(axis(fingerprint.spacings, index), 0.1))
        : median[index]!,
    ).map(value => Number(value.toFixed(3))),
  );
  const shape = zyx(
    AXES.map(index => {
      const extents = fingerprint.shapes.map(
        (value, subject) => (value[index]! * fingerprint.spacings[subject]![index]!) / spacing[index]!,
      );
      return Math.max(1, Math.round(quantile(extents, 0.5)));
    }),
  );
  const { strides, levels } = planLevels(cropWithin(shape), spacing);
  const multiple = zyx(AXES.map(index => strides.reduce((product, stride) => product * stride[index]!, 1)));
  const crop = zyx(
    cropWithin(shape).map((extent, index) => Math.ceil(extent / multiple[index]!) * multiple[index]!),
  );
  return {
    spacing,
    shape,
    crop,
    levels,
    strides,
    anisotropic: strides.some(stride => stride.some(step => step === 1)),
    batchSize: voxelCount(crop) * 2 <= CROP_VOXELS ? 2 : 1,
    features: 16,
  };
}

/** A crop with the shape's proportions and at most so many voxels as a step can do. */
function cropWithin(shape: Zyx): Zyx {
  const scale = Math.min(1, Math.cbrt(CROP_VOXELS / voxelCount(shape)));
  return zyx(shape.map(extent => Math.max(LEAST_EXTENT, Math.round(extent * scale))));
}

function planLevels(crop: Zyx, spacing: Zyx): { strides: Zyx[]; levels: number } {
  const strides: Zyx[] = [];
  let size = [...crop];
  let now = [...spacing];
  while (strides.length < MOST_LEVELS - 1) {
    const finest = Math.min(...now);
    const stride = AXES.map(index => (size[index]! >= 2 * LEAST_EXTENT && now[index]! <= 2 * finest ? 2 : 1));
    if (stride.every(step => step === 1)) break;
    strides.push(zyx(stride));
    size = size.map((extent, index) => extent / stride[index]!);
    now = now.map((value, index) => value * stride[index]!);
  }
  return { strides, levels: strides.length + 1 };
}
