import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { ResolvedConfiguration } from '../config/load-configuration.ts';
import { SPLIT_FILE } from '../contracts/split.ts';
import { Fault } from '../foundation/fault.ts';
import { sameFile } from './compare-runs.ts';
import { openRun, RUN_FILES } from './run-folder.ts';
import { readRunSettings } from './run-settings.ts';
import { foldOf, type TrainOptions, type TrainOutcome, trainRun } from './train-run.ts';
import { isOfTraining } from './training-files.ts';

export interface Reproduction extends TrainOutcome {
  /** Files of the original whose bytes differ or that are missing; empty where the run was repeated exactly. */
  readonly different: readonly string[];
  /** Files compared. */
  readonly compared: number;
}

/**
 * Trains again from what a run was made of, with its seed, number of epochs, precision, threads and devices, and
 * compares weights, metrics and predictions byte by byte. Where the engine or its device is another, it warns.
 * @throws Fault where the run is not complete.
 */
export async function reproduceRun(
  folder: string,
  options: Omit<TrainOptions, 'maxMinutes'>,
): Promise<Reproduction> {
  const run = await openRun(folder);
  const { engine, kind } = run.manifest;
  if (kind !== undefined) {
    throw new Fault(`the run is no training of its own: ${kind}`, {
      place: { file: folder },
      remedy: 'Reproduce one of the runs that it is made of.',
    });
  }
  if (run.status !== 'completed' || !engine) {
    throw new Fault('only a complete run can be reproduced', {
      place: { file: folder },
      remedy: 'Let it end first: innereye train CONFIG --resume RUN.',
    });
  }
  const settings = await readRunSettings(run.folder);
  const { threads, precision, devices = 1 } = engine;
  const configuration: ResolvedConfiguration = {
    settings: { ...settings, training: { ...settings.training, threads, precision, devices } },
    file: join(run.folder, RUN_FILES.configuration),
    files: [],
    origins: new Map(),
    diagnostics: [],
  };
  const outcome = await trainRun(configuration, {
    ...options,
    engine,
    ...(engine.eager && { eager: true }),
    split: join(run.folder, SPLIT_FILE),
    fold: foldOf(run.manifest),
    tags: { ...options.tags, reproduces: run.manifest.id },
  });
  const files = [RUN_FILES.best, ...(await resultFiles(run.folder))];
  const different: string[] = [];
  for (const file of files) {
    if (!(await sameFile(join(run.folder, file), join(outcome.folder, file)))) different.push(file);
  }
  return { ...outcome, different, compared: files.length };
}

/** Metrics and predictions of the training, relative to the run; predictions and explanations made later are not compared. */
async function resultFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter(entry => entry.isFile() && /\.(csv|nii\.gz)$/.test(entry.name))
    .map(entry => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
    .filter(file => isOfTraining(file) && !file.startsWith(RUN_FILES.code))
    .sort();
}
