import { parse } from 'csv-parse/sync';
import { type CsvCell, formatCsv, unguardCsvText } from '../foundation/csv.ts';
import { Fault } from '../foundation/fault.ts';
import { nanMean, summarize } from './statistics.ts';
import {
  extendedColumns,
  innerEyeColumns,
  type MetricColumn,
  type MetricsRow,
  type StructureMetrics,
} from './structure-metrics.ts';

/** Text of metrics.csv: InnerEye's columns, sorted by structure, then Dice ascending (NaN last), then patient. */
export function formatMetrics(rows: readonly MetricsRow[]): string {
  return formatRows(rows, innerEyeColumns, []);
}

/** Text of metrics_extended.csv: the same rows in the same order with all metrics, those of plugins last. */
export function formatExtendedMetrics(rows: readonly MetricsRow[]): string {
  const further = [...new Set(rows.flatMap(row => Object.keys(row.further ?? {})))];
  return formatRows(rows, extendedColumns, further);
}

/**
 * Text of metrics_aggregates.csv: one line a structure. InnerEye's columns; mean, std, min and max are those of the
 * values in metrics.csv, rounded as there, so that the one file follows from the other. Unlike InnerEye, structures
 * with equal numbers all stay.
 * @param totalPatients adds InnerEye's column `total_patients`, for data sets where not all structures are drawn
 */
export function formatAggregates(rows: readonly MetricsRow[], totalPatients?: number): string {
  const columns = innerEyeColumns.flatMap(({ name, column }) =>
    ['mean', 'std', 'min', 'max'].map(
      statistic => `${name === 'dice' ? 'DiceNumeric' : column}_${statistic}`,
    ),
  );
  const lines = structuresOf(rows).map(structure => {
    const own = rows.filter(row => row.structure === structure);
    const summaries = innerEyeColumns.map(({ name }) => summarize(own.map(row => round(row[name]))));
    return [
      structure,
      `${formatNumber(summaries[0]!.count)}`,
      ...(totalPatients === undefined ? [] : [totalPatients]),
      ...summaries.flatMap(({ mean, std, min, max }) => [mean, std, min, max].map(formatNumber)),
    ];
  });
  return formatCsv(
    ['Structure', 'count', ...(totalPatients === undefined ? [] : ['total_patients']), ...columns],
    lines,
  );
}

/** Names of the structures in sorted order. */
export function structuresOf(rows: readonly MetricsRow[]): string[] {
  return [...new Set(rows.map(row => row.structure))].sort(byCodePoint);
}

/** For each subject the mean Dice of its structures (NaN left out); NaN for a subject without any. */
export function meanDiceBySubject(rows: readonly MetricsRow[]): Map<string, number> {
  const values = new Map<string, number[]>();
  for (const { patient, dice } of rows) {
    const own = values.get(patient);
    if (own) own.push(dice);
    else values.set(patient, [dice]);
  }
  return new Map([...values].map(([patient, dices]) => [patient, nanMean(dices)]));
}

/**
 * Reads metrics.csv or metrics_extended.csv (ours or InnerEye's); columns that are absent become NaN, columns of
 * numbers that are not ours become `further`.
 * @throws Fault where the text is not csv, a required column is missing, or a value is no number
 */
export function parseMetrics(text: string, file: string): MetricsRow[] {
  const records = readRecords(text, file);
  const missing = ['Patient', 'Structure', 'Dice'].filter(column => records[0] && !(column in records[0]));
  if (missing.length > 0) {
    throw new Fault(`the file of metrics has no column ${missing.map(name => `"${name}"`).join(', ')}`, {
      place: { file },
      remedy: 'Give a metrics.csv with the columns Patient, Structure and Dice.',
    });
  }
  const known = new Set(['Patient', 'Structure', ...extendedColumns.map(({ column }) => column)]);
  return records.map((record, index) => {
    const number = (column: string) => parseNumber(record[column], { file, row: index + 2, column });
    const metrics = Object.fromEntries(extendedColumns.map(({ name, column }) => [name, number(column)]));
    const others = Object.keys(record).filter(column => !known.has(column));
    return {
      patient: unguardCsvText(record.Patient ?? ''),
      structure: unguardCsvText(record.Structure ?? ''),
      ...(metrics as unknown as StructureMetrics),
      ...(others.length > 0 && {
        further: Object.fromEntries(others.map(column => [column, Number(record[column] || 'NaN')])),
      }),
    };
  });
}

function readRecords(text: string, file: string): Record<string, string>[] {
  try {
    return parse(text, { columns: true, bom: true, skip_empty_lines: true });
  } catch (error) {
    throw new Fault(`the file of metrics cannot be read: ${(error as Error).message}`, {
      place: { file },
      remedy: 'Give a csv file with the columns Patient, Structure and Dice.',
      cause: error,
    });
  }
}

function parseNumber(
  text: string | undefined,
  { file, row, column }: { file: string; row: number; column: string },
): number {
  if (text === undefined || text === '' || /^nan$/i.test(text)) return Number.NaN;
  const infinite = /^([+-]?)inf(inity)?$/i.exec(text);
  if (infinite) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const value = Number(text);
  if (!Number.isNaN(value)) return value;
  throw new Fault(`"${text}" in the column ${column} is not a number`, {
    place: { file, row },
    remedy: 'Write a number, "inf", or nothing.',
  });
}

function formatRows(
  rows: readonly MetricsRow[],
  columns: readonly MetricColumn[],
  further: readonly string[],
): string {
  const lines = sortRows(rows).map((row): CsvCell[] => [
    row.patient,
    row.structure,
    ...columns.map(({ name }) => formatNumber(row[name])),
    ...further.map(column => formatNumber(row.further?.[column] ?? Number.NaN)),
  ]);
  return formatCsv(['Patient', 'Structure', ...columns.map(({ column }) => column), ...further], lines);
}

/** Rows by structure, then Dice ascending with NaN last, then patient: the order of metrics.csv. */
export function sortRows(rows: readonly MetricsRow[]): MetricsRow[] {
  return [...rows].sort(
    (a, b) =>
      byCodePoint(a.structure, b.structure) || byNumber(a.dice, b.dice) || byCodePoint(a.patient, b.patient),
  );
}

const byCodePoint = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function byNumber(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a === b ? 0 : a - b;
}

/** Three decimals; NaN empty and infinity `inf`, as pandas writes them. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return '';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  return value.toFixed(3);
}

const round = (value: number): number => (Number.isFinite(value) ? Number(value.toFixed(3)) : value);
