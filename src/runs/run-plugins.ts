import type { MetricDefinition } from '../config/plugins/definitions.ts';
import { loadPlugins } from '../config/plugins/load-plugins.ts';
import type { Configuration } from '../config/schema/configuration.ts';
import { Fault } from '../foundation/fault.ts';
import type { ModelBuilder } from '../models/build-model.ts';
import type { ScalarModelBuilder } from '../models/build-scalar-model.ts';
import type { ScalarModel, SegmentationModel } from '../models/model.ts';
import type { FindTransform } from '../pipeline/plugin-transforms.ts';
import type { LossBuilder } from '../training/losses/build-loss.ts';
import type { Loss } from '../training/losses/loss.ts';

/** What a run's plugin modules define, in the form that models, losses and evaluation take. */
export interface RunPlugins {
  /** Networks of segmentation. */
  readonly models: ReadonlyMap<string, ModelBuilder>;
  /** The same definitions as networks of tasks without structures. */
  readonly scalarModels: ReadonlyMap<string, ScalarModelBuilder>;
  readonly losses: ReadonlyMap<string, LossBuilder>;
  readonly findTransform: FindTransform;
  /** Those that `evaluation.metrics` names. */
  readonly metrics: readonly MetricDefinition[];
}

/**
 * Loads the plugins of a configuration; they share this program's TF.js.
 * @throws Fault where a module is broken or a metric is not defined.
 */
export async function loadRunPlugins(settings: Configuration): Promise<RunPlugins> {
  const plugins = await loadPlugins(settings.plugins);
  const models = new Map<string, ModelBuilder>();
  const scalarModels = new Map<string, ScalarModelBuilder>();
  for (const [name, definition] of plugins.all('architecture')) {
    models.set(name, (options, sizes) => {
      const model = definition.build(definition.options?.parse(options) ?? options, sizes) as
        | Partial<SegmentationModel>
        | undefined;
      if (!Array.isArray(model?.parameters) || typeof model.forward !== 'function') {
        throw new Fault(`the architecture "${name}" of a plugin is no model`, {
          remedy:
            'Its build() must give an object with parameters, statistics, shrinkage, multiple and forward().',
        });
      }
      return model as SegmentationModel;
    });
    scalarModels.set(name, (options, sizes) => {
      const model = definition.build(definition.options?.parse(options) ?? options, {
        ...sizes,
        classes: sizes.targets,
      }) as Partial<ScalarModel> | undefined;
      if (!Array.isArray(model?.parameters) || typeof model.forward !== 'function' || !model.uses) {
        throw new Fault(`the architecture "${name}" of a plugin is no model of subjects`, {
          remedy: 'Its build() must give an object with parameters, statistics, uses and forward().',
        });
      }
      return model as ScalarModel;
    });
  }
  const losses = new Map<string, LossBuilder>();
  for (const [name, definition] of plugins.all('loss')) {
    losses.set(name, options => definition.build(definition.options?.parse(options) ?? options) as Loss);
  }
  return {
    models,
    scalarModels,
    losses,
    findTransform: name => plugins.find('transform', name),
    metrics:
      settings.task === 'segmentation'
        ? settings.evaluation.metrics.map(name => plugins.find('metric', name))
        : [],
  };
}
