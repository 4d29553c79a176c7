import { requireSegmentation } from '../config/require-segmentation.ts';
import type { SegmentationConfiguration } from '../config/schema/configuration.ts';
import type { Manifest } from '../contracts/run.ts';
import { Fault } from '../foundation/fault.ts';
import type { Combination } from '../inference/combine-posteriors.ts';
import { type Learned, learnedOf } from '../training/learned.ts';
import { CheckpointFolder } from './checkpoint-folder.ts';
import { ensembleOf, readEnsemble } from './ensemble/ensemble-folder.ts';
import { requireTrained } from './require-trained.ts';
import { openRun, type Run } from './run-folder.ts';
import { loadRunPlugins, type RunPlugins } from './run-plugins.ts';
import { readRunSettings } from './run-settings.ts';
import { modelOf } from './trained-model.ts';

/** What one network of a model has learned. */
export interface LearnedWeights extends Learned {
  /** How it was trained, where that is another way than the model's: other networks, spacings or windows. */
  readonly own?: Pick<PredictingModel, 'settings' | 'plugins'>;
}

/** A trained segmentation model, wherever it lies, as far as predicting needs it. */
export interface PredictingModel {
  readonly settings: SegmentationConfiguration;
  readonly plugins: RunPlugins;
  /** What it was trained with; predicting does the same. */
  readonly engine: Manifest['engine'];
  /** The networks whose posteriors are averaged; a single one but for an ensemble. */
  readonly members: readonly LearnedWeights[];
  /** How their posteriors become one; default: their mean. */
  readonly combination?: Combination;
  /** The folder of its run, which knows the splits of its data set; a bundle has none. */
  readonly runFolder?: string;
}

/**
 * The model of a run, with its best weights; of an ensemble with those of its members, of a cross-validation its ensemble.
 * @throws Fault where the run cannot be read, is no segmentation, or is one of trainings that are no one model.
 */
export async function openRunModel(folder: string): Promise<PredictingModel> {
  const run = await openRun(folder);
  switch (run.manifest.kind) {
    case 'ensemble':
      return openEnsembleModel(run);
    case 'cross-validation':
      return openEnsembleModel(await openRun(await ensembleOf(run)));
    case 'search':
      throw new Fault('a search is no model: each of its trials is one', {
        place: { file: run.folder },
        remedy: 'Name the run of a trial, or train winner.innereye.yaml.',
      });
    case undefined:
      return openTrainedModel(run);
  }
}

async function openTrainedModel(run: Run): Promise<PredictingModel> {
  await requireTrained(run);
  const settings = requireSegmentation(await readRunSettings(run.folder));
  const plugins = await loadRunPlugins(settings);
  const model = modelOf(settings, plugins.models);
  const checkpoint = await new CheckpointFolder(run.folder, model, 1).best();
  const members = [learnedOf(checkpoint.variables)];
  return { settings, plugins, engine: run.manifest.engine, members, runFolder: run.folder };
}

/** An ensemble has the settings of its first member, with a post-processing of its own. */
async function openEnsembleModel(ensemble: Run): Promise<PredictingModel> {
  const settings = requireSegmentation(await readRunSettings(ensemble.folder));
  const { method, members } = await readEnsemble(ensemble.folder);
  const models = await Promise.all(members.map(async ({ run }) => openTrainedModel(await openRun(run))));
  const [first] = models;
  const network = predictingSettings(settings);
  return {
    settings,
    plugins: first!.plugins,
    engine: first!.engine,
    members: models.map(({ members: [member], settings: own, plugins }) => ({
      ...member!,
      ...(predictingSettings(own) !== network && { own: { settings: own, plugins } }),
    })),
    combination: { method, weights: members.map(({ weight }) => weight) },
    runFolder: ensemble.folder,
  };
}

/** The settings that what a network predicts depends on. */
function predictingSettings(settings: SegmentationConfiguration): string {
  const { preprocessing, architecture, sampling, inference, plugins } = settings;
  const { window, overlap, blend, mirror, batch_size } = inference;
  const how = { window, overlap, blend, mirror, batch_size, crop: sampling.crop_size };
  return JSON.stringify([preprocessing, architecture, how, plugins]);
}
