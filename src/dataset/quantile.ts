/** Quantile of sorted numbers with linear interpolation (NumPy's default); NaN of none. */
export function quantileOf(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) return Number.NaN;
  const place = share * (sorted.length - 1);
  const low = Math.floor(place);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (place - low) * (sorted[high]! - sorted[low]!);
}

/** Median of numbers in any order. */
export const medianOf = (values: Iterable<number>): number =>
  quantileOf(Float64Array.from(values).sort(), 0.5);
