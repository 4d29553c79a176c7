import { parseTable, requireColumn } from '../../dataset/table.ts';
import { formatCsv } from '../../foundation/csv.ts';
import type { ScalarRow } from './row.ts';

const text = (value: number) => (Number.isNaN(value) ? '' : String(value));

/** InnerEye's `model_outputs.csv`: what the model says of each subject and target. */
export function formatModelOutputs(rows: readonly ScalarRow[]): string {
  return formatCsv(
    ['subject', 'prediction_target', 'label', 'model_output', 'cross_validation_split_index'],
    rows.map(({ subject, target, label, output }) => [subject, target, text(label), text(output), '-1']),
  );
}

/** Metrics a row each: `prediction_target,metric,value`. */
export function formatScalarMetrics(byTarget: ReadonlyMap<string, Readonly<Record<string, number>>>): string {
  return formatCsv(
    ['prediction_target', 'metric', 'value'],
    [...byTarget].flatMap(([target, metrics]) =>
      Object.entries(metrics).map(([name, value]) => [target, name, text(value)]),
    ),
  );
}

const number = (cell: string) => (cell === '' ? Number.NaN : Number(cell));

/** Reads what `formatModelOutputs` wrote. @throws Fault where a column is missing. */
export function parseModelOutputs(csv: string, file: string): ScalarRow[] {
  const table = parseTable(csv, file);
  for (const column of ['subject', 'prediction_target', 'label', 'model_output'])
    requireColumn(table, column);
  return table.rows.map(({ cells }) => ({
    subject: cells.get('subject')!,
    target: cells.get('prediction_target')!,
    label: number(cells.get('label')!),
    output: number(cells.get('model_output')!),
  }));
}

/** Reads what `formatScalarMetrics` wrote: by target, then by name. @throws Fault where a column is missing. */
export function parseScalarMetrics(csv: string, file: string): Map<string, Map<string, number>> {
  const table = parseTable(csv, file);
  for (const column of ['prediction_target', 'metric', 'value']) requireColumn(table, column);
  const targets = new Map<string, Map<string, number>>();
  for (const { cells } of table.rows) {
    const target = cells.get('prediction_target')!;
    const metrics = targets.get(target) ?? new Map<string, number>();
    targets.set(target, metrics.set(cells.get('metric')!, number(cells.get('value')!)));
  }
  return targets;
}
