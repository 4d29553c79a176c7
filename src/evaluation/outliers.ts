import { quantileOfSorted, standardDeviation } from './statistics.ts';
import type { MetricsRow } from './structure-metrics.ts';

/** A row of metrics seen against the other subjects' rows of the same structure. */
export interface Case {
  readonly row: MetricsRow;
  /** Median Dice of the structure minus the row's; large is bad. */
  readonly belowMedian: number;
  /** Standard deviations by which Dice lies below the structure's mean, NaN where that cannot be said. */
  readonly deviations: number;
  /** Dice is more than three standard deviations below the structure's mean, or the distance as much above. */
  readonly outlier: boolean;
}

const limit = 3;

/**
 * Rows from the worst on: those come first whose Dice lies furthest below the median of their structure, so that small
 * structures, which are always hard, do not hide an unusual failure of a large one. Rows without Dice are left out.
 * Means and deviations are those of each structure (InnerEye pooled them over all structures).
 */
export function worstCases(rows: readonly MetricsRow[]): Case[] {
  const structures = groupByStructure(rows);
  return [...structures.values()]
    .flatMap(own => casesOfStructure(own.filter(row => !Number.isNaN(row.dice))))
    .sort((a, b) => b.belowMedian - a.belowMedian || a.row.dice - b.row.dice);
}

function groupByStructure(rows: readonly MetricsRow[]): Map<string, MetricsRow[]> {
  const groups = new Map<string, MetricsRow[]>();
  for (const row of rows) {
    const own = groups.get(row.structure);
    if (own) own.push(row);
    else groups.set(row.structure, [row]);
  }
  return groups;
}

function casesOfStructure(rows: readonly MetricsRow[]): Case[] {
  const dice = rows.map(row => row.dice);
  const median = quantileOfSorted(
    [...dice].sort((a, b) => a - b),
    0.5,
  );
  const lowDice = deviationsAbove(dice.map(value => -value));
  const longDistance = deviationsAbove(rows.map(row => row.hausdorffMm));
  return rows.map((row, index) => ({
    row,
    belowMedian: median - row.dice,
    deviations: lowDice[index]!,
    outlier: lowDice[index]! > limit || longDistance[index]! > limit || row.hausdorffMm === Infinity,
  }));
}

/** Standard deviations of each value above the mean of the finite ones. */
function deviationsAbove(values: readonly number[]): number[] {
  const finite = values.filter(Number.isFinite);
  const mean = finite.reduce((sum, value) => sum + value, 0) / finite.length;
  const deviation = standardDeviation(finite);
  return values.map(value => (deviation > 0 ? (value - mean) / deviation : Number.NaN));
}
