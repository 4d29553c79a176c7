/** What pandas' `describe` says of a column; NaN where there is no number. */
export interface Summary {
  /** Values that are numbers: NaN (a structure that is absent or was not drawn) does not count, infinity does. */
  readonly count: number;
  readonly mean: number;
  /** Sample standard deviation (ddof = 1, as pandas); NaN for fewer than two values. */
  readonly std: number;
  readonly min: number;
  readonly q25: number;
  readonly median: number;
  readonly q75: number;
  readonly max: number;
}

/** Describes the values that are not NaN. With an infinite value, mean and std are infinity and NaN, as in pandas. */
export function summarize(values: readonly number[]): Summary {
  const sorted = numbers(values).sort((a, b) => a - b);
  return {
    count: sorted.length,
    mean: mean(sorted),
    std: standardDeviation(sorted),
    min: sorted[0] ?? Number.NaN,
    q25: quantileOfSorted(sorted, 0.25),
    median: quantileOfSorted(sorted, 0.5),
    q75: quantileOfSorted(sorted, 0.75),
    max: sorted.at(-1) ?? Number.NaN,
  };
}

/** Mean of the values that are not NaN; NaN if there is none (NumPy's nanmean). */
export function nanMean(values: readonly number[]): number {
  return mean(numbers(values));
}

/**
 * Quantile by linear interpolation between the neighbouring values (NumPy's default).
 * @param sorted ascending, without NaN
 */
export function quantileOfSorted(sorted: ArrayLike<number>, quantile: number): number {
  if (sorted.length === 0) return Number.NaN;
  const position = quantile * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below]!;
  const share = position - below;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return share === 0 || low === high ? low : low + (high - low) * share;
}

const numbers = (values: readonly number[]): number[] => values.filter(value => !Number.isNaN(value));

const mean = (values: readonly number[]): number =>
  values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;

/** Sample standard deviation (ddof = 1) of numbers without NaN. */
export function standardDeviation(values: readonly number[]): number {
  if (values.length < 2) return Number.NaN;
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}
