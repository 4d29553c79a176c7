import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ScalarDatasetSettings } from '../../config/schema/configuration.ts';
import { Fault } from '../../foundation/fault.ts';
import { asReadFault } from '../../foundation/file-fault.ts';
import type { Subject } from '../dataset.ts';
import { gather, type Reading, requireSubjects } from '../reading.ts';
import { readTable, requireColumn, type Table, type TableRow } from '../table.ts';
import { columnsOf } from './check-columns.ts';
import { RowReader } from './read-rows.ts';
import { readVisits } from './read-visits.ts';

/**
 * Reads a table of subjects with images, numbers, words and what is to be predicted: a row a subject, or InnerEye's form
 * with a row for each channel of a subject. Lists only: no image is opened.
 * @throws Fault where there is no table, or a column is missing that every row needs.
 */
export async function readScalarDataset(settings: ScalarDatasetSettings): Promise<Reading> {
  return scalarDataset(await readTable(await tableFile(settings)), settings);
}

/** The same to predict: labels, and their columns, may be missing, and who is left out is told, as nobody is to be missed. */
export async function readUnlabelled(settings: ScalarDatasetSettings): Promise<Reading> {
  const table = await readTable(await tableFile(settings));
  const labelled = targetColumns(settings).every(column => table.columns.includes(column));
  return scalarDataset(table, { ...settings, missing_labels: 'drop' }, { tellsLeftOut: true, labelled });
}

/** The csv of a data set. @throws Fault where the data set is missing. */
export async function tableFile(settings: ScalarDatasetSettings): Promise<string> {
  const { path } = settings;
  if (path === undefined) {
    throw new Fault('the configuration does not say where the data set lies', {
      remedy: 'Set dataset.path to its folder, or run with --set dataset.path=FOLDER.',
    });
  }
  const found = await stat(path).catch((error: unknown) => {
    throw asReadFault(error, path);
  });
  return found.isDirectory() ? join(path, settings.csv) : path;
}

const targetColumns = ({ targets }: ScalarDatasetSettings): readonly string[] =>
  'columns' in targets ? targets.columns : [targets.column];

/**
 * The same for a table in memory.
 * @param labelled false: the table has no columns of targets
 */
export function scalarDataset(
  table: Table,
  settings: ScalarDatasetSettings,
  { tellsLeftOut = false, labelled = true } = {},
): Reading {
  requireColumns(table, settings, labelled);
  const faults: Fault[] = [];
  const subjects: Subject[] = [];
  for (const [id, rows] of rowsBySubject(table, settings, faults)) {
    const subject = gather(faults, () => {
      const read = readSubject(table, settings, id, rows, labelled);
      if (read === undefined && tellsLeftOut) throw leftOut(table, id, rows[0]!);
      return read;
    });
    if (subject !== undefined) subjects.push(subject);
  }
  const folder = dirname(table.file);
  return requireSubjects(
    { dataset: { name: basename(folder), folder, format: 'csv', subjects }, faults },
    { file: table.file },
    'Add rows, or mend dataset.expected_values.',
  );
}

const leftOut = ({ file }: Table, subject: string, { line }: TableRow) =>
  new Fault('the subject is left out: it lacks the value of a feature', {
    place: { file, line, subject },
    remedy: 'Fill in its cells, or train with dataset.features.missing: impute.',
  });

/** The columns that the settings name; those of targets only where there are to be labels. */
function requireColumns(table: Table, settings: ScalarDatasetSettings, labelled: boolean): void {
  const needed = columnsOf(settings).map(([name]) => name);
  const require = (column: string, purpose: string) => requireColumn(table, column, purpose, needed);
  const { subject_column, channel_column, image_column, channels, features } = settings;
  require(subject_column, 'dataset.subject_column');
  if (channel_column !== undefined) require(channel_column, 'dataset.channel_column');
  if (channels.length > 0 && channel_column !== undefined && image_column === undefined) {
    throw new Fault('the configuration does not say which column holds the files of the images', {
      place: { file: table.file, line: 1, setting: 'dataset' },
      remedy: 'Set dataset.image_column.',
    });
  }
  const images = channel_column === undefined ? channels : image_column === undefined ? [] : [image_column];
  for (const column of images) require(column, 'dataset.channels');
  for (const column of features.numerical) require(column, 'dataset.features.numerical');
  for (const column of features.categorical) require(column, 'dataset.features.categorical');
  for (const column of Object.keys(settings.expected_values)) require(column, 'dataset.expected_values');
  if ('sequence' in settings) require(settings.sequence.column, 'dataset.sequence.column');
  if (labelled) for (const column of targetColumns(settings)) require(column, 'dataset.targets');
}

/** A subject of its rows; undefined where the settings say that such a one is left out. */
function readSubject(
  table: Table,
  settings: ScalarDatasetSettings,
  id: string,
  rows: readonly TableRow[],
  labelled: boolean,
): Subject | undefined {
  const firstFilled = (column: string) =>
    rows.map(row => row.cells.get(column)!).find(text => text !== '') ?? '';
  const attributes = Object.fromEntries(table.columns.map(column => [column, firstFilled(column)]));
  if ('sequence' in settings) {
    const visits = readVisits(table, settings, id, rows, { labelled });
    if (visits.length === 0) return undefined;
    return { id, images: [], visits, attributes, place: visits[0]!.place };
  }
  if (settings.channel_column === undefined && rows.length > 1) {
    throw new Fault(`the subject is there twice, also in line ${rows[0]!.line}`, {
      place: { file: table.file, line: rows[1]!.line, subject: id },
      remedy: 'Keep one row for every subject; set dataset.channel_column where it has several by intent.',
    });
  }
  const read = new RowReader(table, settings, id, rows).read({ labelled });
  return read && { id, ...read, attributes };
}

function rowsBySubject(
  table: Table,
  settings: ScalarDatasetSettings,
  faults: Fault[],
): Map<string, TableRow[]> {
  const rows = new Map<string, TableRow[]>();
  const expected = Object.entries(settings.expected_values);
  for (const row of table.rows) {
    if (expected.some(([column, value]) => row.cells.get(column) !== value)) continue;
    const id = row.cells.get(settings.subject_column)!;
    if (id === '') {
      const place = { file: table.file, line: row.line };
      faults.push(new Fault('the row has no subject', { place, remedy: 'Fill in the column.' }));
      continue;
    }
    rows.set(id, [...(rows.get(id) ?? []), row]);
  }
  return rows;
}
