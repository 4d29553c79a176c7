import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { DatasetSettings, TaskData } from '../config/schema/configuration.ts';
import { decathlonSchema } from './decathlon.ts';
import { decathlonNames, nnunetNames } from './declared-names.ts';
import { entriesOf } from './folder-listing.ts';
import { readJsonFile } from './json-file.ts';
import { detectFormat } from './load-dataset.ts';
import { nnunetSchema } from './nnunet.ts';
import { readTableInPieces } from './table.ts';

/** Where a data set lies. */
export type DatasetPlace = Pick<DatasetSettings, 'path' | 'format' | 'csv' | 'images'>;

/** Where the data set of a configuration lies; that of a task without structures is a csv. */
export function placeOf(settings: TaskData): DatasetPlace {
  if (settings.task === 'segmentation') return settings.dataset;
  const { path, csv } = settings.dataset;
  return { path, format: 'csv', csv };
}

/** What can be read off a data set's own lists without opening a scan. */
export interface DatasetFacts {
  readonly subjects: number;
  /** Columns of the csv; empty for other formats. */
  readonly columns: readonly string[];
  /** Distinct values of the csv's channel column, or the channels that dataset.json names. */
  readonly channels: readonly string[];
  /** Structures that dataset.json names, with their values; for csv none are told apart from channels. */
  readonly structures: readonly { readonly name: string; readonly label: number }[];
}

/**
 * Facts about a data set whose `path` is absolute; undefined for plain folders, which name nothing.
 * @throws Fault where there is no data set, or its list is broken.
 */
export async function readDatasetFacts(settings: DatasetPlace): Promise<DatasetFacts | undefined> {
  const { path } = settings;
  if (path === undefined) return undefined;
  const format = settings.format === 'auto' ? await detectFormat(path, settings) : settings.format;
  if (format === 'folder') return undefined;
  const file = await listOf(settings);
  if (format === 'csv') return tableFacts(file);
  if (format === 'decathlon') {
    const json = await readJsonFile(file, decathlonSchema);
    return { subjects: json.training.length, columns: [], ...decathlonNames(json) };
  }
  const json = await readJsonFile(file, nnunetSchema);
  const labels = await entriesOf(join(dirname(file), 'labelsTr')).catch(() => []);
  const subjects = json.dataset === undefined ? labels.length : Object.keys(json.dataset).length;
  return { subjects, columns: [], ...nnunetNames(json) };
}

/** The file that lists a data set, as far as one does: the csv, else `dataset.json`. */
export async function listOf({ path = '', csv, format }: DatasetPlace): Promise<string> {
  const found = await stat(path);
  if (found.isFile()) return path;
  const table = join(path, csv);
  const isTable = format === 'csv' || (format === 'auto' && (await isFile(table)));
  return isTable ? table : join(path, 'dataset.json');
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ?? false;
}

async function tableFacts(file: string): Promise<DatasetFacts> {
  const subjects = new Set<string>();
  const channels = new Set<string>();
  let columns: readonly string[] = [];
  for await (const table of readTableInPieces(file)) {
    columns = table.columns;
    for (const { cells } of table.rows) {
      subjects.add(cells.get('subject') ?? '');
      channels.add(cells.get('channel') ?? '');
    }
    // Whoever waits for an answer has it between two pieces.
    await setImmediate();
  }
  subjects.delete('');
  channels.delete('');
  return { subjects: subjects.size, columns, channels: [...channels], structures: [] };
}
