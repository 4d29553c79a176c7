import { formatCsv } from '../../foundation/csv.ts';
import type { RunRows } from '../comparison/all-runs-table.ts';
import { formatNumber } from '../metrics-table.ts';
import { summarize } from '../statistics.ts';

/** Text of InnerEye's ResultsByMode.csv: Dice in percent over all folds and structures of a split. */
export const formatResultsByMode = (runs: readonly RunRows[]): string =>
  formatCsv(
    ['mode', ...STATISTICS],
    modesOf(runs).map(mode => [mode, ...statisticsOf(dicesOf(runs, mode))]),
  );

/** Text of InnerEye's ResultsByModeAndStructure.csv: the same for each structure. */
export const formatResultsByModeAndStructure = (runs: readonly RunRows[]): string =>
  formatCsv(
    ['mode', 'Structure', ...STATISTICS],
    modesOf(runs).flatMap(mode =>
      structuresOf(runs).map(structure => [mode, structure, ...statisticsOf(dicesOf(runs, mode, structure))]),
    ),
  );

/** pandas' names. */
const STATISTICS = ['mean', '50%', 'min', 'max'];

const modesOf = (runs: readonly RunRows[]): string[] => [...new Set(runs.map(({ mode }) => mode))].sort();

const structuresOf = (runs: readonly RunRows[]): string[] =>
  [...new Set(runs.flatMap(({ rows }) => rows.map(({ structure }) => structure)))].sort();

const dicesOf = (runs: readonly RunRows[], mode: string, structure?: string): number[] =>
  runs
    .filter(run => run.mode === mode)
    .flatMap(({ rows }) => rows)
    .filter(row => structure === undefined || row.structure === structure)
    .map(({ dice }) => dice * 100);

function statisticsOf(values: readonly number[]): string[] {
  const { mean, median, min, max } = summarize(values);
  return [mean, median, min, max].map(formatNumber);
}
