import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import type { DatasetSettings } from '../config/schema/configuration.ts';
import type { SplitName, VolumeSource } from '../dataset/dataset.ts';
import { loadDataset, readDataset } from '../dataset/load-dataset.ts';
import { subjectIdOf } from '../dataset/volume-name.ts';
import { Fault } from '../foundation/fault.ts';
import { isDicomFile, otherSlice } from '../volume/formats/dicom.ts';
import { filesOf, subjectsOfSplit } from './dataset-files.ts';
import { isDatasetFolder, subjectsInFolder } from './input-folder.ts';

/** A subject to predict. */
export interface InputSubject {
  readonly id: string;
  /** One a channel. */
  readonly images: readonly VolumeSource[];
  /** Found in a folder, not named: left out where it is a label map. */
  readonly found: boolean;
  /** What else its data set has of it, such as its ground truth: no prediction may write over that. */
  readonly kept?: readonly string[];
}

/** The model that predicts, as far as it decides what is predicted. */
export interface PredictingRun {
  /** Of its run, which knows its splits; absent for a model that is in a bundle. */
  readonly folder?: string | undefined;
  readonly dataset: DatasetSettings;
}

/**
 * The subjects that inputs name. An input is a volume, a DICOM series' folder, the channels of a subject separated by
 * commas, a folder of any of these, or a data set: its folder, dataset.csv or dataset.json.
 * @param split only the subjects of a data set that the run had in this split; without inputs those of its own data set.
 * @throws Fault for an input that is missing or holds nothing, for one slice of a series, and for clashing names.
 */
export async function findInputs(
  inputs: readonly string[],
  run: PredictingRun,
  split?: SplitName,
): Promise<InputSubject[]> {
  if (inputs.length === 0 && split === undefined) {
    throw new Fault('it is not said what to predict', {
      remedy: 'Name volumes or folders with --input, or a split of the data set with --split test.',
    });
  }
  const { path } = run.dataset;
  const named = inputs.length > 0 ? inputs : path === undefined ? [] : [path];
  const subjects = (await Promise.all(named.map(input => subjectsOf(input, run, split)))).flat();
  if (subjects.length === 0) {
    throw new Fault(`no subject was in the run's split ${split}`, {
      ...(run.folder !== undefined && { place: { file: run.folder } }),
      remedy: 'Name its data set with --input, or leave --split out to predict all subjects.',
    });
  }
  return withDistinctNames(subjects);
}

async function subjectsOf(input: string, run: PredictingRun, split?: SplitName): Promise<InputSubject[]> {
  const path = resolve(input);
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() ? await isDatasetFolder(path, run.dataset) : /\.(csv|json)$/i.test(path)) {
    return subjectsOfDataset(path, run, split);
  }
  if (split !== undefined) {
    throw new Fault('--split needs a data set, and this is none', {
      place: { file: path },
      remedy: 'Name the folder of a data set, its dataset.csv or dataset.json.',
    });
  }
  if (found?.isDirectory()) return subjectsInFolder(path, run.dataset.channels.length);
  // A path may itself hold a comma.
  const files = found ? [path] : input.split(',').map(part => resolve(part.trim()));
  for (const file of files) await requireVolume(file);
  return [{ id: idOf(files[0]!), images: files.map(file => ({ file })), found: false }];
}

async function requireVolume(file: string): Promise<void> {
  // HDF5 files are named with what is meant in them: path|dataset|channel.
  const [path] = file.split('|');
  const found = await stat(path!).catch(() => undefined);
  if (!found) {
    throw new Fault('there is no such file or folder', {
      place: { file },
      remedy: 'Check the path of --input.',
    });
  }
  if (found.isDirectory() || !(await isDicomFile(file))) return;
  if ((await otherSlice(file)) === undefined) return;
  throw new Fault('this is one slice of a DICOM series', {
    place: { file },
    remedy: `Name the folder to predict the whole series: --input ${dirname(file)}`,
  });
}

async function subjectsOfDataset(
  path: string,
  { folder, dataset }: PredictingRun,
  split?: SplitName,
): Promise<InputSubject[]> {
  // What the run's settings say of its own data set need not hold for another; masks and labels are not needed.
  const { mask: _, ...own } = dataset;
  const { images: __, labels: ___, ...others } = own;
  const settings: DatasetSettings =
    path === dataset.path ? own : { ...others, path, format: 'auto', allow_incomplete_labels: true };
  const { subjects } = await loadDataset({ ...settings, structures: [] });
  if (split && folder === undefined) {
    throw new Fault('a bundle does not know which subjects were in which split', {
      remedy: 'Leave --split out, or name the run that the bundle was made of as --model.',
    });
  }
  const wanted = split && (await subjectsOfSplit(folder!, split));
  const files = await filesBySubject(settings);
  return subjects
    .filter(({ id }) => wanted?.has(id) ?? true)
    .map(({ id, images }) => ({ id, images, found: false, kept: files.get(id) ?? [] }));
}

/** All files of subjects, as far as there are any for the structures of the model. */
async function filesBySubject(settings: DatasetSettings): Promise<ReadonlyMap<string, readonly string[]>> {
  const reading = await readDataset(settings).catch(() => undefined);
  const subjects = reading?.dataset.subjects ?? [];
  return new Map(subjects.map(subject => [subject.id, filesOf(subject).map(([file]) => file)]));
}

/** Subjects of the same name are named after their folders: `001/mr.nii.gz` and `002/mr.nii.gz` are 001 and 002. */
function withDistinctNames(subjects: readonly InputSubject[]): InputSubject[] {
  const twins = repeated(subjects.map(({ id }) => id));
  const renamed = subjects.map(subject =>
    twins.has(subject.id) ? { ...subject, id: basename(dirname(subject.images[0]!.file)) } : subject,
  );
  const [left] = repeated(renamed.map(({ id }) => id));
  if (left === undefined) return renamed;
  const [first, second] = renamed.filter(({ id }) => id === left).map(({ images }) => images[0]!.file);
  throw new Fault(`two inputs are named "${left}" and would overwrite each other: ${first} and ${second}`, {
    place: { file: second! },
    remedy: 'Predict them into different output folders.',
  });
}

const repeated = (names: readonly string[]): ReadonlySet<string> =>
  new Set(names.filter((name, index) => names.indexOf(name) !== index));

const idOf = (file: string): string => subjectIdOf(file).replace(/\.dcm$/i, '');
