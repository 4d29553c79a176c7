import { extname, join } from 'node:path';
import type { z } from 'zod';
import { datasetSchema } from '../config/schema/dataset.ts';
import { Fault } from '../foundation/fault.ts';
import { readVolume } from '../volume/read.ts';
import { volumeStatistics } from '../volume/statistics.ts';
import { readFolderDataset } from './folder.ts';
import { entriesOf, volumesIn } from './folder-listing.ts';
import { asOneError } from './reading.ts';
import { subjectIdOf } from './volume-name.ts';

/** Where images and label maps lie, as folders or patterns in the data set's folder. */
export interface FolderNames {
  readonly images?: string | undefined;
  readonly labels?: string | undefined;
}

/** Names that folders of images, and of label maps, commonly have. */
const IMAGES = ['images', 'imagesTr'];
const LABELS = ['labels', 'labelsTr'];

/** Whether a folder without a list of its subjects has images in a folder that is found by its name. */
export const findImages = (entries: readonly string[]): string | undefined =>
  IMAGES.find(name => entries.includes(name));

/**
 * What plain folders say of themselves: channels by the names of folders or files, and a structure for each value in
 * the label maps, which are all read.
 * @throws Fault where images or label maps are not found, or hold something else.
 */
export async function describeFolder(
  path: string,
  names: FolderNames,
  onProgress?: (done: number, total: number) => void,
): Promise<z.input<typeof datasetSchema>> {
  const entries = await entriesOf(path);
  const images = names.images ?? findImages(entries);
  const labels = names.labels ?? LABELS.find(name => entries.includes(name));
  if (images === undefined || labels === undefined) {
    const [what, option] = images === undefined ? ['images', '--images'] : ['label maps', '--labels'];
    throw new Fault(`it is not said which folder holds the ${what}`, {
      place: { file: path },
      remedy: `Name the folder, or a pattern such as "scans/*_ct.nii.gz", with ${option}.`,
    });
  }
  const found = {
    path,
    format: 'folder' as const,
    ...(await channelsOf(path, images)),
    ...(labels !== 'labels' && { labels }),
  };
  // Which structures there are does not matter for finding the files.
  const pairs = datasetSchema.parse({ ...found, structures: [{ name: 'any', label: 1 }] });
  const { dataset, faults } = await readFolderDataset(path, pairs);
  if (faults.length > 0) throw asOneError(`${faults.length} faults in the data set`, faults);
  const files = dataset.subjects.flatMap(subject =>
    subject.labels?.kind === 'map' ? [subject.labels.source.file] : [],
  );
  const values = new Set<number>();
  for (const [index, file] of files.entries()) {
    for (const value of await valuesOf(file)) if (value > 0) values.add(value);
    onProgress?.(index + 1, files.length);
  }
  if (values.size === 0) {
    throw new Fault('the label maps hold no structure', {
      place: { file: join(path, labels) },
      remedy: 'Label maps are 0 outside, and have a whole number from 1 on in each structure.',
    });
  }
  const sorted = [...values].sort((a, b) => a - b);
  return { ...found, structures: sorted.map(label => ({ name: `label_${label}`, label })) };
}

/** A folder for each channel, or nnU-Net's numbers at the end of names, or one channel. */
async function channelsOf(path: string, images: string): Promise<{ channels: string[]; images?: string }> {
  const named = images === 'images' ? {} : { images };
  if (images.includes('*')) return { ...named, channels: ['image'] };
  const folder = join(path, images);
  const volumes = await volumesIn(folder);
  if (volumes.length === 0) {
    const inside = await entriesOf(folder);
    return { ...named, channels: inside.length > 0 ? inside : ['image'] };
  }
  const numbers = new Set(volumes.map(name => /_(\d{4})$/.exec(subjectIdOf(name))?.[1]));
  if (numbers.has(undefined) || !numbers.has('0000')) return { ...named, channels: ['image'] };
  const channels = [...numbers].filter(number => number !== undefined).sort();
  if (channels.length > 1) return { ...named, channels };
  const ending = volumes[0]!.slice(subjectIdOf(volumes[0]!).length) || extname(volumes[0]!);
  return { channels, images: `${images}/*_0000${ending}` };
}

async function valuesOf(file: string): Promise<Iterable<number>> {
  const { labelCounts } = volumeStatistics((await readVolume(file)).data);
  if (labelCounts !== undefined) return labelCounts.keys();
  throw new Fault('this is no label map: its values are not whole, or more than 256', {
    place: { file },
    remedy: 'Name the folder of the label maps with --labels.',
  });
}
