import type { Normalization } from './index.ts';
import { mapLinearly } from './linear-map.ts';
import { percentile, robustStatistics, select } from './statistics.ts';

/**
 * InnerEye's `TrimmedNorm`. Of the voxels inside the mask only those strictly between two percentiles count; with
 * their median m and robust standard deviation s, the window m ± sharpen · s, cut to their minimum and maximum, becomes
 * the output range. Outside the mask everything is the output range's lower end.
 */
export const trimmed: Normalization<'trimmed'> = (values, mask, settings) => {
  const { trim_percentiles, sharpen, output_range } = settings;
  const inside = select(values, index => mask === undefined || mask[index] > 0);
  const nothing = () => new Float32Array(values.length).fill(output_range[0]);
  if (inside.length === 0) return nothing();
  const low = percentile(inside, trim_percentiles[0]);
  const high = percentile(inside, trim_percentiles[1]);
  const counted = inside.filter(value => value > low && value < high);
  if (counted.length === 0) return nothing();
  const { median, deviation, minimum, maximum } = robustStatistics(counted);
  const window = [
    Math.max(median - sharpen * deviation, minimum),
    Math.min(median + sharpen * deviation, maximum),
  ] as const;
  const result = mapLinearly(values, window, output_range);
  if (mask !== undefined) {
    for (let i = 0; i < result.length; i++) if (mask[i] === 0) result[i] = output_range[0];
  }
  return result;
};
