import { normalTail } from './normal-distribution.ts';
import { rank, tieCorrection } from './ranks.ts';

export interface MannWhitneyResult {
  /** Pairs in which the first group's value is larger, equal ones counted half. */
  readonly u: number;
  /** Two-sided. */
  readonly p: number;
  readonly method: 'exact' | 'asymptotic';
}

/** Up to so many values in the smaller group SciPy uses the exact distribution. */
const EXACT = 8;

/**
 * Mann–Whitney's U test of two independent groups, two-sided; the same numbers as `scipy.stats.mannwhitneyu` (1.17) with
 * continuity correction, SciPy's default.
 * @param method default: SciPy's choice, which is exact where a group has at most 8 values and none are tied
 */
export function mannWhitney(
  first: readonly number[],
  second: readonly number[],
  method?: MannWhitneyResult['method'],
): MannWhitneyResult {
  const n = first.length;
  const m = second.length;
  const { ranks, ties } = rank([...first, ...second]);
  const u = ranks.slice(0, n).reduce((sum, value) => sum + value, 0) - (n * (n + 1)) / 2;
  const isPlain = ties.every(count => count === 1);
  const chosen = method ?? (Math.min(n, m) <= EXACT && isPlain ? 'exact' : 'asymptotic');
  if (n === 0 || m === 0) return { u, p: Number.NaN, method: chosen };
  const larger = Math.max(u, n * m - u);
  const tail = chosen === 'exact' ? exactTail(Math.floor(larger), n, m) : asymptoticTail(larger, n, m, ties);
  return { u, p: Math.min(1, 2 * tail), method: chosen };
}

/** Probability that U is at least so large, where all orders are equally likely. */
function exactTail(u: number, n: number, m: number): number {
  const counts = orderCounts(n, m);
  const total = counts.reduce((sum, count) => sum + count, 0);
  // The distribution is symmetric, and small numbers are summed before large ones.
  return counts.slice(0, n * m - u + 1).reduce((sum, count) => sum + count, 0) / total;
}

/**
 * In how many orders of n + m values U is 0, 1, …, n·m: coefficients of the Gaussian binomial, that is of
 * ∏ (1 − x^(m+i)) / (1 − x^i) for i from 1 to n.
 */
function orderCounts(n: number, m: number): number[] {
  const counts = new Array<number>(n * m + 1).fill(0);
  counts[0] = 1;
  for (let i = 1; i <= n; i++) {
    for (let u = n * m; u >= m + i; u--) counts[u]! -= counts[u - m - i]!;
    for (let u = i; u <= n * m; u++) counts[u]! += counts[u - i]!;
  }
  return counts;
}

function asymptoticTail(u: number, n: number, m: number, ties: readonly number[]): number {
  const all = n + m;
  const variance = ((n * m) / 12) * (all + 1 - tieCorrection(ties) / (all * (all - 1)));
  return normalTail((u - (n * m) / 2 - 0.5) / Math.sqrt(variance));
}
