import { requireSegmentation } from '../config/require-segmentation.ts';
import type { SegmentationConfiguration } from '../config/schema/configuration.ts';
import type { Manifest } from '../contracts/run.ts';
import { predictingWeights } from '../training/checkpoint.ts';
import { STATISTICS } from '../training/training-step.ts';
import { CheckpointFolder } from './checkpoint-folder.ts';
import { openRun } from './run-folder.ts';
import { loadRunPlugins, type RunPlugins } from './run-plugins.ts';
import { readRunSettings } from './run-settings.ts';
import { modelOf } from './trained-model.ts';

/** What one network has learned, as flat vectors in the order of its parameters. */
export interface LearnedWeights {
  readonly weights: Float32Array;
  /** Running means and variances of batch normalisation, where the network has any. */
  readonly statistics?: Float32Array;
}

/** A trained segmentation model, wherever it lies, as far as predicting needs it. */
export interface PredictingModel {
  readonly settings: SegmentationConfiguration;
  readonly plugins: RunPlugins;
  /** What it was trained with; predicting does the same. */
  readonly engine: Manifest['engine'];
  /** The networks whose posteriors are averaged; a single one but for an ensemble. */
  readonly members: readonly LearnedWeights[];
  /** The folder of its run, which knows the splits of its data set; a bundle has none. */
  readonly runFolder?: string;
}

/**
 * The model of a run, with its best weights.
 * @throws Fault where the run cannot be read or is no segmentation.
 */
export async function openRunModel(folder: string): Promise<PredictingModel> {
  const run = await openRun(folder);
  const settings = requireSegmentation(await readRunSettings(run.folder));
  const plugins = await loadRunPlugins(settings);
  const model = modelOf(settings, plugins.models);
  const checkpoint = await new CheckpointFolder(run.folder, model, 1).best();
  const statistics = checkpoint.variables[STATISTICS];
  const member = { weights: predictingWeights(checkpoint), ...(statistics && { statistics }) };
  return { settings, plugins, engine: run.manifest.engine, members: [member], runFolder: run.folder };
}
