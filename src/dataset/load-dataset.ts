import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { DatasetSettings } from '../config/schema/configuration.ts';
import { Fault } from '../foundation/fault.ts';
import { asReadFault } from '../foundation/file-fault.ts';
import { readCsvDataset } from './csv.ts';
import type { Dataset } from './dataset.ts';
import { readDecathlonDataset } from './decathlon.ts';
import { readFolderDataset } from './folder.ts';
import { entriesOf } from './folder-listing.ts';
import { readJsonFile } from './json-file.ts';
import { readNnunetDataset } from './nnunet.ts';
import { asOneError, type Reading } from './reading.ts';

/**
 * Finds the subjects of a data set. Lists only: no image is opened, and a file that is missing shows when the subject
 * is loaded or validated.
 * @throws Fault or Faults: everything that is wrong with the lists.
 */
export async function loadDataset(settings: DatasetSettings): Promise<Dataset> {
  const { dataset, faults } = await readDataset(settings);
  if (faults.length > 0) throw asOneError(`${faults.length} faults in the data set`, faults);
  return dataset;
}

/** As `loadDataset`, but with the faults of single subjects beside the subjects that could be made out. */
export async function readDataset(settings: DatasetSettings): Promise<Reading> {
  const { path } = settings;
  if (path === undefined) {
    throw new Fault('the configuration does not say where the data set lies', {
      remedy: 'Set dataset.path to its folder, or run with --set dataset.path=FOLDER.',
    });
  }
  const found = await stat(path).catch((error: unknown) => {
    const fault = asReadFault(error, path);
    throw fault instanceof Fault
      ? new Fault('the data set does not exist', {
          place: { file: path },
          remedy: 'Mend dataset.path, or run with --set dataset.path=FOLDER.',
          cause: error,
        })
      : fault;
  });
  const folder = found.isDirectory() ? path : dirname(path);
  const table = found.isDirectory() ? join(path, settings.csv) : path;
  const format = settings.format === 'auto' ? await detectFormat(path, settings) : settings.format;
  switch (format) {
    case 'csv':
      return readCsvDataset(table, settings);
    case 'decathlon':
      return readDecathlonDataset(folder, settings);
    case 'nnunet':
      return readNnunetDataset(folder, settings);
    case 'folder':
      return readFolderDataset(folder, settings);
  }
}

/**
 * The format by the files that are there: the csv file, `dataset.json` (nnU-Net's has `channel_names`), else a folder
 * of images.
 * @throws Fault where none of them is there.
 */
export async function detectFormat(
  path: string,
  { csv, images }: Pick<DatasetSettings, 'csv' | 'images'>,
): Promise<Dataset['format']> {
  if ((await stat(path)).isFile()) return path.toLowerCase().endsWith('.json') ? jsonFormat(path) : 'csv';
  const entries = await entriesOf(path);
  if (entries.includes(csv)) return 'csv';
  if (entries.includes('dataset.json')) return jsonFormat(join(path, 'dataset.json'));
  if (images !== undefined || entries.includes('images')) return 'folder';
  throw new Fault('the format of the data set is not recognised', {
    place: { file: path },
    remedy: `There is neither ${csv}, nor dataset.json, nor a folder images; set dataset.images to the folder or pattern of the images.`,
  });
}

async function jsonFormat(file: string): Promise<'decathlon' | 'nnunet'> {
  const json = await readJsonFile(file, z.looseObject({}));
  return 'channel_names' in json ? 'nnunet' : 'decathlon';
}
