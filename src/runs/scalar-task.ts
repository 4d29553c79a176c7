import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ScalarConfiguration } from '../config/schema/configuration.ts';
import type { Subject } from '../dataset/dataset.ts';
import {
  encodeFeatures,
  type FeatureEncoding,
  featureCount,
  fitFeatures,
  spread,
} from '../dataset/scalar/feature-encoder.ts';
import { imageSettings } from '../dataset/scalar/image-settings.ts';
import { targetNames } from '../dataset/scalar/parse-target.ts';
import type { ScalarRow } from '../evaluation/scalar/row.ts';
import { formatModelOutputs, formatScalarMetrics } from '../evaluation/scalar/scalar-files.ts';
import { mainMetric, named, scalarMetrics } from '../evaluation/scalar/scalar-metrics.ts';
import { writeFileAtomically } from '../foundation/atomic-file.ts';
import { Fault } from '../foundation/fault.ts';
import { ScalarPredictor } from '../inference/scalar-predictor.ts';
import { buildScalarModel } from '../models/build-scalar-model.ts';
import { openBatchSource } from '../pipeline/batch-source.ts';
import { middleImage } from '../pipeline/middle-image.ts';
import { type PreparedHandle, prepareSubjects } from '../pipeline/prepare-subjects.ts';
import { type ScalarValues, withValues } from '../pipeline/scalar-batches.ts';
import { tableBatches } from '../pipeline/table-batches.ts';
import { activationOf, buildScalarLoss } from '../training/losses/scalar-loss.ts';
import { scalarStep } from '../training/scalar-step.ts';
import { AVERAGE, WEIGHTS } from '../training/training-step.ts';
import type { Zyx } from '../volume/volume.ts';
import { RUN_FILES, SPLIT_FOLDERS } from './run-folder.ts';
import type { PreparedTask, TaskInputs } from './run-task.ts';

/** How targets are scaled for training; 0 and 1 for classes. */
interface TargetScale {
  readonly mean: number;
  readonly deviation: number;
}

/** What training fixed of a table, kept beside the run's settings for prediction. */
export interface TableFacts {
  readonly features: FeatureEncoding;
  readonly targets: readonly TargetScale[];
}

export const TABLE_FACTS_FILE = 'table.json';

/**
 * Reads and prepares the subjects of a classification or regression.
 * @throws Fault with every subject that cannot be read.
 */
