import { basename } from 'node:path';
import {
  type Configuration,
  configurationSchema,
  type ScalarConfiguration,
  type SegmentationConfiguration,
  segmentationSchema,
} from '../config/schema/configuration.ts';
import { Fault } from '../foundation/fault.ts';

/**
 * The settings of a model that leaves its run: what says where data lies, whose it is and what is done on a cluster stays
 * behind.
 * @throws Fault where predicting takes code of plugins, which no bundle carries.
 */
export function settingsForBundle(settings: SegmentationConfiguration): SegmentationConfiguration {
  const { images, labels, ...dataset } = withoutPlaces(settings.dataset);
  return segmentationSchema.parse({
    ...carried(settings),
    evaluation: { ...settings.evaluation, metrics: [] },
    dataset,
  });
}

/** The same of a model that tells of subjects. */
export function scalarSettingsForBundle(settings: ScalarConfiguration): ScalarConfiguration {
  const { csv, ...dataset } = withoutPlaces(settings.dataset);
  return configurationSchema.parse({
    ...carried(settings),
    dataset: { ...dataset, csv: basename(csv) },
  }) as ScalarConfiguration;
}

/**
 * Settings as a manifest has them: without how subjects were divided, for which defaults would otherwise stand. How many
 * there were is in its lineage.
 */
export function settingsInManifest({ dataset, ...rest }: Configuration): object {
  const { splits: _, ...kept } = dataset;
  return { ...rest, dataset: kept };
}

/** What becomes of the settings of any task. */
function carried(settings: Configuration) {
  requireNoPlugins(settings);
  const { azure: _, search: __, dataset: ___, ...rest } = settings;
  const { initial_weights, ...training } = settings.training;
  // A GPU where there is one: the machine that serves is another.
  const device = training.device === 'gpu' ? 'auto' : training.device;
  return {
    ...rest,
    plugins: [],
    augmentation: [],
    // Who predicts has no need of it, and it may be a plugin's.
    loss: undefined,
    tags: {},
    training: { ...training, device },
  };
}

function withoutPlaces<D extends Configuration['dataset']>(dataset: D): Omit<D, 'path' | 'azure' | 'splits'> {
  const { path: _, azure: __, splits: ___, ...rest } = dataset;
  return rest;
}

function requireNoPlugins({ architecture, preprocessing }: Configuration): void {
  const transform = preprocessing.find(step => 'plugin' in step);
  const what =
    architecture.name === 'plugin'
      ? `the architecture "${architecture.definition}" is a plugin's`
      : transform && 'the preprocessing has a step of a plugin';
  if (what === undefined) return;
  throw new Fault(`${what}, and a bundle carries no code`, {
    remedy: 'Predict with the run itself where its plugins are, or train a network without plugins.',
  });
}
