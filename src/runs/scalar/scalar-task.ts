import type { ScalarConfiguration } from '../../config/schema/configuration.ts';
import { tellsClasses } from '../../config/tells-classes.ts';
import type { Subject } from '../../dataset/dataset.ts';
import { featureCount } from '../../dataset/scalar/feature-encoder.ts';
import { imageSettings } from '../../dataset/scalar/image-settings.ts';
import { scanName, scansOf } from '../../dataset/visits.ts';
import { Fault } from '../../foundation/fault.ts';
import { ScalarPredictor } from '../../inference/scalar-predictor.ts';
import { buildScalarModel } from '../../models/build-scalar-model.ts';
import type { ScalarModel } from '../../models/model.ts';
import { openBatchSource } from '../../pipeline/batch-source.ts';
import { type PreparedHandle, prepareSubjects } from '../../pipeline/prepare-subjects.ts';
import { withValues } from '../../pipeline/scalar-batches.ts';
import { tableBatches } from '../../pipeline/table-batches.ts';
import { AVERAGED, LAST } from '../../training/learned.ts';
import { activationOf, buildScalarLoss } from '../../training/losses/scalar-loss.ts';
import { type ScalarStepSettings, scalarStep } from '../../training/scalar-step.ts';
import type { Zyx } from '../../volume/volume.ts';
import type { RunPlugins } from '../run-plugins.ts';
import { cropsPerStep } from '../run-settings.ts';
import type { PreparedTask, TaskInputs } from '../run-task.ts';
import { evaluateScalar } from './evaluate-scalar.ts';
import {
  balancedWeights,
  classShares,
  slotsOf,
  type TableFacts,
  tableFacts,
  valuesOfAll,
  writeTableFacts,
} from './table-facts.ts';

/**
 * Reads and prepares the subjects of a classification, regression or sequence task.
 * @throws Fault with every subject that cannot be read.
 */
export async function prepareScalar(
  settings: ScalarConfiguration,
  inputs: TaskInputs,
): Promise<PreparedTask> {
  const { folder, split, probes } = inputs;
  const { training } = settings;
  const size = inputSize(settings);
  const everyone = [...split.train, ...split.validation, ...split.test];
  // What is wrong with the table is said before scans are prepared, which may take hours.
  const facts = tableFacts(settings, split.train, everyone);
  requireReference(settings, facts);
  const values = valuesOfAll(everyone, facts);
  const loss = buildScalarLoss(settings, classShares(settings, split.train));
  await writeTableFacts(folder, facts);
  const handles = size ? await prepareImages(settings, inputs, everyone) : new Map<string, PreparedHandle>();
  const kind = tellsClasses(settings) ? 'classification' : 'regression';
  const activation = activationOf(settings);

  return ({ session }, plugins) => {
    const { model, sizes } = scalarModelOf(settings, facts, plugins);
    const predictor = new ScalarPredictor({
      session,
      model,
      learned: training.ema_decay > 0 ? AVERAGED : LAST,
      activation,
      sizes,
    });
    const weights =
      'sampling' in settings && settings.sampling.classes === 'balanced' && kind === 'classification'
        ? balancedWeights(split.train)
        : undefined;
    const step = scalarStep(model, loss, { ...sizes, batchSize: training.batch_size });
    const batches = size
      ? withValues(imageBatches(settings, split.train, { handles, facts, size, weights, probes }), values)
      : tableBatches(
          split.train.map(({ id }) => id),
          values,
          { seed: training.seed, batchSize: cropsPerStep(training), weights },
        );
    const prediction = { settings, facts, handles, size, predictor };
    return {
      step,
      batches,
      ...evaluateScalar(settings, { inputs, prediction }),
      async close() {
        await batches.close();
        predictor.close();
      },
    };
  };
}

/**
 * The network of a run, and what it is given.
 * @throws Fault where sizes and architecture, or the positions of visits, do not go together.
 */
