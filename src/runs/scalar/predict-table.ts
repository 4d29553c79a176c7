import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { ScalarConfiguration } from '../../config/schema/configuration.ts';
import type { SplitName } from '../../dataset/dataset.ts';
import { tableFile } from '../../dataset/scalar/read-scalar-dataset.ts';
import { formatModelOutputs } from '../../evaluation/scalar/scalar-files.ts';
import { writeFileAtomically } from '../../foundation/atomic-file.ts';
import { Fault } from '../../foundation/fault.ts';
import { makeFolder } from '../../foundation/folder.ts';
import { refuseToOverwrite } from '../../foundation/overwriting.ts';
import { subjectsOfSplit } from '../dataset-files.ts';
import { refuseInTraining } from '../training-files.ts';
import type { ScalarPredictingModel } from './scalar-model.ts';
import { type TableAnswers, TablePredictor } from './table-predictor.ts';

export interface TablePrediction extends TableAnswers {
  /** The csv that was written. */
  readonly file: string;
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
 * Predicts the subjects of a table with a classification, regression or sequence model, and writes InnerEye's
 * `model_outputs.csv`. Labels are not needed; where the table has them they stand beside what the model says.
 * @param input a csv, or the folder of a data set; default: the run's own
 * @param output a csv, or a folder that gets `model_outputs.csv`
 * @throws Fault where the table cannot be read, or the output is a record of a run; what is wrong with single rows is
 * told in the result.
 */
export async function predictTable(
  model: ScalarPredictingModel,
  input: string | undefined,
  output: string,
  { split, signal, onSubject, onReplace }: PredictTableOptions,
): Promise<TablePrediction> {
  const file = /\.csv$/i.test(output) ? resolve(output) : join(resolve(output), 'model_outputs.csv');
  await refuseInTraining(file);
  const tableOf = await tablesAt(input, model);
  const wanted = split && (await subjectsOfSplit(runOf(model), split));
  for (const { settings } of model.members)
    await refuseToOverwrite([file], [await tableFile(tableOf(settings))]);
  // Before anything is computed.
  await makeFolder(dirname(file));
  const predictor = await TablePredictor.open(model);
  try {
    const answers = await predictor.answer(tableOf, {
      signal,
      isWanted: ({ id }) => wanted?.has(id) ?? true,
      ...(onSubject && { onSubject }),
    });
    if (existsSync(file)) onReplace?.(file);
    await writeFileAtomically(file, formatModelOutputs(answers.rows));
    return { file, ...answers };
  } finally {
    predictor.close();
  }
}

/** @throws Fault where the model has no run. */
function runOf({ runFolder }: ScalarPredictingModel): string {
  if (runFolder !== undefined) return runFolder;
  throw new Fault('a bundle does not know which subjects its model had in which split', {
    remedy: 'Leave --split out, or predict with the run.',
  });
}

/** @throws Fault where nothing is named, and the model brings no data set of its own. */
async function tablesAt(input: string | undefined, { runFolder }: ScalarPredictingModel) {
  if (input === undefined && runFolder === undefined) {
    throw new Fault('it is not said what to predict', {
      remedy: 'Name a csv, or the folder of a data set, with --input.',
    });
  }
  return datasetAt(input);
}

/**
 * Puts another table into settings of a data set.
 * @param input a csv or a folder; undefined leaves them as they are
 * @throws Fault where there is no such file
 */
export async function datasetAt(
  input: string | undefined,
): Promise<(settings: ScalarConfiguration) => ScalarConfiguration['dataset']> {
  if (input === undefined) return ({ dataset }) => dataset;
  const path = resolve(input);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) {
    throw new Fault('there is no such file or folder', {
      place: { file: path },
      remedy: 'Name a csv, or the folder of a data set, with --input.',
    });
  }
  return found.isDirectory()
    ? ({ dataset }) => ({ ...dataset, path })
    : ({ dataset }) => ({ ...dataset, path: dirname(path), csv: basename(path) });
}
