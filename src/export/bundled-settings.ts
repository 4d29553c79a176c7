import type { SegmentationConfiguration } from '../config/schema/configuration.ts';
import { segmentationSchema } from '../config/schema/configuration.ts';
import { Fault } from '../foundation/fault.ts';

/**
 * The settings of a model that leaves its run: what says where data lies, whose it is and what is done on a cluster stays
 * behind.
 * @throws Fault where predicting takes code of plugins, which no bundle carries.
 */
export function settingsForBundle(settings: SegmentationConfiguration): SegmentationConfiguration {
  requireNoPlugins(settings);
  const { azure: _, search: __, ...rest } = settings;
  const { path, azure, images, labels, splits, ...dataset } = settings.dataset;
  const { initial_weights, ...training } = settings.training;
  // A GPU where there is one: the machine that serves is another.
  const device = training.device === 'gpu' ? 'auto' : training.device;
  return segmentationSchema.parse({
    ...rest,
    plugins: [],
    augmentation: [],
    evaluation: { ...settings.evaluation, metrics: [] },
    loss: undefined,
    tags: {},
    dataset,
    training: { ...training, device },
  });
}

function requireNoPlugins({ architecture, preprocessing }: SegmentationConfiguration): void {
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
