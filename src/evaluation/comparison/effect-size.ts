import { standardDeviation } from '../statistics.ts';
import { mannWhitney } from './mann-whitney.ts';
import { wilcoxon } from './wilcoxon.ts';

/**
 * Matched-pairs rank-biserial correlation (Kerby, 2014): share of the ranks that speaks for a positive difference minus
 * the share against it; −1 to 1, NaN where nothing differs.
 */
export function rankBiserial(differences: readonly number[]): number {
  const { plus, minus } = wilcoxon(differences, { method: 'asymptotic' }).rankSums;
  return (plus - minus) / (plus + minus);
}

/** Cliff's delta: how much oftener a value of the first group is the larger one than the smaller; −1 to 1. */
export function cliffsDelta(first: readonly number[], second: readonly number[]): number {
  const { u } = mannWhitney(first, second, 'asymptotic');
  return (2 * u) / (first.length * second.length) - 1;
}

/** Cohen's d of paired differences: their mean in units of their standard deviation; NaN for fewer than two. */
export function cohensD(differences: readonly number[]): number {
  const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
  return mean / standardDeviation(differences);
}