export async function prepareScalar(
  settings: ScalarConfiguration,
  inputs: TaskInputs,
): Promise<PreparedTask> {
  const { folder, split, signal, probes, emit } = inputs;
  const size = inputSize(settings);
  const everyone = [...split.train, ...split.validation, ...split.test];
  const handles = size ? await prepareImages(settings, inputs, everyone) : new Map<string, PreparedHandle>();
  const facts = tableFacts(settings, split.train);
  await writeFileAtomically(join(folder, TABLE_FACTS_FILE), `${JSON.stringify(facts, null, 1)}\n`);
  const values = new Map(everyone.map(subject => [subject.id, valuesOf(subject, facts)]));
  const targets = targetNames(settings.dataset.targets);
  const sizes = {
    size,
    channels: settings.dataset.channels.length,
    features: featureCount(facts.features),
    targets: targets.length,
  };

  return ({ session }) => {
    const { training } = settings;
    const model = buildScalarModel(settings.architecture, {
      channels: sizes.channels,
      features: sizes.features,
      targets: sizes.targets,
      inputSize: size ?? [1, 1, 1],
    });
    const predictor = new ScalarPredictor({
      session,
      model,
      weights: training.ema_decay > 0 ? AVERAGE : WEIGHTS,
      activation: activationOf(settings),
      sizes,
    });
    const shares = targets.map((_, index) => shareOf(split.train, index));
    const step = scalarStep(model, buildScalarLoss(settings, shares), {
      ...sizes,
      batchSize: training.batch_size,
    });
    const batches = size
      ? withValues(
          openBatchSource({
            subjects: split.train.map(({ id }) => handles.get(id)!),
            sampling: { crop_size: [...size], padding: settings.input.padding, crops_per_subject: 1 },
            centred: true,
            augmentation: settings.augmentation,
            batchSize: training.batch_size,
            seed: training.seed,
            threads: training.loader_threads,
            plugins: settings.plugins,
            ...(probes && { probe: probes.loader }),
          }),
          values,
        )
      : tableBatches(
          split.train.map(({ id }) => id),
          values,
          {
            seed: training.seed,
            batchSize: training.batch_size,
          },
        );

    const predict = async (subjects: readonly Subject[], onSubject?: (done: number) => void) => {
      const rows: ScalarRow[] = [];
      for (const [index, subject] of subjects.entries()) {
        signal.throwIfAborted();
        onSubject?.(index);
        const { features } = values.get(subject.id)!;
        const handle = handles.get(subject.id);
        const images = handle && size && middleImage(await handle.load(), size, settings.input.padding);
        const output = await predictor.predict({
          ...(images && { images }),
          ...(features.length > 0 && { features: Float32Array.from(features) }),
        });
        rows.push(
          ...targets.map((target, at) => ({
            subject: subject.id,
            target,
            output: output[at]! * facts.targets[at]!.deviation + facts.targets[at]!.mean,
            label: subject.values?.targets?.[at] ?? Number.NaN,
          })),
        );
      }
      return rows;
    };
    const main = mainMetric(settings.task);
    /** Thresholds are chosen on the validation subjects, never on those that are evaluated. */
    const thresholds = async () => {
      if (settings.task === 'regression' || split.validation.length === 0) return new Map<string, number>();
      const { byTarget } = scalarMetrics(settings.task, await predict(split.validation));
      return new Map([...byTarget].map(([target, metrics]) => [target, metrics.optimal_threshold!]));
    };
    const columns = Object.keys(named(scalarMetrics(settings.task, noRows(targets))));
    return {
      step,
      batches,
      scoreName: `validation/${main}`,
      epochMetrics: { train: [], validation: columns },
      validated: split.validation.length,
      validate:
        split.validation.length > 0
          ? async () => {
              const metrics = scalarMetrics(settings.task, await predict(split.validation));
              return { score: metrics.score, metrics: { [main]: metrics.score, ...named(metrics) } };
            }
          : undefined,
      async evaluate(name) {
        const subjects = split[name];
        const total = subjects.length;
        const phase = `predicting ${name}`;
        const chosen = name === 'validation' ? undefined : await thresholds();
        const rows = await predict(subjects, done => emit({ type: 'progress', phase, done, total }));
        emit({ type: 'progress', phase, done: total, total });
        const metrics = scalarMetrics(settings.task, rows, chosen);
        const place = join(folder, RUN_FILES.evaluation, SPLIT_FOLDERS[name]);
        await mkdir(place, { recursive: true });
        await writeFileAtomically(join(place, 'model_outputs.csv'), formatModelOutputs(rows));
        await writeFileAtomically(join(place, 'metrics.csv'), formatScalarMetrics(metrics.byTarget));
        return [
          { name: main, key: main, value: metrics.score },
          ...Object.entries(named(metrics))
            .filter(([metric]) => metric !== main)
            .map(([metric, value]) => ({ name: metric, key: metric, value })),
        ];
      },
      async close() {
        await batches.close();
        predictor.close();
      },
    };
  };
}

/** Size of the images that the network is given; undefined where it sees none. */
function inputSize({ dataset, input }: ScalarConfiguration): Zyx | undefined {
  if (dataset.channels.length === 0) return undefined;
  if (input.size) return input.size;
  throw new Fault('the configuration does not say which part of a scan the network is given', {
    remedy: 'Set input.size, [z, y, x] in voxels.',
  });
}

async function prepareImages(
  settings: ScalarConfiguration,
  { signal, emit }: TaskInputs,
  subjects: readonly Subject[],
): Promise<Map<string, PreparedHandle>> {
  const handles = await prepareSubjects(
    subjects,
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

/** What the training subjects fix. */
function tableFacts(settings: ScalarConfiguration, training: readonly Subject[]): TableFacts {
  const count = targetNames(settings.dataset.targets).length;
  const labels = (index: number) => training.map(({ values }) => values!.targets![index]!);
  return {
    features: fitFeatures(training, settings.dataset.features),
    targets: Array.from({ length: count }, (_, index) =>
      settings.task === 'regression' ? spread(labels(index)) : { mean: 0, deviation: 1 },
    ),
  };
}

function valuesOf({ values, place }: Subject, facts: TableFacts): ScalarValues {
  return {
    features: encodeFeatures(facts.features, values!, place),
    targets: facts.targets.map(({ mean, deviation }, index) => (values!.targets![index]! - mean) / deviation),
  };
}

/** Share of the subjects that have a class. */
const shareOf = (subjects: readonly Subject[], index: number) =>
  subjects.filter(({ values }) => values!.targets![index] === 1).length / subjects.length;

const noRows = (targets: readonly string[]): ScalarRow[] =>
  targets.map(target => ({ subject: '', target, output: Number.NaN, label: Number.NaN }));
