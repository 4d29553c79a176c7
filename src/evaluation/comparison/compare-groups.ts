import { summarize } from '../statistics.ts';
import type { MetricColumn, MetricsRow } from '../structure-metrics.ts';
import { cliffsDelta } from './effect-size.ts';
import { holm } from './holm.ts';
import { mannWhitney } from './mann-whitney.ts';

/** One structure in the subjects of two groups, such as institutions. */
export interface GroupComparison {
  readonly structure: string;
  readonly metric: MetricColumn;
  readonly groups: readonly [first: string, second: string];
  readonly counts: readonly [number, number];
  readonly medians: readonly [number, number];
  readonly p: number;
  /** p after Holm's correction for all pairs of groups and structures. */
  readonly adjustedP: number;
  /** −1 to 1; positive where the first group's values are higher. */
  readonly cliffsDelta: number;
}

/** InnerEye's: smaller groups are not compared. */
export const SMALLEST_GROUP = 5;

/**
 * Compares every two groups of subjects, structure by structure, with the Mann–Whitney test; groups with fewer than five
 * subjects are left out.
 * @param groupOf the group of a patient; undefined for one that belongs to none
 */
export function compareGroups(
  rows: readonly MetricsRow[],
  groupOf: (patient: string) => string | undefined,
  metric: MetricColumn,
): GroupComparison[] {
  const found = [...grouped(rows, groupOf, metric)].flatMap(([structure, groups]) => {
    const large = [...groups]
      .filter(([, values]) => values.length >= SMALLEST_GROUP)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return large.flatMap(([first, a], index) =>
      large.slice(index + 1).map(([second, b]) => ({
        structure,
        metric,
        groups: [first, second] as const,
        counts: [a.length, b.length] as const,
        medians: [summarize(a).median, summarize(b).median] as const,
        p: mannWhitney(a, b).p,
        cliffsDelta: cliffsDelta(a, b),
      })),
    );
  });
  const adjusted = holm(found.map(({ p }) => p));
  return found.map((one, index) => ({ ...one, adjustedP: adjusted[index]! }));
}

function grouped(
  rows: readonly MetricsRow[],
  groupOf: (patient: string) => string | undefined,
  { name }: MetricColumn,
): Map<string, Map<string, number[]>> {
  const structures = new Map<string, Map<string, number[]>>();
  for (const row of rows) {
    const group = groupOf(row.patient);
    if (group === undefined || Number.isNaN(row[name])) continue;
    const groups = structures.get(row.structure) ?? new Map<string, number[]>();
    structures.set(row.structure, groups);
    groups.set(group, [...(groups.get(group) ?? []), row[name]]);
  }
  return structures;
}
