/** Mean and population standard deviation. */
export interface Moments {
  readonly mean: number;
  readonly deviation: number;
}

/** Mean and standard deviation of the voxels that count, in two passes and double precision; 0 and 0 of none. */
export function momentsOf(values: Float32Array, counts: (index: number) => boolean): Moments {
  let number = 0;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    if (counts(i)) {
      number++;
      sum += values[i];
    }
  }
  if (number === 0) return { mean: 0, deviation: 0 };
  const mean = sum / number;
  let squares = 0;
  for (let i = 0; i < values.length; i++) if (counts(i)) squares += (values[i] - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / number) };
}

/** (x − mean) / deviation; only the mean is taken off where there is no deviation. */
export function standardize(values: Float32Array, { mean, deviation }: Moments): Float32Array {
  const scale = deviation > 0 ? 1 / deviation : 1;
  return values.map(value => (value - mean) * scale);
}

/** The values that count, in order. */
export function select(values: Float32Array, counts: (index: number) => boolean): Float32Array {
  const result = new Float32Array(values.length);
  let number = 0;
  for (let i = 0; i < values.length; i++) if (counts(i)) result[number++] = values[i];
  return result.slice(0, number);
}

/** Median, (q75 − q25) / (2 · 0.67448975), the standard deviation of a normal distribution with these quartiles, and range. */
export function robustStatistics(values: Float32Array) {
  const sorted = values.slice();
  const [q25, median, q75] = [25, 50, 75].map(q => percentileInPlace(sorted, q));
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
  }
  return { median, deviation: (q75 - q25) / (2 * 0.6744897501960817), minimum, maximum };
}

/** The q-th percentile of at least one value, linear between neighbours (NumPy's default). */
export const percentile = (values: Float32Array, q: number): number => percentileInPlace(values.slice(), q);

function percentileInPlace(values: Float32Array, q: number): number {
  const position = (q / 100) * (values.length - 1);
  const below = Math.floor(position);
  const low = nthSmallest(values, below);
  if (position === below) return low;
  // After the selection everything behind `below` is at least as large: the next one is their minimum.
  let high = Number.POSITIVE_INFINITY;
  for (let i = below + 1; i < values.length; i++) if (values[i] < high) high = values[i];
  return low + (high - low) * (position - below);
}

/** Hoare's selection: the n-th smallest value, with smaller ones moved before it and larger ones behind. */
function nthSmallest(values: Float32Array, n: number): number {
  let left = 0;
  let right = values.length - 1;
  while (left < right) {
    const pivot = medianOfThree(values[left], values[(left + right) >>> 1], values[right]);
    let i = left;
    let j = right;
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i <= j) {
        const swap = values[i];
        values[i++] = values[j];
        values[j--] = swap;
      }
    }
    if (n <= j) right = j;
    else if (n >= i) left = i;
    else break;
  }
  return values[n];
}

const medianOfThree = (a: number, b: number, c: number) =>
  Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
