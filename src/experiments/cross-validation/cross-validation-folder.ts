import { join, resolve } from 'node:path';
import type { ResolvedConfiguration } from '../../config/load-configuration.ts';
import type { Configuration } from '../../config/schema/configuration.ts';
import { targetKind } from '../../config/tells-classes.ts';
import type { EnsembleMethod } from '../../contracts/ensemble.ts';
import type { Dataset, Split, Subject } from '../../dataset/dataset.ts';
import { foldSplits } from '../../dataset/folds.ts';
import { loadSubjects } from '../../dataset/load-subjects.ts';
import { writeFileAtomically } from '../../foundation/atomic-file.ts';
import { formatCsv } from '../../foundation/csv.ts';
import { writeDatasetFiles } from '../../runs/dataset-files.ts';
import { requireFittingMethod } from '../../runs/ensemble/requirements.ts';
import { foldSettings } from '../../runs/fold-settings.ts';
import { RUN_FILES } from '../../runs/run-folder.ts';
import { readRunSettings } from '../../runs/run-settings.ts';
import { settleSplit } from '../../runs/run-split.ts';
import type { WorkItem } from '../executor.ts';
import { createExperiment, type Experiment, nameOf, reopenExperiment } from '../experiment-folder.ts';

/** A cross-validation with its folder, ready to begin or to go on. */
export interface CrossValidation extends Experiment {
  /** Those of all folds but for the seed. */
  readonly settings: Configuration;
  readonly folds: number;
}

export interface NewCrossValidation {
  readonly folds: number;
  readonly ensemble: EnsembleMethod;
  /** Whether the ensemble's post-processing is chosen on the validation subjects of the folds. */
  readonly choosesPostprocessing: boolean;
  readonly outputs: string;
  readonly overrides: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** Which subject is in which fold: the columns subject and fold, which is a number from 0, or `test`. */
const FOLDS_FILE = 'folds.csv';

/**
 * Makes the folder of a cross-validation and decides which subjects are in which fold, for good: whatever is added to
 * the data set later, folds share no subject.
 * @throws Fault where the subjects cannot be divided into so many folds
 */
export async function createCrossValidation(
  configuration: ResolvedConfiguration,
  { folds, ensemble, choosesPostprocessing, ...options }: NewCrossValidation,
): Promise<CrossValidation> {
  const settings = settingsOfFolds(configuration);
  requireFittingMethod(settings, ensemble);
  const dataset = await loadSubjects(settings);
  const splits = await foldSplits(dataset, settings.dataset.splits, folds, {
    targets: targetKind(settings),
  });
  const made = await createExperiment(
    configuration,
    {
      ...options,
      kind: 'cross-validation',
      seed: settings.training.seed,
      settings,
      more: { folds, ensemble: { method: ensemble, choosesPostprocessing } },
    },
    folder => writeFolds(folder, dataset, splits),
  );
  return { ...made, settings, folds };
}

/**
 * Opens a cross-validation to go on with it.
 * @param file the configuration that it is said to be of, absolute
 * @throws Fault where the folder is none, or one of another configuration, or is complete or still at work
 */
export async function reopenCrossValidation(path: string, file: string): Promise<CrossValidation> {
  const opened = await reopenExperiment(path, resolve(file), 'cross-validation');
  const settings = await readRunSettings(opened.folder);
  return { ...opened, settings, folds: opened.manifest.folds ?? 0 };
}

/** The settings that all folds begin with, and the name of the whole. */
export const settingsOfFolds = (
  configuration: Pick<ResolvedConfiguration, 'settings' | 'file'>,
): Configuration => ({ ...foldSettings(configuration.settings), name: nameOf(configuration) });

async function writeFolds(folder: string, dataset: Dataset, splits: readonly Split[]): Promise<void> {
  for (const [index, split] of splits.entries()) {
    await settleSplit(foldFolder(folder, index), dataset, async () => split);
  }
  const rows = [
    ...splits.flatMap(({ validation }, index) =>
      validation.map(({ id }): [string, string] => [id, `${index}`]),
    ),
    ...splits[0]!.test.map(({ id }: Subject): [string, string] => [id, 'test']),
  ];
  await writeFileAtomically(join(folder, FOLDS_FILE), formatCsv(['subject', 'fold'], rows));
  // Of the whole, all subjects but those for testing are trained on.
  const { train, validation, test } = splits[0]!;
  await writeDatasetFiles(folder, dataset, { train: [...train, ...validation], validation: [], test });
}

/** Where the run of a fold lies. */
export const foldFolder = (folder: string, index: number): string => join(folder, 'folds', String(index));

/** The trainings of a cross-validation. */
export const itemsOf = ({ folder, folds }: Pick<CrossValidation, 'folder' | 'folds'>): WorkItem[] =>
  Array.from({ length: folds }, (_, index) => ({
    id: `fold ${index}`,
    kind: 'fold',
    configuration: join(folder, RUN_FILES.configuration),
    overrides: [],
    options: ['--cross-validation', String(folds), '--fold', String(index)],
    parent: folder,
    folder: foldFolder(folder, index),
  }));
