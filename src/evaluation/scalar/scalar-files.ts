import { parseTable, requireColumn } from '../../dataset/table.ts';
import { formatCsv } from '../../foundation/csv.ts';
import type { Interval } from '../comparison/bootstrap.ts';
import type { ScalarRow } from './row.ts';

const text = (value: number) => (Number.isNaN(value) ? '' : String(value));

/**
 * InnerEye's `model_outputs.csv`: what the model says of each subject and target; of visits with their position.
 * @param fold of a cross-validation, where it is one
 */
export function formatModelOutputs(rows: readonly ScalarRow[], fold = -1): string {
  const sequence = rows.some(({ position }) => position !== undefined);
  return formatCsv(
    [
      'subject',
      'prediction_target',
      'label',
      'model_output',
      'cross_validation_split_index',
      ...(sequence ? ['position'] : []),
    ],
    rows.map(({ subject, target, label, output, position }) => [
      subject,
      target,
      text(label),
      text(output),
      String(fold),
      ...(sequence ? [String(position)] : []),
    ]),
  );
}

/** Metrics a row each: `prediction_target,metric,value,lower,upper`, the last two of the 95 % interval where there is one. */
export function formatScalarMetrics(
  byTarget: ReadonlyMap<string, Readonly<Record<string, number>>>,
  intervals: ReadonlyMap<string, Readonly<Record<string, Interval>>> = new Map(),
): string {
  return formatCsv(
    ['prediction_target', 'metric', 'value', 'lower', 'upper'],
    [...byTarget].flatMap(([target, metrics]) =>
      Object.entries(metrics).map(([name, value]) => {
        const { low, high } = intervals.get(target)?.[name] ?? { low: Number.NaN, high: Number.NaN };
        return [target, name, text(value), text(low), text(high)];
      }),
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
    ...(cells.has('position') && { position: number(cells.get('position')!) }),
    label: number(cells.get('label')!),
    output: number(cells.get('model_output')!),
  }));
}

/** The 95 % intervals that `formatScalarMetrics` wrote: by target, then by name; files of before have none. */
export function parseScalarIntervals(csv: string, file: string): Map<string, Map<string, Interval>> {
  const targets = new Map<string, Map<string, Interval>>();
  for (const { cells } of parseTable(csv, file).rows) {
    const target = cells.get('prediction_target') ?? '';
    const [low, high] = [number(cells.get('lower') ?? ''), number(cells.get('upper') ?? '')];
    const intervals = targets.get(target) ?? new Map<string, Interval>();
    targets.set(target, intervals);
    if (!Number.isNaN(low) && !Number.isNaN(high)) intervals.set(cells.get('metric') ?? '', { low, high });
  }
  return targets;
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
