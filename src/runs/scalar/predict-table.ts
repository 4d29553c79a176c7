import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { ScalarConfiguration } from '../../config/schema/configuration.ts';
import type { SplitName, Subject } from '../../dataset/dataset.ts';
import { imageSettings } from '../../dataset/scalar/image-settings.ts';
import { readUnlabelled, tableFile } from '../../dataset/scalar/read-scalar-dataset.ts';
import { scansOf } from '../../dataset/visits.ts';
import { tempered } from '../../evaluation/scalar/calibration.ts';
import type { ScalarRow } from '../../evaluation/scalar/row.ts';
import { formatModelOutputs } from '../../evaluation/scalar/scalar-files.ts';
import { writeFileAtomically } from '../../foundation/atomic-file.ts';
import { Fault, Faults } from '../../foundation/fault.ts';
import { refuseToOverwrite } from '../../foundation/overwriting.ts';
import type { Combination } from '../../inference/combine-posteriors.ts';
import { prepareSubjects } from '../../pipeline/prepare-subjects.ts';
import { activationOf } from '../../training/losses/scalar-loss.ts';
import { subjectsOfSplit } from '../dataset-files.ts';
import { combineOutputs } from '../ensemble/combine-outputs.ts';
import { ensembleOf, readEnsemble } from '../ensemble/ensemble-folder.ts';
import { openRun, type Run } from '../run-folder.ts';
import { openScalarRun, type ScalarRun } from './open-scalar-run.ts';
import { predictRows } from './predict-rows.ts';

export interface TablePrediction {
  /** The csv that was written. */
  readonly file: string;
  readonly rows: readonly ScalarRow[];
  /** Rows of the table, or subjects, that could not be predicted, and why. */
  readonly failures: readonly Fault[];
}

export interface PredictTableOptions {
  /** Only the subjects that the run had in this split. */
  readonly split?: SplitName | undefined;
  readonly signal: AbortSignal;
  onSubject?(id: string, index: number, total: number): void;
  /** A table that was there is written anew. */
  onReplace?(file: string): void;
}

/**
 * Predicts the subjects of a table with a classification, regression or sequence run, or an ensemble of such, and writes InnerEye's
 * `model_outputs.csv`. Labels are not needed; where the table has them they stand beside what the model says.
 * @param input a csv, or the folder of a data set; default: the run's own
 * @param output a csv, or a folder that gets `model_outputs.csv`
 * @throws Fault where table or run cannot be read; what is wrong with single rows is told in the result.
 */
export async function predictTable(
  runFolder: string,
  input: string | undefined,
  output: string,
  options: PredictTableOptions,
): Promise<TablePrediction> {
  const run = await answering(runFolder);
  const { members, combination } = await membersOf(run);
  const file = /\.csv$/i.test(output) ? resolve(output) : join(resolve(output), 'model_outputs.csv');
  const answers: Answers[] = [];
  for (const [index, member] of members.entries()) {
    const at = { run, input, file, index, of: members.length };
    answers.push(await answersOf(member, at, options));
  }
  const [first] = answers;
  const rows =
    combination === undefined
      ? first!.rows
      : combineOutputs(
          answers.map(one => one.rows),
          combination,
          members.map(({ folder }) => folder),
          first!.exclusive,
        );
  if (existsSync(file)) options.onReplace?.(file);
  await writeFileAtomically(file, formatModelOutputs(rows));
  return { file, rows, failures: first!.failures };
}

/** The run that predicts: of a cross-validation its ensemble. */
async function answering(folder: string): Promise<Run> {
  const run = await openRun(folder);
  return run.manifest.kind === 'cross-validation' ? openRun(await ensembleOf(run)) : run;
}

