/** Ranks of values, and how they are tied. */
export interface Ranks {
  /** From 1; equal values share the mean of their ranks. */
  readonly ranks: readonly number[];
  /** Number of values in each group of equal ones, smallest value first; 1 for a value that has no equal. */
  readonly ties: readonly number[];
}

/** Ranks values as SciPy's `rankdata(method='average')`. */
export function rank(values: readonly number[]): Ranks {
  const order = values.map((_, index) => index).sort((a, b) => compare(values[a]!, values[b]!));
  const ranks = new Array<number>(values.length);
  const ties: number[] = [];
  for (let first = 0; first < order.length; ) {
    let next = first + 1;
    while (next < order.length && values[order[next]!] === values[order[first]!]) next++;
    for (const index of order.slice(first, next)) ranks[index] = (first + 1 + next) / 2;
    ties.push(next - first);
    first = next;
  }
  return { ranks, ties };
}

/** Σ t³ − t over the groups of equal values: what ties take from the variance of a rank sum. */
export const tieCorrection = (ties: readonly number[]): number =>
  ties.reduce((sum, count) => sum + count ** 3 - count, 0);

/** Infinities have an order too, which subtraction would not give. */
const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);
