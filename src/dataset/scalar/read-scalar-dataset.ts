import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ScalarDatasetSettings } from '../../config/schema/configuration.ts';
import { Fault, type Place } from '../../foundation/fault.ts';
import { asReadFault } from '../../volume/stored-bytes.ts';
import type { Subject, VolumeSource } from '../dataset.ts';
import { fileInside } from '../inside-folder.ts';
import { gather, quoted, type Reading, requireSubjects } from '../reading.ts';
import { readTable, requireColumn, type Table, type TableRow } from '../table.ts';
import { parseClasses, parseNumber } from './parse-target.ts';

/**
 * Reads a table of subjects with images, numbers, words and what is to be predicted: a row a subject, or InnerEye's form
 * with a row for each channel of a subject. Lists only: no image is opened.
 * @throws Fault where there is no table, or a column is missing that every row needs.
 */
export async function readScalarDataset(settings: ScalarDatasetSettings): Promise<Reading> {
  const { path } = settings;
  if (path === undefined) {
    throw new Fault('the configuration does not say where the data set lies', {
      remedy: 'Set dataset.path to its folder, or run with --set dataset.path=FOLDER.',
    });
  }
  const found = await stat(path).catch((error: unknown) => {
    throw asReadFault(error, path);
  });
  return scalarDataset(await readTable(found.isDirectory() ? join(path, settings.csv) : path), settings);
}

/** The same for a table in memory. */
export function scalarDataset(table: Table, settings: ScalarDatasetSettings): Reading {
  requireColumns(table, settings);
  const faults: Fault[] = [];
  const subjects: Subject[] = [];
  for (const [id, rows] of rowsBySubject(table, settings, faults)) {
    const subject = gather(faults, () => new SubjectReader(table, settings, id, rows).read());
    if (subject !== undefined) subjects.push(subject);
  }
  const folder = dirname(table.file);
  return requireSubjects(
    { dataset: { name: basename(folder), folder, format: 'csv', subjects }, faults },
    { file: table.file },
    'Add rows, or mend dataset.expected_values.',
  );
}

