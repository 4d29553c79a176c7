import type { DatasetSettings, PreprocessingStep } from '../config/schema/configuration.ts';
import type { Subject } from '../dataset/dataset.ts';
import { loadSubject } from '../dataset/load-subject.ts';
import type { Probe } from '../foundation/probe.ts';
import { type Census, takeCensus } from './census.ts';
import { fileReader, readPrepared, type SharedSubject } from './file-reader.ts';
import { preprocessingProbe } from './loader-probe.ts';
import { loadTransforms } from './plugin-transforms.ts';
import { keepPrepared } from './prepared-file.ts';
import { memoryReader, type PreparedReader } from './prepared-reader.ts';
import { preprocessSubject } from './preprocess.ts';
import type { PreparedSubject } from './subject.ts';

/** All that is needed to prepare a subject, in any thread. */
export interface PreparationRecipe {
  readonly subject: Subject;
  readonly dataset: DatasetSettings;
  readonly steps: readonly PreprocessingStep[];
  /** Absolute paths of the plugin modules. */
  readonly plugins: readonly string[];
}

/**
 * Where a prepared subject is kept: in memory that threads share, in a file that can be made again if it goes, or
 * nowhere, so that a debugger sees it being prepared.
 */
export type Storage =
  | ({ readonly kind: 'memory' } & SharedSubject)
  | { readonly kind: 'file'; readonly file: string; readonly recipe: PreparationRecipe }
  | { readonly kind: 'none'; readonly recipe: PreparationRecipe };

/** Reads and preprocesses a subject. @throws Fault or Faults of the subject. */
export async function prepare(
  { subject, dataset, steps, plugins }: PreparationRecipe,
  probe?: Probe,
): Promise<SharedSubject> {
  const loaded = await loadSubject(subject, dataset);
  const findTransform = await loadTransforms(plugins, steps);
  const prepared = preprocessSubject(loaded, steps, dataset.channels, {
    findTransform,
    ...(probe && { probe: preprocessingProbe(probe, dataset.channels) }),
  });
  return { subject: prepared, census: censusOf(prepared) };
}

/** The census of a subject with labels. */
export function censusOf({ labels, mask, shape, drawn }: PreparedSubject): Census | undefined {
  return labels && takeCensus(labels, mask, shape, drawn.length + 1);
}

/** A whole subject, from wherever it is. */
export async function loadStored(storage: Storage): Promise<SharedSubject> {
  if (storage.kind === 'memory') return storage;
  if (storage.kind === 'none') return prepare(storage.recipe);
  return readPrepared(storage.file) ?? (await prepareAgain(storage));
}

/** Files that could not be written by this thread; it has been told, and trying for every crop takes long. */
const refused = new Set<string>();

/** Prepares a subject whose file is gone or damaged, and writes the file anew for the crops to come. */
async function prepareAgain({ file, recipe }: Extract<Storage, { kind: 'file' }>): Promise<SharedSubject> {
  const made = await prepare(recipe);
  if (!refused.has(file) && (await keepPrepared(file, made.subject, made.census)) !== undefined)
    refused.add(file);
  return made;
}

/** A reader of a subject with labels, from wherever it is; undefined where it has none. */
export async function openReader(storage: Storage, probe?: Probe): Promise<PreparedReader | undefined> {
  if (storage.kind === 'file') {
    const reader = fileReader(storage.file);
    if (reader !== undefined) return reader;
  }
  const { subject, census } =
    storage.kind === 'none' ? await prepare(storage.recipe, probe) : await loadStored(storage);
  const { labels } = subject;
  return labels && census && memoryReader({ ...subject, labels }, census);
}
