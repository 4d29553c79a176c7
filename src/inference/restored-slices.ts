import { pad } from '../pipeline/padding.ts';
import type { PreparedGrid } from '../pipeline/restore.ts';
import { composeAffines, invertAffine } from '../volume/affine.ts';
import { canonicalGrid } from '../volume/orientation.ts';
import { resampleTo } from '../volume/resample.ts';
import { type Affine, voxelCount } from '../volume/volume.ts';
import type { TakeSlices } from './sliding-window.ts';

/** Restored slices handed on together: few, as all classes of them are in memory. */
const TOGETHER = 8;

/**
 * Takes posteriors of a prepared subject, in the order of z, and hands them on interpolated linearly on the grid of
 * its image file with axes towards right, anterior and superior. Of the prepared slices only those are held that
 * slices to come are made of: whole posteriors of a large scan would be gigabytes.
 */
export function restoredSlices(prepared: PreparedGrid, classes: number, take: TakeSlices): TakeSlices {
  const canonical = canonicalGrid(prepared.original);
  const [depth, height, width] = canonical.shape;
  const sources = sourceSlices(prepared, canonical);
  /** By number of the prepared slice, one plane a class; undefined where it is not needed any more. */
  const held: (readonly Float32Array[] | undefined)[] = [];
  let next = 0;

  const restore = (from: number, to: number): Float32Array => {
    const { low, high } = sources(from, to);
    const [, Y, X] = prepared.shape;
    // The last slices can lie more than half a prepared voxel behind the last prepared one: they get its value.
    const after = [high === prepared.shape[0] - 1 ? 1 : 0, 1, 1] as const;
    const shape = [high - low + 1 + after[0], Y + 1, X + 1] as const;
    const reference = {
      shape: [to - from, height, width] as const,
      affine: slicesOn(canonical.affine, from),
    };
    const voxels = voxelCount(reference.shape);
    const restored = new Float32Array(classes * voxels);
    const slab = new Float32Array((high - low + 1) * Y * X);
    for (let k = 0; k < classes; k++) {
      for (let z = low; z <= high; z++) slab.set(held[z]![k]!, (z - low) * Y * X);
      const data = pad(slab, [high - low + 1, Y, X], { before: [0, 0, 0], after }, 'edge');
      const volume = { data, shape, affine: slicesOn(prepared.affine, low) };
      restored.set(resampleTo(volume, reference, 'linear').data, k * voxels);
    }
    return restored;
  };

  return async (z, slices, posteriors) => {
    const plane = posteriors.length / (classes * slices);
    for (let slice = 0; slice < slices; slice++) {
      held[z + slice] = Array.from({ length: classes }, (_, k) => {
        const at = (k * slices + slice) * plane;
        return posteriors.subarray(at, at + plane);
      });
    }
    while (next < depth) {
      let end = next;
      while (end < Math.min(depth, next + TOGETHER) && sources(end, end + 1).high < z + slices) end++;
      if (end === next) return;
      await take(next, end - next, restore(next, end));
      next = end;
      if (next < depth) held.fill(undefined, 0, sources(next, depth).low);
    }
  };
}

/** The prepared slices that canonical slices from `from` up to, without, `to` are interpolated from. */
function sourceSlices(prepared: PreparedGrid, canonical: { shape: PreparedGrid['shape']; affine: Affine }) {
  const map = composeAffines(invertAffine(prepared.affine), canonical.affine);
  const [, height, width] = canonical.shape;
  const inside = (z: number) => Math.min(Math.max(z, 0), prepared.shape[0] - 1);
  return (from: number, to: number) => {
    // The place of a voxel depends linearly on its indices, so that the corners are the outermost.
    const places = [from, to - 1].flatMap(z =>
      [0, height - 1].flatMap(y =>
        [0, width - 1].map(x => map[8]! * x + map[9]! * y + map[10]! * z + map[11]!),
      ),
    );
    return {
      low: inside(Math.floor(Math.min(...places) - 1e-3)),
      high: inside(Math.floor(Math.max(...places) + 1e-3) + 1),
    };
  };
}

/** The affine of the grid that begins `slices` further on. */
const slicesOn = (affine: Affine, slices: number): Affine =>
  affine.map((entry, i) => (i % 4 === 3 && i < 12 ? entry + slices * affine[i - 1]! : entry));
