import { stat } from 'node:fs/promises';
import { Fault } from '../foundation/fault.ts';
import { dicom } from './formats/dicom.ts';
import type { Format, ReadOptions } from './formats/format.ts';
import { hdf5 } from './formats/hdf5.ts';
import { metaImage } from './formats/metaimage.ts';
import { mgh } from './formats/mgh.ts';
import { nifti } from './formats/nifti.ts';
import { nrrd } from './formats/nrrd.ts';
import { npy, npz } from './formats/numpy.ts';
import { png } from './formats/png.ts';
import type { VolumeHeader } from './header.ts';
import { readHead } from './stored-bytes.ts';
import type { Volume } from './volume.ts';

const formats: readonly Format[] = [nifti, nrrd, npy, npz, png, hdf5, dicom, mgh, metaImage];

/**
 * Reads the one volume of a file, or one `component` (from 0) of a 4D image. The format is found from the content.
 * The data type is the stored one; scaled voxels become float32 or float64, 64-bit integers float64.
 * @throws Fault with the file and a remedy, for whatever may be wrong with it.
 */
export async function readVolume(
  file: string,
  { component, ...options }: ReadOptions & { readonly component?: number } = {},
): Promise<Volume> {
  const volumes = await readVolumes(file, options);
  const volume = volumes[component ?? 0];
  if (volume === undefined) {
    throw new Fault(`there is no component ${component}: the file has ${volumes.length}`, {
      place: { file },
      remedy: 'Components count from 0.',
    });
  }
  if (component === undefined && volumes.length > 1) {
    throw new Fault(`the file holds ${volumes.length} components where one volume is wanted`, {
      place: { file },
      remedy: 'Say which component is meant, or split the file.',
    });
  }
  return volume;
}

/** Reads every component of a file: one for a 3D image, the channels or time points of a 4D image. */
export async function readVolumes(file: string, options: ReadOptions = {}): Promise<Volume[]> {
  return (await formatOf(file)).readVolumes(file, options);
}

/** What the header of a file says, without reading voxels. @throws Fault as `readVolume`. */
export async function readHeader(file: string, options: ReadOptions = {}): Promise<VolumeHeader> {
  return (await formatOf(file)).readHeader(file, options);
}

/**
 * All files that a volume is made of: the file itself, and where there are such, the one with its header's voxels or
 * the slices of its series. @throws Fault as `readHeader`.
 */
export async function volumeFiles(file: string, options: ReadOptions = {}): Promise<readonly string[]> {
  return (await formatOf(file)).files?.(file, options) ?? [file];
}

/**
 * Makes sure that a file is whole, with little memory: header, sizes, and to its end what is compressed.
 * @returns the header. @throws Fault for what would make `readVolume` fail, as far as that shows without decoding.
 */
export async function checkVolume(file: string, options: ReadOptions = {}): Promise<VolumeHeader> {
  const format = await formatOf(file);
  if (format.check !== undefined) return format.check(file, options);
  await format.readVolumes(file, options);
  return format.readHeader(file, options);
}

async function formatOf(file: string): Promise<Format> {
  if (file.includes('|')) return hdf5;
  if (await isFolder(file)) return dicom;
  const { bytes } = await readHead(file, 544);
  if (bytes.length === 0) {
    throw new Fault('the file is empty', { place: { file }, remedy: 'Copy or export it again.' });
  }
  const format = formats.find(candidate => candidate.recognises(bytes, file));
  if (format === undefined) {
    throw new Fault('the format of this file is not known', {
      place: { file },
      remedy: `Known formats: ${formats.map(({ name }) => name).join(', ')}.`,
    });
  }
  return format;
}

const isFolder = (file: string): Promise<boolean> =>
  stat(file).then(
    found => found.isDirectory(),
    () => false,
  );
