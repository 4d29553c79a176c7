import { formatCsv } from '../../foundation/csv.ts';
import { formatNumber, sortRows } from '../metrics-table.ts';
import type { MetricsRow } from '../structure-metrics.ts';

/** A model's metrics as one part of the table. */
export interface RunRows {
  /** Name of the run, in the column `split`. */
  readonly name: string;
  /** InnerEye's name of the split, in the column `mode`: `Test`. */
  readonly mode: string;
  readonly rows: readonly MetricsRow[];
  /** Further columns of the data set, such as `seriesId`. */
  attributesOf(patient: string): Readonly<Record<string, string>>;
}

const COLUMNS = [
  'Patient',
  'Structure',
  'Dice',
  'HausdorffDistance_mm',
  'MeanDistance_mm',
  'seriesId',
  'institutionId',
  'split',
  'mode',
];

/** Text of InnerEye's MetricsAcrossAllRuns.csv; in it alone Dice is in percent. */
export function formatAllRuns(runs: readonly RunRows[]): string {
  const lines = runs.flatMap(({ name, mode, rows, attributesOf }) =>
    sortRows(rows).map(({ patient, structure, dice, hausdorffMm, meanDistanceMm }) => {
      const { seriesId = '', institutionId = '' } = attributesOf(patient);
      const numbers = [dice * 100, hausdorffMm, meanDistanceMm].map(formatNumber);
      return [patient, structure, ...numbers, seriesId, institutionId, name, mode];
    }),
  );
  return formatCsv(COLUMNS, lines);
}
