import { basename, dirname } from 'node:path';
import { nearestName } from '../config/nearest.ts';
import type { DatasetSettings } from '../config/schema/configuration.ts';
import { Fault } from '../foundation/fault.ts';
import type { Subject, VolumeSource } from './dataset.ts';
import { fileInside } from './inside-folder.ts';
import { gather, quoted, type Reading, requireSubjects } from './reading.ts';
import { readTable, requireColumn, type Table, type TableRow } from './table.ts';

/** The columns every InnerEye csv has; all others become attributes of the subject. */
const REQUIRED = ['subject', 'filePath', 'channel'] as const;

/**
 * InnerEye's dataset.csv: a row for every subject and channel, where a channel is an image, the mask of a structure or
 * the mask that training keeps to. File paths are relative to the csv; HDF5 files are named `path|dataset|channel`.
 */
export async function readCsvDataset(file: string, settings: DatasetSettings): Promise<Reading> {
  return csvDataset(await readTable(file), settings);
}

/** The same for a table in memory. @throws Fault for a missing column or a channel that no row has. */
export function csvDataset(table: Table, settings: DatasetSettings): Reading {
  for (const column of REQUIRED) requireColumn(table, column);
  requireChannels(table, settings);
  const wanted = new Set([
    ...settings.channels,
    settings.mask,
    ...settings.structures.map(({ name }) => name),
  ]);
  const faults: Fault[] = [];
  const rows = new Map<string, SubjectRows>();
  for (const row of table.rows) {
    const id = row.cells.get('subject')!;
    const channel = row.cells.get('channel')!;
    if (id === '') {
      faults.push(
        new Fault('the row has no subject', { place: at(table, row), remedy: 'Fill in the column.' }),
      );
      continue;
    }
    const subject = rows.get(id) ?? { first: row, all: [], sources: new Map<string, VolumeSource>() };
    rows.set(id, subject);
    subject.all.push(row);
    if (!wanted.has(channel)) continue;
    const other = subject.sources.get(channel);
    if (other !== undefined) {
      faults.push(
        new Fault(`the channel "${channel}" is there twice, also in line ${other.row}`, {
          place: { ...at(table, row), subject: id },
          remedy: 'Keep one row for every subject and channel.',
        }),
      );
      continue;
    }
    const source = gather(faults, () => sourceOf(table, row, id));
    if (source !== undefined) subject.sources.set(channel, source);
  }
  const folder = dirname(table.file);
  const subjects = [...rows].flatMap(
    ([id, subject]) => gather(faults, () => [subjectOf(table, id, subject, settings)]) ?? [],
  );
  return requireSubjects(
    { dataset: { name: basename(folder), folder, format: 'csv', subjects }, faults },
    { file: table.file },
    'Add a row for every subject and channel.',
  );
}

interface SubjectRows {
  readonly first: TableRow;
  readonly all: TableRow[];
  readonly sources: Map<string, VolumeSource>;
}

const at = (table: Table, row: TableRow) => ({ file: table.file, line: row.line });

/** The volume that a row names. @throws Fault for a path that is empty or leaves the folder. */
export function sourceOf(table: Table, row: TableRow, subject: string): VolumeSource {
  const place = { ...at(table, row), subject };
  const [path, ...inside] = row.cells.get('filePath')!.split('|');
  if (path === '' || path === undefined) {
    throw new Fault('the row has no filePath', { place, remedy: 'Fill in the path of the file.' });
  }
  const file = fileInside(dirname(table.file), path, place, { absolute: true });
  return { file: [file, ...inside].join('|'), row: row.line };
}

function subjectOf(table: Table, id: string, rows: SubjectRows, settings: DatasetSettings): Subject {
  const place = { ...at(table, rows.first), subject: id };
  const required = [...settings.channels, ...(settings.mask === undefined ? [] : [settings.mask])];
  const structures = settings.structures.map(({ name }) => name);
  const drawn = structures.filter(name => rows.sources.has(name));
  const missing = [
    ...required.filter(name => !rows.sources.has(name)),
    ...(drawn.length > 0 && !settings.allow_incomplete_labels
      ? structures.filter(name => !rows.sources.has(name))
      : []),
  ];
  if (missing.length > 0) {
    throw new Fault(`the subject has no row for ${quoted(missing)}`, {
      place,
      remedy: missing.every(name => structures.includes(name))
        ? 'Add the rows, or set allow_incomplete_labels if those structures were not drawn.'
        : 'Add the rows.',
    });
  }
  return {
    id,
    images: settings.channels.map(name => rows.sources.get(name)!),
    ...(drawn.length > 0 && {
      labels: { kind: 'masks', sources: structures.map(name => rows.sources.get(name)) },
    }),
    ...(settings.mask !== undefined && { mask: rows.sources.get(settings.mask)! }),
    attributes: attributesOf(table, id, rows, settings),
    place,
  };
}

/** The first value of each further column; columns that decide over splits must agree in all rows of a subject. */
function attributesOf(
  table: Table,
  id: string,
  { all }: SubjectRows,
  { splits }: DatasetSettings,
): Record<string, string> {
  const deciding = [splits.group_by, ...(splits.institutions === undefined ? [] : ['institutionId'])];
  const columns = table.columns.filter(column => !REQUIRED.some(required => required === column));
  return Object.fromEntries(
    columns.map(column => {
      const filled = all.filter(row => row.cells.get(column) !== '');
      const value = filled[0]?.cells.get(column) ?? '';
      const other = filled.find(row => row.cells.get(column) !== value);
      if (other !== undefined && deciding.includes(column)) {
        throw new Fault(
          `the subject has different values in the column "${column}": "${value}" and "${other.cells.get(column)}"`,
          {
            place: { ...at(table, other), subject: id },
            remedy: 'Splits need one value for each subject.',
          },
        );
      }
      return [column, value];
    }),
  );
}

/** A name that no row has is rather a slip in the configuration than a fault of every subject. */
function requireChannels(table: Table, settings: DatasetSettings): void {
  const present = new Set(table.rows.map(row => row.cells.get('channel')!).filter(name => name !== ''));
  const images = [...settings.channels, ...(settings.mask === undefined ? [] : [settings.mask])];
  const structures = settings.structures.map(({ name }) => name);
  const others = [...present].filter(name => !images.includes(name));
  // Without any other channel the data set is one to predict; with incomplete labels one structure is enough.
  const optional =
    others.length === 0 || (settings.allow_incomplete_labels && structures.some(name => present.has(name)));
  for (const name of [...images, ...(optional ? [] : structures)]) {
    if (present.has(name) || table.rows.length === 0) continue;
    const meant = nearestName(name, present);
    throw new Fault(`no row has the channel "${name}"; the csv has ${quoted(present)}`, {
      place: { file: table.file, setting: settingOf(name, settings) },
      remedy:
        meant === undefined
          ? 'Name channels, mask and structures in the configuration as the column "channel" does.'
          : `Did you mean "${meant}"?`,
    });
  }
}

/** Path of the setting that names a channel, the mask or a structure. */
function settingOf(name: string, { channels, mask, structures }: DatasetSettings): string {
  if (channels.includes(name)) return `dataset.channels[${channels.indexOf(name)}]`;
  return name === mask
    ? 'dataset.mask'
    : `dataset.structures[${structures.findIndex(one => one.name === name)}]`;
}
