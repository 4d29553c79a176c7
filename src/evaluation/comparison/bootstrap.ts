import { Random } from '../../foundation/random.ts';
import { quantileOfSorted } from '../statistics.ts';
import { normalCdf, normalQuantile } from './normal-distribution.ts';

/** A number computed from a sample, such as its mean. */
export type Statistic = (values: readonly number[]) => number;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface BootstrapOptions {
  /** Share of such intervals that hold the true value; default: 0.95. */
  readonly confidence?: number;
  readonly resamples?: number;
  readonly seed?: number;
}

/**
 * Bootstrap confidence interval of a statistic, bias-corrected and accelerated (BCa; Efron, 1987). Of paired samples
 * give the differences: resampling them resamples the pairs. NaN where the sample has fewer than two different values.
 */
export function bootstrapInterval(
  values: readonly number[],
  statistic: Statistic,
  { confidence = 0.95, resamples = 9999, seed = 0 }: BootstrapOptions = {},
): Interval {
  if (new Set(values).size < 2 || !values.every(Number.isFinite))
    return { low: Number.NaN, high: Number.NaN };
  const random = new Random(seed, 'bootstrap');
  const replicates = Array.from({ length: resamples }, () =>
    statistic(values.map(() => values[random.below(values.length)]!)),
  );
  return bcaInterval(values, statistic, replicates, confidence);
}

/**
 * The BCa interval from the replicates of a bootstrap, as `scipy.stats.bootstrap` computes it: percentiles moved by the
 * bias (how many replicates lie below the estimate) and the acceleration (skewness of the jackknife).
 */
export function bcaInterval(
  values: readonly number[],
  statistic: Statistic,
  replicates: readonly number[],
  confidence: number,
): Interval {
  const estimate = statistic(values);
  const below = replicates.filter(value => value < estimate).length;
  const equal = replicates.filter(value => value === estimate).length;
  const bias = normalQuantile((below + equal / 2) / replicates.length);
  const acceleration = accelerationOf(values, statistic);
  const sorted = [...replicates].sort((a, b) => a - b);
  const bound = (share: number) => {
    const z = bias + normalQuantile(share);
    return quantileOfSorted(sorted, normalCdf(bias + z / (1 - acceleration * z)));
  };
  const outside = (1 - confidence) / 2;
  return { low: bound(outside), high: bound(1 - outside) };
}

/** A sixth of the skewness of the statistic's jackknife values. */
function accelerationOf(values: readonly number[], statistic: Statistic): number {
  const left = values.map((_, index) => statistic(values.toSpliced(index, 1)));
  const centre = left.reduce((sum, value) => sum + value, 0) / left.length;
  const moment = (power: number) => left.reduce((sum, value) => sum + (centre - value) ** power, 0);
  const squares = moment(2);
  return squares === 0 ? 0 : moment(3) / (6 * squares ** 1.5);
}
