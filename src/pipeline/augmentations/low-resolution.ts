import type { Zyx } from '../../volume/volume.ts';
import { scratchFloats } from '../scratch.ts';
import type { IntensityAugmentation } from './augmentation.ts';
import type { AugmentationSettings } from './index.ts';

/** Takes every n-th voxel (nearest neighbour) and interpolates linearly back: a scan of lower resolution. */
export const lowResolution: IntensityAugmentation<AugmentationSettings<'random_low_resolution'>> = {
  kind: 'intensity',
  apply(values, { zoom }, random, { shape }) {
    lowerResolution(values, shape, random.between(zoom[0], zoom[1]));
  },
};

/** As above, in place, with `round(size · zoom)` samples along each axis; their outer borders are the crop's. */
export function lowerResolution(values: Float32Array, [Z, Y, X]: Zyx, zoom: number): void {
  const axes = [Z, Y, X].map(size => sampling(size, Math.max(1, Math.round(size * zoom))));
  const [z, y, x] = axes;
  const low = scratchFloats('samples', z.samples.length * y.samples.length * x.samples.length);
  let to = 0;
  for (const k of z.samples) {
    for (const j of y.samples) {
      const row = (k * Y + j) * X;
      for (const i of x.samples) low[to++] = values[row + i];
    }
  }
  const rows = scratchFloats('rows', z.samples.length * y.samples.length * X);
  interpolateAxis(low, rows, z.samples.length * y.samples.length, x, 1);
  const planes = scratchFloats('planes', z.samples.length * Y * X);
  interpolateAxis(rows, planes, z.samples.length, y, X);
  interpolateAxis(planes, values, 1, z, Y * X);
}

interface Sampling {
  /** Voxels that are kept. */
  readonly samples: Int32Array;
  /** For each voxel of the crop the sample before it, and the weight of the one behind. */
  readonly before: Int32Array;
  readonly weight: Float64Array;
}

function sampling(size: number, count: number): Sampling {
  const step = size / count;
  const samples = Int32Array.from({ length: count }, (_, i) =>
    Math.min(Math.floor((i + 0.5) * step), size - 1),
  );
  const before = new Int32Array(size);
  const weight = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const place = Math.min(Math.max((i + 0.5) / step - 0.5, 0), count - 1);
    before[i] = Math.floor(place);
    weight[i] = place - before[i];
  }
  return { samples, before, weight };
}

/** `[outer, samples, inner]` becomes `[outer, voxels, inner]`. */
function interpolateAxis(
  data: Float32Array,
  result: Float32Array,
  outer: number,
  { samples, before, weight }: Sampling,
  inner: number,
): void {
  let to = 0;
  for (let o = 0; o < outer; o++) {
    const line = o * samples.length;
    for (let i = 0; i < before.length; i++) {
      const w = weight[i];
      let from = (line + before[i]) * inner;
      const step = w > 0 ? inner : 0;
      for (const end = from + inner; from < end; from++) {
        result[to++] = data[from] + (data[from + step] - data[from]) * w;
      }
    }
  }
}