export function scalarModelOf(
  settings: ScalarConfiguration,
  facts: TableFacts,
  { scalarModels }: Pick<RunPlugins, 'scalarModels'>,
): { model: ScalarModel; sizes: Omit<ScalarStepSettings, 'batchSize'> } {
  requireReference(settings, facts);
  const size = inputSize(settings);
  const sizes = {
    size,
    channels: settings.dataset.channels.length,
    features: featureCount(facts.features),
    targets: facts.targets.length,
    positions: facts.visits?.count,
  };
  const { visits } = facts;
  const known = {
    ...sizes,
    inputSize: size ?? ([1, 1, 1] as const),
    ...(settings.task === 'sequence' &&
      visits && {
        visits: {
          positions: visits.count,
          reference: settings.dataset.sequence.reference.map(position => position - visits.first),
        },
      }),
  };
  return { model: buildScalarModel(settings.architecture, known, scalarModels), sizes };
}

/** The visits that every other is seen beside must be among those that the network is given. */
function requireReference(settings: ScalarConfiguration, { visits }: TableFacts): void {
  if (settings.task !== 'sequence' || !visits) return;
  const last = visits.first + visits.count - 1;
  const beyond = settings.dataset.sequence.reference.find(
    position => position < visits.first || position > last,
  );
  if (beyond === undefined) return;
  throw new Fault(
    `there is no visit at the reference position ${beyond}: the model is given positions ${visits.first} to ${last}`,
    {
      place: { setting: 'dataset.sequence.reference' },
      remedy: 'Name positions at which subjects have visits, or set dataset.sequence.maximum.',
    },
  );
}

/** Size of the images that the network is given; undefined where it sees none. */
export function inputSize({ dataset, input }: ScalarConfiguration): Zyx | undefined {
  if (dataset.channels.length === 0) return undefined;
  if (input.size) return input.size;
  throw new Fault('the configuration does not say which part of a scan the network is given', {
    remedy: 'Set input.size, [z, y, x] in voxels.',
  });
}

/** Prepares the scans of subjects, those of each visit. */
export async function prepareImages(
  settings: ScalarConfiguration,
  { signal, emit }: Pick<TaskInputs, 'signal' | 'emit'>,
  subjects: readonly Subject[],
): Promise<Map<string, PreparedHandle>> {
  const handles = await prepareSubjects(
    scansOf(subjects),
    { dataset: imageSettings(settings.dataset), preprocessing: settings.preprocessing },
    {
      signal,
      threads: Math.max(1, settings.training.loader_threads),
      plugins: settings.plugins,
      onProgress: ({ done, total }) => emit({ type: 'progress', phase: 'preparing subjects', done, total }),
      onWarning: message => emit({ type: 'warning', message }),
    },
  );
  return new Map(handles.map(handle => [handle.id, handle]));
}

/** Batches of the middle of the training subjects' scans; of all visits of a subject where there are visits. */
function imageBatches(
  settings: ScalarConfiguration,
  subjects: readonly Subject[],
  {
    handles,
    facts,
    size,
    weights,
    probes,
  }: {
    handles: ReadonlyMap<string, PreparedHandle>;
    facts: TableFacts;
    size: Zyx;
    weights: readonly number[] | undefined;
    probes: TaskInputs['probes'];
  },
) {
  const { training, input, augmentation, plugins } = settings;
  const names = scansOf(subjects).map(({ id }) => id);
  const indexOf = new Map(names.map((name, index) => [name, index]));
  return openBatchSource({
    subjects: names.map(name => handles.get(name)!),
    sampling: { crop_size: [...size], padding: input.padding, crops_per_subject: 1 },
    centred: true,
    ...(facts.visits && {
      sequences: subjects.map(subject => ({
        id: subject.id,
        visits: slotsOf(subject, facts).map(visit => visit && indexOf.get(scanName(subject, visit))),
      })),
    }),
    ...(weights && { weights }),
    augmentation,
    batchSize: cropsPerStep(training),
    seed: training.seed,
    threads: training.loader_threads,
    plugins,
    ...(probes && { probe: probes.loader }),
  });
}
