import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ScalarConfiguration } from '../config/schema/configuration.ts';
import type { PredictionTask } from '../contracts/serving.ts';
import { quoted } from '../dataset/reading.ts';
import { Fault } from '../foundation/fault.ts';
import { firstBytes, isArchive, unpacked, unpackedWithNames } from './unpacked.ts';

/** A table in the task's folder. */
export interface SentTable {
  readonly folder: string;
  /** Name of the csv in it. */
  readonly csv: string;
  /** The scan of the one subject, where a scan alone was sent. */
  readonly scan?: string;
}

/** Tables are read whole. */
const LARGEST_TABLE = 64 * 2 ** 20;
/** Both byte orders of the size that a NIfTI header begins with, and gzip. */
const VOLUMES = ['5c010000', '0000015c', '1f8b'];

/**
 * What a client sent to be told of: a csv, rows as JSON, a zip archive with a csv and the scans that it names, or a scan
 * alone (a NIfTI file, or a zipped DICOM series), where the model goes by nothing else.
 * @throws Fault where it is none of that; ArchiveFault where it cannot be unpacked
 */
export async function sentTable(task: PredictionTask, settings: ScalarConfiguration): Promise<SentTable> {
  const { input, folder } = task;
  if (await isArchive(input)) {
    const data = join(folder, 'data');
    const files = await unpackedWithNames(task, data);
    const tables = files.filter(file => /\.csv$/i.test(file));
    const named = tables.find(file => basename(file) === settings.dataset.csv) ?? tables[0];
    if (tables.length > 1 && basename(named!) !== settings.dataset.csv) {
      throw new Fault(`the archive has several tables, and none is called ${settings.dataset.csv}`, {
        remedy: 'Give the one that is meant this name.',
      });
    }
    if (named !== undefined) return { folder: join(named, '..'), csv: basename(named) };
    await rm(data, { recursive: true, force: true });
    return scanAlone(folder, await unpacked(task), settings);
  }
  const start = await firstBytes(input, 64);
  if (VOLUMES.some(magic => start.toString('hex').startsWith(magic)))
    return scanAlone(folder, input, settings);
  const { size } = await stat(input);
  if (size > LARGEST_TABLE) {
    throw new Fault(`the table is larger than ${LARGEST_TABLE / 2 ** 20} MB`, {
      remedy: 'Send it in parts.',
    });
  }
  const first = start.toString('utf8').trimStart()[0];
  if (first !== '{' && first !== '[') return { folder, csv: basename(input) };
  const rows = rowsIn(await readFile(input, 'utf8'));
  return { folder, csv: await writeTable(folder, rows) };
}

type Row = Readonly<Record<string, string | number | boolean | null>>;

function rowsIn(text: string): Row[] {
  const wrong = (what: string) =>
    new Fault(`the table as JSON ${what}`, {
      remedy: 'Send {"subjects": [{"COLUMN": VALUE, …}, …]}, a row of the table each.',
    });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw wrong('is no JSON');
  }
  const rows = Array.isArray(value) ? value : (value as { subjects?: unknown } | null)?.subjects;
  if (!Array.isArray(rows) || rows.length === 0) throw wrong('has no list of subjects');
  rows.forEach((row, index) => {
    const isRow = typeof row === 'object' && row !== null && !Array.isArray(row);
    if (!isRow || Object.values(row).some(cell => typeof cell === 'object' && cell !== null)) {
      throw wrong(`has no texts and numbers by the names of columns at ${index}`);
    }
  });
  return rows as Row[];
}

/** Writes rows as they are: what a spreadsheet would take for a formula is a text here. */
async function writeTable(folder: string, rows: readonly Row[]): Promise<string> {
  const columns = [...new Set(rows.flatMap(row => Object.keys(row)))];
  const cell = (value: Row[string] | undefined) => `"${String(value ?? '').replaceAll('"', '""')}"`;
  const lines = [columns.map(cell), ...rows.map(row => columns.map(column => cell(row[column])))];
  await writeFile(join(folder, 'table.csv'), lines.map(line => `${line.join(',')}\n`).join(''), {
    mode: 0o600,
  });
  return 'table.csv';
}

/** A table of one subject with one scan. @throws Fault where the model goes by more. */
async function scanAlone(
  folder: string,
  scan: string,
  { task, dataset }: ScalarConfiguration,
): Promise<SentTable> {
  const { channels, channel_column, image_column, subject_column, expected_values, features } = dataset;
  const columns = [...features.numerical, ...features.categorical];
  const [channel] = channels;
  if (channel === undefined || channels.length > 1 || columns.length > 0 || task === 'sequence') {
    const needs = [...channels, ...columns];
    throw new Fault(`the model goes by ${quoted(needs)}, not by one scan alone`, {
      remedy: 'Send a zip archive with a csv that has these columns, and the scans that it names.',
    });
  }
  const place =
    channel_column === undefined
      ? { [channel]: basename(scan) }
      : { [image_column ?? 'path']: basename(scan), [channel_column]: channel };
  const csv = await writeTable(folder, [{ ...expected_values, [subject_column]: 'scan', ...place }]);
  return { folder, csv, scan };
}
