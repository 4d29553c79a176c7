import type { ScalarConfiguration } from '../../config/schema/configuration.ts';
import { tellsClasses } from '../../config/tells-classes.ts';
import type { Manifest } from '../../contracts/run.ts';
import { targetNames } from '../../dataset/scalar/parse-target.ts';
import { Fault } from '../../foundation/fault.ts';
import type { Combination } from '../../inference/combine-posteriors.ts';
import { type Learned, learnedOf } from '../../training/learned.ts';
import { CheckpointFolder } from '../checkpoint-folder.ts';
import { meanThresholds } from '../ensemble/combine-outputs.ts';
import { ensembleOf, readEnsemble } from '../ensemble/ensemble-folder.ts';
import { requireTrained } from '../require-trained.ts';
import { openRun, type Run } from '../run-folder.ts';
import { loadRunPlugins, type RunPlugins } from '../run-plugins.ts';
import { readRunSettings } from '../run-settings.ts';
import { scalarModelOf } from './scalar-task.ts';
import { readScoring, type Scoring } from './scoring.ts';
import { readTableFacts, type TableFacts } from './table-facts.ts';

/** What one training of a classification, regression or sequence has learned and fixed: all that predicting takes. */
export interface LearnedScalar {
  readonly settings: ScalarConfiguration;
  readonly plugins: Pick<RunPlugins, 'scalarModels' | 'findTransform'>;
  /** What it was trained with; predicting does the same. */
  readonly engine: Manifest['engine'];
  readonly learned: Learned;
  readonly facts: TableFacts;
  readonly scoring: Scoring | undefined;
  /** Its run, or its place in a bundle, for faults. */
  readonly place: string;
}

/** A trained model that tells of subjects, wherever it lies. */
export interface ScalarPredictingModel {
  /** A single one but for an ensemble. */
  readonly members: readonly LearnedScalar[];
  /** How what they say becomes one; absent for a single one. */
  readonly combination?: Combination;
  /** The folder of its run, which knows the splits of its data set; a bundle has none. */
  readonly runFolder?: string;
}

/**
 * The model of a run with its best weights; of an ensemble with those of its members, of a cross-validation its ensemble.
 * @throws Fault where the run cannot be read, is a segmentation, or is one of trainings that are no one model.
 */
export async function openScalarModel(folder: string): Promise<ScalarPredictingModel> {
  const named = await openRun(folder);
  const run = named.manifest.kind === 'cross-validation' ? await openRun(await ensembleOf(named)) : named;
  if (run.manifest.kind !== 'ensemble') {
    return { members: [await readLearnedScalar(run)], runFolder: run.folder };
  }
  const { method, members } = await readEnsemble(run.folder);
  const learned = members.map(async member => readLearnedScalar(await openRun(member.run)));
  return {
    members: await Promise.all(learned),
    combination: { method, weights: members.map(({ weight }) => weight) },
    runFolder: run.folder,
  };
}

/**
 * The best weights of a run, and what it fixed.
 * @throws Fault where it is a segmentation, not one training, or has nothing to predict with.
 */
export async function readLearnedScalar(run: Run): Promise<LearnedScalar> {
  const { folder, manifest } = run;
  if (manifest.kind !== undefined) {
    throw new Fault(`the run is of the kind ${manifest.kind}, not one trained model`, {
      place: { file: folder },
      remedy: 'Name the run of one of its trainings.',
    });
  }
  const settings = await readRunSettings(folder);
  if (settings.task === 'segmentation') {
    throw new Fault('the run is a segmentation, and this works on classes and numbers of subjects', {
      place: { file: folder },
      remedy: 'Name the run of a classification, regression or sequence task.',
    });
  }
  await requireTrained(run);
  const facts = await readTableFacts(folder);
  const plugins = await loadRunPlugins(settings);
  const { model } = scalarModelOf(settings, facts, plugins);
  const { variables } = await new CheckpointFolder(folder, model, 1).best();
  return {
    settings,
    plugins,
    engine: manifest.engine,
    learned: learnedOf(variables),
    facts,
    scoring: await readScoring(folder),
    place: folder,
  };
}

/** From which posterior on each class is told; empty where there are no classes, or no subjects chose any. */
export function thresholdsOf({ members, combination }: ScalarPredictingModel): ReadonlyMap<string, number> {
  const { settings } = members[0]!;
  if (!tellsClasses(settings)) return new Map();
  // Votes are a share of the members, whose thresholds mean nothing for it.
  if (combination?.method === 'majority') {
    return new Map(targetNames(settings.dataset.targets).map(name => [name, 0.5]));
  }
  return meanThresholds(members.map(({ scoring }) => scoring));
}
