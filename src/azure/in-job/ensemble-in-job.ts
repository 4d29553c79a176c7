import { readdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { EnsembleMethod } from '../../contracts/ensemble.ts';
import type { Manifest } from '../../contracts/run.ts';
import { concludeFolds } from '../../experiments/cross-validation/conclude-folds.ts';
import {
  createCrossValidation,
  foldFolder,
} from '../../experiments/cross-validation/cross-validation-folder.ts';
import type { CrossValidationWatch } from '../../experiments/cross-validation/run-cross-validation.ts';
import { endExperiment } from '../../experiments/experiment-folder.ts';
import { Fault } from '../../foundation/fault.ts';
import { openRun, type Run } from '../../runs/run-folder.ts';
import { type NodePlaces, placeJob } from './job-places.ts';
import { Mirror, restoreMirror } from './mirror.ts';

export interface EnsembleJob extends NodePlaces {
  /** Folder that the folds have written into, each below the name of its own job. */
  readonly foldsIn: string;
  readonly folds: number;
  /** Name of the job that this is a step of; its results lie below that name in `runs`. */
  readonly name: string;
  readonly runs: string;
  readonly method: EnsembleMethod;
  readonly choosesPostprocessing: boolean;
  readonly watch: Pick<CrossValidationWatch, 'signal' | 'onEnsemble' | 'onChoosing' | 'describeTests'>;
}

/**
 * Makes of the folds of a cross-validation, each of them a job, what they come to: their ensemble and the joint results.
 * The folder is laid out as that of a cross-validation on one machine, and kept in `runs`, less the folds, which are there.
 * @throws Fault where a fold is missing or is not complete.
 */
export async function ensembleInJob(configuration: string, options: EnsembleJob): Promise<Manifest> {
  const { foldsIn, folds, name, method, choosesPostprocessing, watch } = options;
  const { base, loaded } = await placeJob(configuration, options);
  const trained = await foldsOf(foldsIn, folds);
  const own = await createCrossValidation(loaded, {
    folds,
    ensemble: method,
    choosesPostprocessing,
    outputs: join(base, 'runs'),
    overrides: [...options.set],
    tags: {},
  });
  for (const [index, { folder, manifest }] of trained.entries()) {
    await restoreMirror(folder, foldFolder(own.folder, index));
    await standIn(manifest, base);
  }
  try {
    const results = await concludeFolds(own, watch);
    return await endExperiment(own.folder, { status: 'completed', results });
  } finally {
    await new Mirror(own.folder, join(options.runs, name), path => path.startsWith('folds/')).update();
  }
}

/** The run of each fold, in their order. A fold that lost its node has one run all the same. */
async function foldsOf(foldsIn: string, folds: number): Promise<Run[]> {
  const names = await readdir(foldsIn);
  const runs = await Promise.all(names.map(name => openRun(join(foldsIn, name)).catch(() => undefined)));
  return Array.from({ length: folds }, (_, index) => {
    const found = runs.find(run => run?.manifest.fold === index && run.manifest.folds === folds);
    if (found?.manifest.status === 'completed') return found;
    throw new Fault(`fold ${index} is ${found ? `not complete but ${found.manifest.status}` : 'missing'}`, {
      place: { file: foldsIn },
      remedy: 'Look at the log of its job; submit the cross-validation again when it is mended.',
    });
  });
}

/** Settings of a fold name code and data where they were on its own node: the same is here under other names. */
async function standIn({ id }: Manifest, base: string): Promise<void> {
  await symlink(base, join(dirname(base), id), 'dir').catch((error: NodeJS.ErrnoException) => {
    // A node may have had both.
    if (error.code !== 'EEXIST') throw error;
  });
}
