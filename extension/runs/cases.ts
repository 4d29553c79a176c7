import { join } from 'node:path';
import type { SplitName } from '../../src/dataset/dataset.ts';
import { readTable, type Table } from '../../src/dataset/table.ts';
import type { ScalarRow } from '../../src/evaluation/scalar/row.ts';
import { unguardCsvText } from '../../src/foundation/csv.ts';
import { RUN_FILES, SPLIT_FOLDERS } from '../../src/runs/run-folder.ts';

/** A subject that a run has told of. */
export interface Case {
  readonly subject: string;
  readonly split: SplitName;
  /** What it said, and what is true: `large 0.93 (1)`. */
  readonly said: string;
}

/** The subjects of the first split that a run has told of (test, validation, training), those that it knew best first. */
export async function casesOf(run: string): Promise<Case[]> {
  for (const split of ['test', 'validation', 'train'] as const) {
    const file = join(run, RUN_FILES.evaluation, SPLIT_FOLDERS[split], 'model_outputs.csv');
    const table = await readTable(file).catch(() => undefined);
    if (table && table.rows.length > 0) return rankCases(table.rows.map(rowOf), split);
  }
  return [];
}

/** Cases by their error, the smallest first; those without a label come last. */
export function rankCases(rows: readonly ScalarRow[], split: SplitName): Case[] {
  const scales = scalesOf(rows);
  return [...groupBy(rows, ({ subject }) => subject)]
    .map(([subject, own]) => {
      const errors = labelled(own).map(row => errorOf(row) / scales.get(row.target)!);
      return { error: errors.length === 0 ? Number.POSITIVE_INFINITY : mean(errors), subject, own };
    })
    .sort((a, b) => (a.error === b.error ? 0 : a.error - b.error))
    .map(({ subject, own }) => ({
      subject,
      split,
      said: own.map(textOf).join(', '),
    }));
}

function rowOf({ cells }: Table['rows'][number]): ScalarRow {
  const number = (column: string) => {
    const text = cells.get(column) ?? '';
    return text === '' ? Number.NaN : Number(text);
  };
  return {
    subject: unguardCsvText(cells.get('subject') ?? ''),
    target: cells.get('prediction_target') ?? '',
    ...(cells.has('position') && { position: number('position') }),
    output: number('model_output'),
    label: number('label'),
  };
}

const labelled = (rows: readonly ScalarRow[]) => rows.filter(({ label }) => !Number.isNaN(label));
const errorOf = ({ output, label }: ScalarRow): number => Math.abs(output - label);
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The mean error of each target: numbers of different units become comparable by it. */
function scalesOf(rows: readonly ScalarRow[]): Map<string, number> {
  const byTarget = groupBy(labelled(rows), ({ target }) => target);
  return new Map([...byTarget].map(([target, own]) => [target, mean(own.map(errorOf)) || 1]));
}

function groupBy(rows: readonly ScalarRow[], keyOf: (row: ScalarRow) => string): Map<string, ScalarRow[]> {
  const groups = new Map<string, ScalarRow[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return groups;
}

function textOf({ target, position, output, label }: ScalarRow): string {
  const visit = position === undefined ? '' : ` at visit ${position}`;
  const truth = Number.isNaN(label) ? '' : ` (${short(label)})`;
  return `${target}${visit} ${short(output)}${truth}`;
}

const short = (value: number): string => String(Number(value.toPrecision(3)));
