import { Fault } from '../foundation/fault.ts';
import type { Random } from '../foundation/random.ts';
import type { Zyx } from '../volume/volume.ts';
import { classTotals } from './census.ts';
import { marginsTo } from './padding.ts';
import type { PreparedReader } from './prepared-reader.ts';

/** Where a crop is taken. */
export interface CropPlace {
  /** Lowest corner in the prepared volume's voxels; negative where the volume is padded. */
  readonly corner: Zyx;
  readonly centredOn: number;
}

/**
 * Draws a crop as InnerEye's `random_crop` does: a class with `classWeights` among those that the subject has inside
 * its mask (all alike without weights), a voxel uniformly among the class's, and the crop around it, shifted so that
 * it lies inside the (padded) volume.
 * @throws Fault where no class with a positive weight is present.
 */
export function drawCrop(
  reader: PreparedReader,
  size: Zyx,
  classWeights: readonly number[] | undefined,
  random: Random,
): CropPlace {
  const totals = classTotals(reader.census);
  const weights = totals.map((count, index) =>
    count === 0 ? 0 : classWeights === undefined ? 1 : (classWeights[index] ?? 0),
  );
  const sum = weights.reduce((a, b) => a + b, 0);
  if (!(sum > 0)) {
    throw new Fault('no crop can be drawn: none of the classes with a positive weight is present', {
      place: { subject: reader.id },
      remedy:
        'Leave the subject out, mend its labels or mask, or give background a weight in sampling.class_weights.',
    });
  }
  const centredOn = pick(weights, random.uniform() * sum);
  const centre = voxelOfClass(reader, centredOn, random.below(totals[centredOn]));
  return { corner: cornerAround(centre, size, reader.shape), centredOn };
}

/** The crop in the middle of a volume. */
export function middleCrop({ shape }: PreparedReader, size: Zyx): CropPlace {
  const middle: Zyx = [shape[0] >> 1, shape[1] >> 1, shape[2] >> 1];
  return { corner: cornerAround(middle, size, shape), centredOn: 0 };
}

/** The lowest corner of a crop around a voxel, inside the volume where that is large enough and centred on it else. */
export function cornerAround(centre: Zyx, size: Zyx, shape: Zyx): Zyx {
  const { before } = marginsTo(shape, size);
  const along = (axis: 0 | 1 | 2) =>
    shape[axis] <= size[axis]
      ? 0 - before[axis]
      : Math.min(Math.max(centre[axis] - Math.floor(size[axis] / 2), 0), shape[axis] - size[axis]);
  return [along(0), along(1), along(2)];
}

function pick(weights: readonly number[], threshold: number): number {
  let sum = 0;
  let last = 0;
  for (let index = 0; index < weights.length; index++) {
    if (weights[index] === 0) continue;
    sum += weights[index];
    last = index;
    if (threshold < sum) return index;
  }
  return last;
}

/** The voxel of a class inside the mask that has `rank` others before it. */
function voxelOfClass({ census, shape, plane }: PreparedReader, wanted: number, rank: number): Zyx {
  let left = rank;
  let z = 0;
  while (left >= census.counts[z * census.classes + wanted])
    left -= census.counts[z++ * census.classes + wanted];
  const { labels, mask } = plane(z);
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === wanted && (mask === undefined || mask[i] > 0) && left-- === 0) {
      return [z, Math.floor(i / shape[2]), i % shape[2]];
    }
  }
  throw new Error(`plane ${z} has fewer voxels of class ${wanted} than its census says`);
}
