import type { Normalization } from './index.ts';
import { mapLinearly } from './linear-map.ts';
import { otsuThreshold } from './otsu.ts';
import { robustStatistics, select } from './statistics.ts';

/**
 * InnerEye's `MriWindow`. Otsu's threshold t inside the mask parts air from tissue; with median m and robust standard
 * deviation s of the tissue, the window [max(m − sharpen · s, t), min(maximum, m + tail · sharpen · s)] becomes the
 * output range. Voxels below t are set to 0 before.
 */
export const mriWindow: Normalization<'mri-window'> = (values, mask, { sharpen, tail, output_range }) => {
  const inside = select(values, index => mask === undefined || mask[index] > 0);
  if (inside.length === 0) return new Float32Array(values.length).fill(output_range[0]);
  const threshold = otsuThreshold(inside);
  const tissue = inside.filter(value => value > threshold);
  if (tissue.length === 0) return new Float32Array(values.length).fill(output_range[0]);
  const { median, deviation, maximum } = robustStatistics(tissue);
  const window = [
    Math.max(median - sharpen * deviation, threshold),
    Math.min(maximum, median + tail * sharpen * deviation),
  ] as const;
  const withoutAir = values.map(value => (value < threshold ? 0 : value));
  return mapLinearly(withoutAir, window, output_range);
};
