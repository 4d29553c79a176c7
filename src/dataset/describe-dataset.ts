import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import type { DatasetSettings } from '../config/schema/configuration.ts';
import { datasetSchema } from '../config/schema/dataset.ts';
import { Fault } from '../foundation/fault.ts';
import { unfitForFileName } from '../foundation/file-name.ts';
import { readVolume } from '../volume/read.ts';
import { sourceOf } from './csv.ts';
import type { Dataset } from './dataset.ts';
import { decathlonSchema } from './decathlon.ts';
import { decathlonNames, nnunetNames } from './declared-names.ts';
import { describeFolder, type FolderNames } from './describe-folder.ts';
import { entriesOf } from './folder-listing.ts';
import { readJsonFile } from './json-file.ts';
import { detectFormat } from './load-dataset.ts';
import { nnunetSchema } from './nnunet.ts';
import { readTable, requireColumn, type Table } from './table.ts';

/**
 * What a data set says of itself: channels and structures by the lists it comes with.
 * @param path its folder, or its csv file.
 * @param names where images and label maps of plain folders lie; found by their names where it is not said.
 * @throws Fault for lists that are broken, and where images or label maps are not found.
 */
export async function describeDataset(
  path: string,
  names: FolderNames = {},
  onProgress?: (done: number, total: number) => void,
): Promise<DatasetSettings> {
  await stat(path).catch((error: unknown) => {
    throw new Fault('the data set does not exist', {
      place: { file: path },
      remedy: 'Name the folder of a data set.',
      cause: error,
    });
  });
  const format = await formatOf(path, names);
  const settings = async (): Promise<z.input<typeof datasetSchema>> => {
    switch (format) {
      case 'csv': {
        const isFile = (await stat(path)).isFile();
        return describeCsv(await readTable(isFile ? path : join(path, 'dataset.csv')));
      }
      case 'decathlon': {
        return decathlonNames(await readJsonFile(join(path, 'dataset.json'), decathlonSchema));
      }
      case 'nnunet': {
        return nnunetNames(await readJsonFile(join(path, 'dataset.json'), nnunetSchema));
      }
      case 'folder':
        return describeFolder(path, names, onProgress);
    }
  };
  const { structures, ...rest } = await settings();
  return datasetSchema.parse({
    path,
    format,
    ...rest,
    structures: structures.map(structure => fitStructure(structure, path)),
  });
}

type StructureInput = z.input<typeof datasetSchema>['structures'][number];

/** A structure with a name that files can have. @throws Fault where only that name says which one is meant. */
function fitStructure(structure: StructureInput, path: string): StructureInput {
  const { name, label } = structure;
  const unfit = unfitForFileName(name);
  if (unfit === undefined) return structure;
  if (label === undefined) {
    throw new Fault(`${JSON.stringify(name)} cannot be the name of a structure: ${unfit}`, {
      place: { file: path },
      remedy: 'Names of structures become part of file names: rename it in the csv.',
    });
  }
  const replaced = name.replace(/[^\p{L}\p{N}._ -]/gu, '_').trim();
  return { ...structure, name: unfitForFileName(replaced) === undefined ? replaced : `structure ${label}` };
}

async function formatOf(path: string, { images, labels }: FolderNames): Promise<Dataset['format']> {
  if ((await stat(path)).isDirectory()) {
    const entries = await entriesOf(path);
    const listed = entries.includes('dataset.csv') || entries.includes('dataset.json');
    if (!listed || images !== undefined || labels !== undefined) return 'folder';
  }
  return detectFormat(path, { csv: 'dataset.csv', images: undefined });
}

/** Columns whose values are the same for scans that must not be on both sides of a split. */
const GROUPING = /^(patient|person|group)[ _-]?(id|no|number)?$/i;

/**
 * InnerEye's csv does not tell images from structures. Their voxels do: a volume with at most one value beside 0 is a
 * mask. Looked at in the subject that has most channels.
 */
async function describeCsv(table: Table): Promise<z.input<typeof datasetSchema>> {
  for (const column of ['subject', 'filePath', 'channel']) requireColumn(table, column);
  const rows = table.rows.filter(({ cells }) => cells.get('channel') !== '' && cells.get('filePath') !== '');
  const counts = new Map<string, number>();
  for (const { cells } of rows)
    counts.set(cells.get('subject')!, (counts.get(cells.get('subject')!) ?? 0) + 1);
  const [fullest] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? [];
  const images: string[] = [];
  const masks: string[] = [];
  for (const row of rows) {
    if (row.cells.get('subject') !== fullest) continue;
    const { file } = sourceOf(table, row, fullest ?? '');
    (isMask((await readVolume(file)).data) ? masks : images).push(row.cells.get('channel')!);
  }
  const structures = masks.filter(name => name !== 'mask');
  if (images.length === 0 || structures.length === 0) {
    throw new Fault(
      images.length === 0 ? 'the csv file names no image' : 'the csv file names no structure beside images',
      {
        place: { file: table.file },
        remedy:
          'Each subject needs a row for every image and one for the mask of every structure, with the name in the column "channel".',
      },
    );
  }
  const group = table.columns.find(column => GROUPING.test(column));
  return {
    channels: images,
    structures: structures.map(name => ({ name })),
    ...(masks.includes('mask') && { mask: 'mask' }),
    ...(group !== undefined && { splits: { group_by: group } }),
  };
}

function isMask(data: ArrayLike<number>): boolean {
  let inside = 0;
  for (let voxel = 0; voxel < data.length; voxel++) {
    const value = data[voxel]!;
    if (value === 0 || value === inside) continue;
    if (inside !== 0) return false;
    inside = value;
  }
  return true;
}