/** The trainings that answer for a run: itself, or the members of an ensemble. */
async function membersOf(run: Run): Promise<{ members: readonly Run[]; combination?: Combination }> {
  if (run.manifest.kind !== 'ensemble') return { members: [run] };
  const { method, members } = await readEnsemble(run.folder);
  return {
    members: await Promise.all(members.map(member => openRun(member.run))),
    combination: { method, weights: members.map(({ weight }) => weight) },
  };
}

type Answers = Pick<TablePrediction, 'rows' | 'failures'> & { readonly exclusive: boolean };

/** What one training says of the subjects. @param at the run and the file that it answers for, and which member it is */
async function answersOf(
  member: Run,
  at: { run: Run; input: string | undefined; file: string; index: number; of: number },
  options: PredictTableOptions,
): Promise<Answers> {
  const opened = await openScalarRun(member);
  try {
    const table = await datasetAt(opened.settings, at.input);
    await refuseToOverwrite([at.file], [await tableFile(table)]);
    const { dataset, faults } = await readUnlabelled(table);
    const wanted = options.split && (await subjectsOfSplit(at.run.folder, options.split));
    const subjects = dataset.subjects.filter(({ id }) => wanted?.has(id) ?? true);
    if (subjects.length === 0) {
      throw new Fault('there is no subject to predict', {
        place: { file: dataset.folder },
        remedy: 'Leave --split out, or name another table.',
      });
    }
    const { rows, failures } = await predictEach(opened, subjects, {
      ...options,
      onSubject: (id, index, total) => options.onSubject?.(id, at.index * total + index, at.of * total),
    });
    return {
      rows: finalRows(opened, rows),
      failures: [...faults, ...failures],
      exclusive: activationOf(opened.settings) === 'softmax',
    };
  } finally {
    opened.close();
  }
}

/** One subject after the other; one that cannot be predicted does not keep the others from it. */
async function predictEach(
  run: ScalarRun,
  subjects: readonly Subject[],
  { signal, onSubject }: PredictTableOptions,
): Promise<{ rows: ScalarRow[]; failures: Fault[] }> {
  const rows: ScalarRow[] = [];
  const failures: Fault[] = [];
  for (const [index, subject] of subjects.entries()) {
    signal.throwIfAborted();
    onSubject?.(subject.id, index, subjects.length);
    try {
      const handles = await prepareScans(run.settings, [subject], signal);
      rows.push(...(await predictRows(subject, { ...run, ...run.sizes, handles })));
    } catch (error) {
      if (error instanceof Faults) failures.push(...error.faults);
      else if (error instanceof Fault) failures.push(error);
      else throw error;
    }
  }
  return { rows, failures };
}

/** Prepares the scans of subjects, by their names. */
export async function prepareScans(
  settings: ScalarConfiguration,
  subjects: readonly Subject[],
  signal: AbortSignal,
) {
  if (settings.dataset.channels.length === 0) return new Map();
  const { preprocessing, plugins, dataset } = settings;
  const handles = await prepareSubjects(
    scansOf(subjects),
    { dataset: imageSettings(dataset), preprocessing },
    { signal, plugins },
  );
  return new Map(handles.map(handle => [handle.id, handle]));
}

/** Posteriors as the run's calibration makes them. */
function finalRows({ settings, scoring }: ScalarRun, rows: readonly ScalarRow[]): readonly ScalarRow[] {
  if (scoring === undefined || scoring.temperature === 1) return rows;
  return tempered(rows, scoring.temperature, activationOf(settings) === 'softmax');
}

/** The run's settings of its data set, for another table. */
export async function datasetAt(
  { dataset }: ScalarConfiguration,
  input: string | undefined,
): Promise<ScalarConfiguration['dataset']> {
  if (input === undefined) return dataset;
  const path = resolve(input);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) {
    throw new Fault('there is no such file or folder', {
      place: { file: path },
      remedy: 'Name a csv, or the folder of a data set, with --input.',
    });
  }
  return found.isDirectory()
    ? { ...dataset, path }
    : { ...dataset, path: dirname(path), csv: basename(path) };
}
