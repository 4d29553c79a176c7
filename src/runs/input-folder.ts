import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DatasetSettings } from '../config/schema/configuration.ts';
import { entriesOf, volumesIn } from '../dataset/folder-listing.ts';
import { subjectIdOf } from '../dataset/volume-name.ts';
import { Fault } from '../foundation/fault.ts';
import { holdsDicom } from '../volume/formats/dicom.ts';
import type { InputSubject } from './prediction-inputs.ts';

/** Whether a folder is a data set: it has a list of its subjects, or is laid out as the run's own data set. */
export async function isDatasetFolder(folder: string, { path, csv }: DatasetSettings): Promise<boolean> {
  if (folder === path) return true;
  const entries = await entriesOf(folder);
  if (entries.includes(csv) || entries.includes('dataset.json')) return true;
  return entries.includes('images') && (await volumesIn(folder)).length === 0;
}

/**
 * The subjects in a folder: its volumes (the channels of a case named as nnU-Net does: CASE_0000, CASE_0001), or the
 * one DICOM series that it holds, or else those of the folders in it.
 * @throws Fault where there are none, or channels of a case are missing.
 */
export async function subjectsInFolder(folder: string, channels: number): Promise<InputSubject[]> {
  const subjects = (await subjectsOfOne(folder, channels)) ?? (await subjectsBelow(folder, channels));
  if (subjects.length > 0) return subjects;
  throw new Fault('the folder holds no volumes', {
    place: { file: folder },
    remedy:
      'Name a folder of volumes (.nii, .nii.gz, .nrrd, .mha, .mhd, .npy), of a DICOM series, or a data set.',
  });
}

async function subjectsOfOne(folder: string, channels: number): Promise<InputSubject[] | undefined> {
  const names = await volumesIn(folder);
  if (names.length > 0) return subjectsOfFiles(folder, names, channels);
  if (!(await holdsDicom(folder))) return undefined;
  return [{ id: basename(folder), images: [{ file: folder }], found: true }];
}

async function subjectsBelow(folder: string, channels: number): Promise<InputSubject[]> {
  const subjects: InputSubject[] = [];
  for (const name of await entriesOf(folder)) {
    const inner = join(folder, name);
    if (!(await stat(inner)).isDirectory()) continue;
    subjects.push(...((await subjectsOfOne(inner, channels)) ?? []));
  }
  return subjects;
}

/** @param names files of the folder, in order. */
function subjectsOfFiles(folder: string, names: readonly string[], channels: number): InputSubject[] {
  const cases = nnunetCases(names, channels);
  if (cases === undefined) {
    return names.map(name => ({
      id: subjectIdOf(name),
      images: [{ file: join(folder, name) }],
      found: true,
    }));
  }
  return [...cases].map(([id, files]) => {
    if (files.length !== channels) {
      throw new Fault(`the case has ${files.length} files, but the model takes ${channels} channels`, {
        place: { file: join(folder, files[0]!), subject: id },
        remedy: `Name the files of a case ${id}_0000 and so on, one for each channel, in the run's order.`,
      });
    }
    return { id, images: files.map(name => ({ file: join(folder, name) })), found: true };
  });
}

/**
 * Files by case where all are named as nnU-Net names channels. Undefined where they are not, and for one name with
 * other numbers than the model has channels: those are numbered scans.
 */
function nnunetCases(names: readonly string[], channels: number): Map<string, string[]> | undefined {
  const cases = new Map<string, string[]>();
  for (const name of names) {
    const [, id, channel] = /^(.+)_(\d{4})$/.exec(subjectIdOf(name)) ?? [];
    if (id === undefined) return undefined;
    const files = cases.get(id) ?? [];
    // Names come in order, so that each case's channels count up from 0.
    if (Number(channel) !== files.length) return undefined;
    cases.set(id, [...files, name]);
  }
  const [only, ...more] = cases.values();
  return more.length === 0 && only?.length !== channels ? undefined : cases;
}
