import { labelled, rankOf, type ScalarRow } from './row.ts';

/**
 * Area under the ROC curve: the share of pairs of a positive and a negative in which the positive has the higher output,
 * ties counting half (Hanley and McNeil 1982). NaN where one of the two is missing.
 */
export function rocArea(rows: readonly ScalarRow[]): number {
  const sorted = labelled(rows).sort((a, b) => rankOf(a) - rankOf(b));
  const positives = sorted.filter(({ label }) => label === 1).length;
  const negatives = sorted.length - positives;
  if (positives === 0 || negatives === 0) return Number.NaN;
  let rankSum = 0;
  for (const { begin, end } of ties(sorted, rankOf)) {
    const rank = (begin + 1 + end) / 2;
    for (let index = begin; index < end; index++) if (sorted[index]!.label === 1) rankSum += rank;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/**
 * Area under the curve of precision over recall as scikit-learn's `average_precision_score`: the mean precision weighted
 * by the gain in recall at each threshold. NaN where there is no positive.
 */
export function averagePrecision(rows: readonly ScalarRow[]): number {
  const sorted = labelled(rows).sort((a, b) => rankOf(b) - rankOf(a));
  const positives = sorted.filter(({ label }) => label === 1).length;
  if (positives === 0) return Number.NaN;
  let found = 0;
  let area = 0;
  for (const { begin, end } of ties(sorted, rankOf)) {
    const gained = sorted.slice(begin, end).filter(({ label }) => label === 1).length;
    found += gained;
    area += (gained / positives) * (found / end);
  }
  return area;
}

/** Stretches of rows that are sorted by a value and have the same. */
function* ties(
  sorted: readonly ScalarRow[],
  rankedBy: (row: ScalarRow) => number,
): Generator<{ begin: number; end: number }> {
  for (let begin = 0; begin < sorted.length; ) {
    let end = begin + 1;
    while (end < sorted.length && rankedBy(sorted[end]!) === rankedBy(sorted[begin]!)) end++;
    yield { begin, end };
    begin = end;
  }
}

/** What a threshold makes of the outputs. Rates are NaN where they divide by nothing, all where there is no threshold. */
export interface ThresholdMetrics {
  readonly accuracy: number;
  /** Share of the positives that are found. */
  readonly sensitivity: number;
  /** Share of the negatives that are left alone. */
  readonly specificity: number;
  readonly f1: number;
}

const NO_THRESHOLD: ThresholdMetrics = {
  accuracy: Number.NaN,
  sensitivity: Number.NaN,
  specificity: Number.NaN,
  f1: Number.NaN,
};

/** Counts an output at or above the threshold as positive. @param threshold NaN where there is none */
export function atThreshold(rows: readonly ScalarRow[], threshold: number): ThresholdMetrics {
  if (Number.isNaN(threshold)) return NO_THRESHOLD;
  let [truePositives, falsePositives, trueNegatives, falseNegatives] = [0, 0, 0, 0];
  for (const { output, label } of labelled(rows)) {
    if (output >= threshold) label === 1 ? truePositives++ : falsePositives++;
    else label === 1 ? falseNegatives++ : trueNegatives++;
  }
  const all = truePositives + falsePositives + trueNegatives + falseNegatives;
  return {
    accuracy: (truePositives + trueNegatives) / all,
    sensitivity: truePositives / (truePositives + falseNegatives),
    specificity: trueNegatives / (trueNegatives + falsePositives),
    f1: (2 * truePositives) / (2 * truePositives + falsePositives + falseNegatives),
  };
}

/**
 * The threshold with the largest sensitivity + specificity, the highest of several alike (InnerEye; Youden 1950); NaN where
 * positives or negatives are missing.
 */
export function optimalThreshold(rows: readonly ScalarRow[]): number {
  const sorted = labelled(rows).sort((a, b) => b.output - a.output);
  const positives = sorted.filter(({ label }) => label === 1).length;
  const negatives = sorted.length - positives;
  if (positives === 0 || negatives === 0) return Number.NaN;
  let best = { threshold: Number.NaN, gain: Number.NEGATIVE_INFINITY };
  let found = 0;
  for (const { begin, end } of ties(sorted, ({ output }) => output)) {
    for (let index = begin; index < end; index++) if (sorted[index]!.label === 1) found++;
    const gain = found / positives + (negatives - (end - found)) / negatives;
    if (gain > best.gain) best = { threshold: sorted[begin]!.output, gain };
  }
  return best.threshold;
}

/** Mean negative logarithm of the posterior of what is true; outputs are kept 1e-7 away from 0 and 1. */
export function crossEntropy(rows: readonly ScalarRow[]): number {
  const known = labelled(rows);
  const sum = known.reduce((total, { output, label }) => {
    const posterior = Math.min(Math.max(output, 1e-7), 1 - 1e-7);
    return total - Math.log(label === 1 ? posterior : 1 - posterior);
  }, 0);
  return sum / known.length;
}

/** All of them by InnerEye's names. @param threshold chosen on the validation subjects; NaN where none was */
export function classificationMetrics(rows: readonly ScalarRow[], threshold: number): Record<string, number> {
  const half = atThreshold(rows, 0.5);
  const best = atThreshold(rows, threshold);
  return {
    area_under_roc_curve: rocArea(rows),
    area_under_pr_curve: averagePrecision(rows),
    accuracy_at_threshold_05: half.accuracy,
    sensitivity_at_threshold_05: half.sensitivity,
    specificity_at_threshold_05: half.specificity,
    f1_at_threshold_05: half.f1,
    optimal_threshold: threshold,
    accuracy_at_optimal_threshold: best.accuracy,
    false_positive_rate_at_optimal_threshold: 1 - best.specificity,
    false_negative_rate_at_optimal_threshold: 1 - best.sensitivity,
    f1_at_optimal_threshold: best.f1,
    cross_entropy: crossEntropy(rows),
    subject_count: labelled(rows).length,
  };
}
