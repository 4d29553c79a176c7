import { normalTail } from './normal-distribution.ts';
import { rank, tieCorrection } from './ranks.ts';

/**
 * What pairs without a difference count: nothing (`wilcox`), their ranks are spent but counted for neither side
 * (`pratt`), or half for each side (`zsplit`). SciPy's names.
 */
export type ZeroMethod = 'wilcox' | 'pratt' | 'zsplit';

/** How p is found; `permutation` goes through all signs, which is `exact` where there are neither ties nor zeros. */
export type WilcoxonMethod = 'exact' | 'permutation' | 'asymptotic';

export interface WilcoxonResult {
  /** Sum of the ranks of positive and of negative differences. */
  readonly rankSums: { readonly plus: number; readonly minus: number };
  /** The smaller of them. */
  readonly statistic: number;
  /** Two-sided; where no pair differs 1, or NaN from the normal distribution. */
  readonly p: number;
  readonly method: WilcoxonMethod;
}

/** Up to here all 2ⁿ signs are fewer than the resamples that SciPy would draw. */
const ALL_SIGNS = 13;
/** Up to here SciPy uses the exact distribution. */
const EXACT = 50;

/**
 * Wilcoxon's signed-rank test of paired differences, two-sided; the same numbers as `scipy.stats.wilcoxon` (1.17) with
 * its continuity correction on, as SciPy has it by default.
 * @param method default: SciPy's choice, which is exact up to 50 pairs without ties or zeros, by all permutations of
 *   signs up to 13 pairs with them, and by the normal distribution else
 */
export function wilcoxon(
  differences: readonly number[],
  { zeros = 'wilcox', method }: { zeros?: ZeroMethod; method?: WilcoxonMethod } = {},
): WilcoxonResult {
  const kept = zeros === 'wilcox' ? differences.filter(value => value !== 0) : differences;
  const { ranks, ties } = rank(kept.map(Math.abs));
  const sumWhere = (chosen: (value: number) => boolean) =>
    kept.reduce((sum, value, index) => (chosen(value) ? sum + ranks[index]! : sum), 0);
  const halfOfZeros = zeros === 'zsplit' ? sumWhere(value => value === 0) / 2 : 0;
  const plus = sumWhere(value => value > 0) + halfOfZeros;
  const minus = sumWhere(value => value < 0) + halfOfZeros;
  const isPlain = ties.every(count => count === 1) && !differences.includes(0);
  const chosen = method ?? chooseMethod(differences.length, isPlain);
  const moved = kept.flatMap((value, index) => (value === 0 ? [] : [ranks[index]!]));
  const p = {
    exact: () => exactP(plus, kept.length),
    permutation: () => permutationP(plus - halfOfZeros, moved),
    asymptotic: () => asymptoticP(plus, kept, ties, zeros),
  }[chosen]();
  return { rankSums: { plus, minus }, statistic: Math.min(plus, minus), p, method: chosen };
}

function chooseMethod(pairs: number, isPlain: boolean): WilcoxonMethod {
  if (pairs > EXACT) return 'asymptotic';
  if (isPlain) return 'exact';
  return pairs <= ALL_SIGNS ? 'permutation' : 'asymptotic';
}

/** From the distribution for distinct ranks; a rank sum that is no whole number (ties) counts as the less extreme one. */
function exactP(plus: number, pairs: number): number {
  const shares = signDistribution(Array.from({ length: pairs }, (_, index) => index + 1));
  return twoSided(upTo(shares, Math.ceil(plus)), from(shares, Math.floor(plus)));
}

/** From the distribution over all signs of these very ranks, which are whole or half numbers. */
function permutationP(plus: number, ranks: readonly number[]): number {
  const shares = signDistribution(ranks.map(value => 2 * value));
  return twoSided(upTo(shares, 2 * plus), from(shares, 2 * plus));
}

/** Share of all 2ⁿ choices of signs in which the positive ranks have each sum, by the sum; ranks are whole numbers. */
function signDistribution(ranks: readonly number[]): Float64Array {
  const shares = new Float64Array(ranks.reduce((sum, value) => sum + value, 0) + 1);
  shares[0] = 1;
  let highest = 0;
  for (const value of ranks) {
    highest += value;
    for (let sum = highest; sum >= 0; sum--) {
      shares[sum] = (shares[sum]! + (sum >= value ? shares[sum - value]! : 0)) / 2;
    }
  }
  return shares;
}

function asymptoticP(
  plus: number,
  kept: readonly number[],
  ties: readonly number[],
  zeros: ZeroMethod,
): number {
  const n = kept.length;
  // Pratt's zeros take the lowest ranks, which then have no part in mean and variance (Cureton, 1967).
  const spent = zeros === 'pratt' ? kept.filter(value => value === 0).length : 0;
  const mean = (n * (n + 1) - spent * (spent + 1)) / 4;
  const squares = n * (n + 1) * (2 * n + 1) - spent * (spent + 1) * (2 * spent + 1);
  const tied = tieCorrection(spent > 0 ? ties.slice(1) : ties);
  const deviation = Math.sqrt((squares - tied / 2) / 24);
  const z = (plus - mean) / deviation;
  return twoSided(normalTail(Math.abs(z - (Math.sign(z) * 0.5) / deviation)), 1);
}

const upTo = (shares: Float64Array, last: number): number =>
  shares.subarray(0, last + 1).reduce((sum, share) => sum + share, 0);
const from = (shares: Float64Array, first: number): number =>
  shares.subarray(first).reduce((sum, share) => sum + share, 0);
const twoSided = (below: number, above: number): number => Math.min(1, 2 * Math.min(below, above));
