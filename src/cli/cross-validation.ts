import { join, resolve } from 'node:path';
import type { ResolvedConfiguration } from '../config/load-configuration.ts';
import type { EnsembleMethod } from '../contracts/ensemble.ts';
import type { RunEvent } from '../contracts/events.ts';
import { concurrencyFor, thisMachine, usesGpu } from '../experiments/concurrency.ts';
import {
  type CrossValidation,
  createCrossValidation,
  reopenCrossValidation,
} from '../experiments/cross-validation/cross-validation-folder.ts';
import { runCrossValidation } from '../experiments/cross-validation/run-cross-validation.ts';
import { RESULTS_FOLDER, type TestTexts } from '../experiments/cross-validation/write-results.ts';
import { localExecutor } from '../experiments/local-executor.ts';
import type { ItemState } from '../experiments/run-items.ts';
import { thisProgram } from '../experiments/training-process.ts';
import { compareInstitutions, compareMeasurements } from '../runs/comparison/compare-measurements.ts';
import type { MeasuredRun } from '../runs/comparison/measured-run.ts';
import { reportFile, SPLIT_FOLDERS } from '../runs/run-folder.ts';
import { describeInstitutions, describeMeasurements } from './comparison-text.ts';
import { InterruptedError } from './interruption.ts';
import { shellText } from './shell-text.ts';
import { epochLines } from './training-output.ts';

export interface CrossValidationOptions {
  readonly folds: number;
  readonly ensemble: EnsembleMethod;
  readonly choosePostprocessing: boolean;
  readonly output: string;
  readonly set: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

export interface RunOptions {
  readonly signal: AbortSignal;
  /** Folds at the same time; absent: as many as fit. */
  readonly parallel: number | undefined;
  readonly json: boolean;
}

/** `innereye train CONFIG --cross-validation N`: all folds, their ensemble, and what they have come to. */
export async function crossValidate(
  config: string,
  configuration: ResolvedConfiguration,
  { folds, ensemble, choosePostprocessing, output, set, tags }: CrossValidationOptions,
  options: RunOptions,
): Promise<void> {
  const own = await createCrossValidation(configuration, {
    folds,
    ensemble,
    choosesPostprocessing: choosePostprocessing,
    outputs: output,
    overrides: set,
    tags,
  });
  await runAndTell(config, own, options);
}

/** Goes on with a cross-validation as it was begun. */
export async function resumeCrossValidation(config: string, run: string, options: RunOptions): Promise<void> {
  await runAndTell(config, await reopenCrossValidation(run, resolve(config)), options);
}

async function runAndTell(
  config: string,
  own: CrossValidation,
  { signal, parallel, json }: RunOptions,
): Promise<void> {
  const say = (line: string) => {
    if (!json) console.log(line);
  };
  say(`run ${own.folder}`);
  const machine = await thisMachine();
  const concurrency = concurrencyFor(own.settings, machine, parallel);
  say(`${own.folds} folds, ${concurrency.reason}`);
  const executor = localExecutor({
    concurrency,
    command: thisProgram(),
    gpus: usesGpu(own.settings, machine) ? machine.gpus : [],
  });
  const show = json ? jsonEvents() : foldLines();
  const ensembleLines = epochLines();
  const manifest = await runCrossValidation(own, executor, {
    signal,
    onFolds: folds => {
      for (const line of show.folds(folds)) console.log(line);
    },
    onEvents: (fold, events) => {
      for (const line of show.events(fold, events)) console.log(line);
    },
    onChoosing: (done, total) => {
      if (done === 0 || done === total)
        say(`ensemble: choosing its post-processing on validation subjects: ${done} of ${total}`);
    },
    onEnsemble: event => {
      if (json) console.log(JSON.stringify({ ensemble: true, ...event }));
      else for (const line of ensembleLines(event)) say(`ensemble: ${line}`);
    },
    describeTests,
  });
  if (manifest.status === 'cancelled') {
    const again = ['innereye', 'train', config, '--resume', own.folder].map(part => shellText(part));
    console.error(`Stopped. Go on with: ${again.join(' ')}`);
    throw new InterruptedError('interrupted');
  }
  if (json) return;
  for (const [name, value] of Object.entries(manifest.results))
    console.log(`${name} ${value?.toFixed(4) ?? '–'}`);
  console.log(`results ${join(own.folder, RESULTS_FOLDER)}`);
  console.log(`report ${join(own.folder, reportFile(manifest.task))}`);
}

/** What is told of folds, as lines. */
interface FoldOutput {
  folds(folds: readonly ItemState[]): string[];
  events(fold: number, events: readonly RunEvent[]): string[];
}

function foldLines(): FoldOutput {
  const told = new Map<string, string>();
  const lines = new Map<number, ReturnType<typeof epochLines>>();
  const fresh = onlyNew();
  return {
    folds: folds =>
      folds.flatMap(({ id, status, error }) => {
        if (told.get(id) === status || status === 'waiting') return [];
        told.set(id, status);
        return [`${id}: ${status}${error === undefined ? '' : ` (${error.split('\n')[0]})`}`];
      }),
    events: (fold, events) => {
      const linesOf = lines.get(fold) ?? epochLines();
      lines.set(fold, linesOf);
      return fresh(fold, events).flatMap(event => linesOf(event).map(line => `fold ${fold}: ${line}`));
    },
  };
}

function jsonEvents(): FoldOutput {
  const fresh = onlyNew();
  return {
    folds: folds => [JSON.stringify({ type: 'folds', folds })],
    events: (fold, events) => fresh(fold, events).map(event => JSON.stringify({ fold, ...event })),
  };
}

/** Leaves out what was told before, here or by an earlier part of the cross-validation. */
function onlyNew(): (fold: number, events: readonly RunEvent[]) => RunEvent[] {
  const began = new Date().toISOString();
  const last = new Map<number, number>();
  return (fold, events) => {
    const found = events.filter(({ sequence, time }) => time >= began && sequence > (last.get(fold) ?? -1));
    if (found.length > 0) last.set(fold, found.at(-1)!.sequence);
    return found;
  };
}

/** Tests between the folds, which have the same test subjects, and between institutions. */
export function describeTests(measured: readonly MeasuredRun[]): TestTexts {
  const tested = measured.filter(({ mode }) => mode === SPLIT_FOLDERS.test);
  const pairs = tested.flatMap((first, index) =>
    tested.slice(index + 1).map(second => compareMeasurements(first, second)),
  );
  return {
    wilcoxon: pairs.flatMap(describeMeasurements),
    mannWhitney: tested.flatMap(run => describeInstitutions(run.name, compareInstitutions(run))),
  };
}
