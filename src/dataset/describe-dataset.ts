import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import type { DatasetSettings } from '../config/schema/configuration.ts';
import { datasetSchema } from '../config/schema/dataset.ts';
import { Fault } from '../foundation/fault.ts';
import { readJsonFile } from './json-file.ts';
import { detectFormat } from './load-dataset.ts';

/** What both formats' dataset.json say of channels and labels. */
const listsSchema = z.looseObject({
  modality: z.record(z.string(), z.string()).optional(),
  channel_names: z.record(z.string(), z.string()).optional(),
  labels: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});

/**
 * What a data set says of itself: channels and structures by the lists it comes with.
 * @throws Fault for plain folders, which do not say what their labels mean, and for lists that are broken.
 */
export async function describeDataset(path: string): Promise<DatasetSettings> {
  const probe = datasetSchema.parse({ path, channels: ['image'], structures: [{ name: 'structure' }] });
  const format = await detectFormat(path, probe);
  if (format === 'decathlon' || format === 'nnunet') {
    const file = join(path, 'dataset.json');
    const { modality, channel_names, labels } = await readJsonFile(file, listsSchema);
    const names = modality ?? channel_names;
    if (!names || !labels) {
      throw new Fault('dataset.json does not name its channels and labels', {
        place: { file },
        remedy: 'Add "modality" (or "channel_names") and "labels".',
      });
    }
    // Decathlon maps values to names, nnU-Net names to values.
    const pairs = Object.entries(labels).map(([key, value]): [string, number] =>
      typeof value === 'number' ? [key, value] : [value, Number(key)],
    );
    return datasetSchema.parse({
      path,
      format,
      channels: Object.values(names),
      structures: pairs.filter(([, value]) => value > 0).map(([name, label]) => ({ name, label })),
    });
  }
  if (format === 'csv') return fromCsv(join(path, probe.csv), path);
  throw new Fault('a plain folder does not say what its labels mean', {
    place: { file: path },
    remedy: `Add a dataset.json with "channel_names" and "labels" beside ${basename(path)}'s folders, or write the configuration by hand.`,
  });
}

/** InnerEye's csv does not tell images from structures: the first channel in it is the image. */
async function fromCsv(file: string, path: string): Promise<DatasetSettings> {
  const rows: Record<string, string>[] = parse(await readFile(file), {
    columns: true,
    bom: true,
    trim: true,
  });
  const channels = [...new Set(rows.map(row => row.channel ?? ''))].filter(name => name !== '');
  if (channels.length < 2) {
    throw new Fault('the csv file names no structure beside the image', {
      place: { file },
      remedy:
        'Each subject needs a row for its image and one for each structure, with the name in the column "channel".',
    });
  }
  const [image, ...structures] = channels;
  return datasetSchema.parse({
    path,
    format: 'csv',
    channels: [image],
    structures: structures.map(name => ({ name })),
  });
}