/** The columns that the settings name. */
function requireColumns(table: Table, settings: ScalarDatasetSettings): void {
  const { subject_column, channel_column, image_column, channels, features, targets } = settings;
  requireColumn(table, subject_column, 'dataset.subject_column');
  if (channel_column !== undefined) requireColumn(table, channel_column, 'dataset.channel_column');
  if (channels.length > 0 && channel_column !== undefined && image_column === undefined) {
    throw new Fault('the configuration does not say which column holds the files of the images', {
      place: { file: table.file, line: 1, setting: 'dataset' },
      remedy: 'Set dataset.image_column.',
    });
  }
  const images = channel_column === undefined ? channels : image_column === undefined ? [] : [image_column];
  for (const column of images) requireColumn(table, column, 'dataset.channels');
  for (const column of features.numerical) requireColumn(table, column, 'dataset.features.numerical');
  for (const column of features.categorical) requireColumn(table, column, 'dataset.features.categorical');
  for (const column of 'columns' in targets ? targets.columns : [targets.column])
    requireColumn(table, column, 'dataset.targets');
  for (const column of Object.keys(settings.expected_values))
    requireColumn(table, column, 'dataset.expected_values');
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

/** Reads the rows of one subject. */
class SubjectReader {
  constructor(
    private readonly table: Table,
    private readonly settings: ScalarDatasetSettings,
    private readonly id: string,
    private readonly rows: readonly TableRow[],
  ) {}

  /** @throws Fault or undefined where the settings say that such a subject is left out. */
  read(): Subject | undefined {
    const { table, settings, id, rows } = this;
    const { features } = settings;
    if (settings.channel_column === undefined && rows.length > 1) {
      throw new Fault(`the subject is there twice, also in line ${rows[0]!.line}`, {
        place: this.at(rows[1]!),
        remedy: 'Keep one row for every subject; set dataset.channel_column where it has several by intent.',
      });
    }
    const numbers = features.numerical.map(column => {
      const { text, row } = this.cell(column, this.channelsOf(column));
      return text === '' ? Number.NaN : parseNumber(text, column, this.at(row));
    });
    const words = features.categorical.map(column => this.cell(column, this.channelsOf(column)).text);
    const empty = [
      ...features.numerical.filter((_, index) => Number.isNaN(numbers[index])),
      ...features.categorical.filter((_, index) => words[index] === ''),
    ];
    if (empty.length > 0 && features.missing === 'drop') return undefined;
    if (empty.length > 0 && features.missing === 'error') {
      throw new Fault(`the subject has no value for ${quoted(empty)}`, {
        place: this.at(rows[0]!),
        remedy: 'Fill in the cell, or set dataset.features.missing to impute or drop.',
      });
    }
    const targets = this.targets();
    return {
      id,
      images: settings.channels.map(channel => this.image(channel)),
      values: { numbers, words, ...(targets && { targets }) },
      attributes: Object.fromEntries(table.columns.map(column => [column, this.firstFilled(column)])),
      place: this.at(rows[0]!),
    };
  }

  private targets(): number[] | undefined {
    const { targets, missing_labels } = this.settings;
    const channels = targets.channel === undefined ? undefined : [targets.channel];
    const columns = 'columns' in targets ? targets.columns : [targets.column];
    const cells = columns.map(column => ({ column, ...this.cell(column, channels) }));
    const missing = cells.filter(({ text }) => text === '').map(({ column }) => column);
    if (missing.length > 0 && missing_labels === 'error') {
      throw new Fault(`the subject has no value for the target ${quoted(missing)}`, {
        place: this.at(cells[0]!.row),
        remedy: 'Fill in the cell, or set dataset.missing_labels to drop.',
      });
    }
    if (missing.length > 0) return undefined;
    return 'columns' in targets
      ? cells.map(({ text, column, row }) => parseNumber(text, column, this.at(row)))
      : parseClasses(cells[0]!.text, targets, this.at(cells[0]!.row));
  }

  private image(channel: string): VolumeSource {
    const { channel_column, image_column } = this.settings;
    const column = channel_column === undefined ? channel : image_column!;
    const { text, row } = this.cell(column, channel_column === undefined ? undefined : [channel]);
    if (text === '') {
      throw new Fault(`the subject has no file for the channel "${channel}"`, {
        place: this.at(row),
        remedy: `Fill in the column "${column}".`,
      });
    }
    const [path, ...inside] = text.split('|');
    const file = fileInside(dirname(this.table.file), path!, this.at(row), { absolute: true });
    return { file: [file, ...inside].join('|'), row: row.line };
  }

  /** The one filled cell of a column among the rows of the channels; of all rows where no channels are said. */
  private cell(column: string, channels: readonly string[] | undefined): { text: string; row: TableRow } {
    const { channel_column } = this.settings;
    const rows =
      channel_column === undefined || channels === undefined
        ? this.rows
        : this.rows.filter(row => channels.includes(row.cells.get(channel_column)!));
    const [first, ...others] = rows.filter(row => row.cells.get(column) !== '');
    if (first === undefined) return { text: '', row: rows[0] ?? this.rows[0]! };
    const text = first.cells.get(column)!;
    const other = others.find(row => row.cells.get(column) !== text);
    if (other !== undefined) {
      throw new Fault(
        `the subject has two values in the column "${column}": "${text}" and "${other.cells.get(column)}"`,
        { place: this.at(other), remedy: 'Keep one, or say by channels which rows hold it.' },
      );
    }
    return { text, row: first };
  }

  private channelsOf(column: string): readonly string[] | undefined {
    const { channels } = this.settings.features;
    return channels?.[column] ?? channels?.Default;
  }

  private firstFilled(column: string): string {
    return this.rows.map(row => row.cells.get(column)!).find(text => text !== '') ?? '';
  }

  private at(row: TableRow): Place {
    return { file: this.table.file, line: row.line, subject: this.id };
  }
}
