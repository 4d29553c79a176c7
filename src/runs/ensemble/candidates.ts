import { join } from 'node:path';
import type { EnsembleDescription } from '../../contracts/ensemble.ts';
import { Fault } from '../../foundation/fault.ts';
import { openBelow } from '../child-runs.ts';
import { CHILD_FOLDERS } from '../nest-runs.ts';
import { openRun, type Run } from '../run-folder.ts';
import { readSplit } from '../run-split.ts';
import { readEnsemble } from './ensemble-folder.ts';

/** A trained run and whom it saw. */
export interface CandidateTraining {
  readonly folder: string;
  /** Ids of the subjects that it trained on, and that chose its checkpoint. */
  readonly train: ReadonlySet<string>;
  readonly validation: ReadonlySet<string>;
  /** Of the best validation; undefined where there was none. */
  readonly score: number | undefined;
}

/** What may become part of an ensemble as a whole: a trained run, or all folds of a cross-validation. */
export interface Candidate {
  /** Id of its run. */
  readonly name: string;
  readonly folder: string;
  readonly trainings: readonly CandidateTraining[];
}

/** @throws Fault where a folder is no run, or holds no complete training */
export async function candidateOf(folder: string): Promise<Candidate> {
  const run = await openRun(folder);
  const trainings = await trainingsOf(run);
  const unfinished = trainings.find(({ status }) => status !== 'completed');
  if (trainings.length === 0 || unfinished) {
    throw new Fault('the run is not complete, so that it cannot be part of an ensemble', {
      place: { file: (unfinished ?? run).folder },
      remedy: 'Go on with it first: innereye train CONFIG --resume RUN.',
    });
  }
  return {
    name: run.manifest.id,
    folder: run.folder,
    trainings: await Promise.all(
      trainings.map(async ({ folder: own, manifest: { best } }) => {
        const { train, validation } = await readSplit(own);
        return {
          folder: own,
          train: new Set(train),
          validation: new Set(validation),
          score: best?.value,
        };
      }),
    ),
  };
}

async function trainingsOf(run: Run): Promise<Run[]> {
  switch (run.manifest.kind) {
    case undefined:
      return [run];
    case 'cross-validation': {
      const folds = await openBelow(join(run.folder, CHILD_FOLDERS[0]));
      requireAllFolds(run, folds);
      return folds.sort((a, b) => (a.manifest.fold ?? 0) - (b.manifest.fold ?? 0));
    }
    case 'ensemble': {
      const { members } = await readEnsemble(run.folder);
      return Promise.all(members.map(member => openRun(member.run)));
    }
    case 'search':
      throw new Fault('a search is no part of an ensemble: its trials are', {
        place: { file: run.folder },
        remedy: 'Name runs of trials.',
      });
  }
}

/** Folds that have not begun have no run: without them the others would pass for the whole. */
function requireAllFolds({ folder, manifest }: Run, folds: readonly Run[]): void {
  const begun = new Set(folds.map(fold => fold.manifest.fold));
  const wanted = Array.from({ length: manifest.folds ?? 0 }, (_, index) => index);
  const missing = wanted.filter(index => !begun.has(index));
  if (missing.length === 0) return;
  throw new Fault(`the cross-validation is not complete: fold ${missing.join(', ')} has not begun`, {
    place: { file: folder },
    remedy: 'Go on with it first: innereye train CONFIG --resume RUN.',
  });
}

/** A training of a candidate that validated on a subject, so that it has not trained on it. */
export const unseenBy = ({ trainings }: Candidate, subject: string): CandidateTraining | undefined =>
  trainings.find(({ validation, train }) => validation.has(subject) && !train.has(subject));

/**
 * The members of an ensemble of candidates.
 * @param weights of the candidates, for `weighted`; default: each training's best validation
 * @throws Fault where a weight is not known
 */
export function membersOf(
  candidates: readonly Candidate[],
  method: EnsembleDescription['method'],
  weights?: readonly number[],
): EnsembleDescription['members'] {
  return candidates.flatMap(({ trainings }, index) =>
    trainings.map(({ folder, score }) => {
      const weight = method === 'weighted' ? (weights?.[index] ?? score) : 1;
      if (weight !== undefined && weight > 0) return { run: folder, weight };
      throw new Fault('a member of the ensemble has no validation that could be its weight', {
        place: { file: folder },
        remedy: 'Give weights by --weights, or use another method.',
      });
    }),
  );
}
