import { summarize } from '../evaluation/statistics.ts';
import type { MetricsRow } from '../evaluation/structure-metrics.ts';
import { formatColumns } from './columns.ts';

/** A table for the terminal: for each structure subjects, Dice (mean, std, median, min) and mean distances in mm. */
export function formatSummary(rows: readonly MetricsRow[], structures: readonly string[]): string {
  const head = ['structure', 'n', 'Dice', 'std', 'median', 'min', 'Hausdorff', '95 %', 'mean distance'];
  const lines = structures.map(structure => {
    const own = rows.filter(row => row.structure === structure);
    const dice = summarize(own.map(row => row.dice));
    const distances = [
      own.map(row => row.hausdorffMm),
      own.map(row => row.hausdorff95Mm),
      own.map(row => row.meanDistanceMm),
    ].map(values => show(summarize(values).mean, 2));
    const shares = [dice.mean, dice.std, dice.median, dice.min].map(value => show(value, 3));
    return [structure, String(dice.count), ...shares, ...distances];
  });
  return formatColumns([head, ...lines], head.map((_, column) => column).slice(1)).join('\n');
}

function show(value: number, digits: number): string {
  if (Number.isNaN(value)) return '–';
  return Number.isFinite(value) ? value.toFixed(digits) : '∞';
}
