/** Smaller differences are the rounding of binary numbers: with them 0.9 − 0.8 and 0.8 − 0.7 would not be tied. */
const DECIMALS = 6;

/** Differences of paired values, second minus first; pairs of which one is NaN are left out. */
export function pairedDifferences(first: readonly number[], second: readonly number[]): number[] {
  return first.map((value, index) => difference(value, second[index]!)).filter(value => !Number.isNaN(value));
}

/** Two infinite distances do not differ. */
const difference = (first: number, second: number): number =>
  first === second ? 0 : roundDifference(second - first);

const roundDifference = (value: number): number =>
  Number.isFinite(value) ? Number(value.toFixed(DECIMALS)) || 0 : value;
