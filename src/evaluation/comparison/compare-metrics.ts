import { summarize } from '../statistics.ts';
import type { MetricColumn, MetricsRow } from '../structure-metrics.ts';
import { bootstrapInterval, type Interval } from './bootstrap.ts';
import { cohensD, rankBiserial } from './effect-size.ts';
import { holm } from './holm.ts';
import { pairedDifferences } from './paired.ts';
import { type WilcoxonMethod, wilcoxon } from './wilcoxon.ts';

/** Below this, an adjusted p counts as shown. */
export const SIGNIFICANCE = 0.05;

/** One structure of two models measured on the same subjects. */
export interface StructureComparison {
  readonly structure: string;
  readonly metric: MetricColumn;
  /** Subjects measured by both. */
  readonly pairs: number;
  readonly means: readonly [first: number, second: number];
  readonly medians: readonly [first: number, second: number];
  /** Mean of second minus first, with its 95 % bootstrap interval (BCa). */
  readonly difference: number;
  readonly interval: Interval;
  /** Subjects in which the second is higher, lower, the same. */
  readonly higher: number;
  readonly lower: number;
  readonly equal: number;
  /** Wilcoxon's signed-rank test, two-sided. */
  readonly p: number;
  readonly method: WilcoxonMethod;
  /** p after Holm's correction for all structures of this metric. */
  readonly adjustedP: number;
  /** Smallest p that so many differing pairs can give. */
  readonly smallestP: number;
  /** Matched-pairs rank-biserial correlation, −1 to 1; positive where the second is higher. */
  readonly rankBiserial: number;
  readonly cohensD: number;
  readonly verdict: Verdict;
}

/** Whether the second model is better, as far as the test shows. */
export type Verdict = 'better' | 'worse' | 'not shown' | 'too few' | 'same';

/**
 * Compares two models structure by structure on the subjects that both were measured on. A structure that only one of
 * them knows is left out.
 */
export function compareMetrics(
  first: readonly MetricsRow[],
  second: readonly MetricsRow[],
  metric: MetricColumn,
  seed = 0,
): StructureComparison[] {
  const known = new Map(second.map(row => [keyOf(row), row]));
  const byStructure = new Map<string, [a: number, b: number][]>();
  for (const row of first) {
    const other = known.get(keyOf(row));
    if (other === undefined) continue;
    const pairs = byStructure.get(row.structure) ?? [];
    byStructure.set(row.structure, pairs);
    const pair: [number, number] = [row[metric.name], other[metric.name]];
    if (!pair.some(Number.isNaN)) pairs.push(pair);
  }
  const found = [...byStructure].map(([structure, pairs]) =>
    compareStructure(structure, pairs, metric, seed),
  );
  const adjusted = holm(found.map(({ p }) => p));
  return found.map((one, index) => {
    const adjustedP = adjusted[index]!;
    return { ...one, adjustedP, verdict: verdictOf({ ...one, adjustedP }) };
  });
}

export const keyOf = ({ patient, structure }: MetricsRow): string => JSON.stringify([patient, structure]);

type Untold = Omit<StructureComparison, 'adjustedP' | 'verdict'>;

function compareStructure(
  structure: string,
  pairs: readonly (readonly [number, number])[],
  metric: MetricColumn,
  seed: number,
): Untold {
  const a = pairs.map(([value]) => value);
  const b = pairs.map(([, value]) => value);
  const differences = pairedDifferences(a, b);
  const higher = differences.filter(value => value > 0).length;
  const lower = differences.filter(value => value < 0).length;
  const [of, other] = [summarize(a), summarize(b)];
  const { p, method } = wilcoxon(differences);
  return {
    structure,
    metric,
    pairs: pairs.length,
    means: [of.mean, other.mean],
    medians: [of.median, other.median],
    difference: mean(differences),
    interval: bootstrapInterval(differences, mean, { seed }),
    higher,
    lower,
    equal: pairs.length - higher - lower,
    // Without any difference there is nothing to test.
    p: higher + lower === 0 ? Number.NaN : p,
    method,
    smallestP: 2 / 2 ** (higher + lower),
    rankBiserial: rankBiserial(differences),
    cohensD: cohensD(differences),
  };
}

function verdictOf(one: Omit<StructureComparison, 'verdict'>): Verdict {
  if (one.higher + one.lower === 0) return one.pairs === 0 ? 'too few' : 'same';
  if (one.smallestP >= SIGNIFICANCE) return 'too few';
  if (!(one.adjustedP < SIGNIFICANCE) || one.metric.better === 'neither') return 'not shown';
  return one.rankBiserial > 0 === (one.metric.better === 'higher') ? 'better' : 'worse';
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
