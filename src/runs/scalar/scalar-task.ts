import { join } from 'node:path';
import type { ScalarConfiguration } from '../../config/schema/configuration.ts';
import { tellsClasses } from '../../config/tells-classes.ts';
import type { Subject } from '../../dataset/dataset.ts';
import { featureCount } from '../../dataset/scalar/feature-encoder.ts';
import { imageSettings } from '../../dataset/scalar/image-settings.ts';
import { targetNames } from '../../dataset/scalar/parse-target.ts';
import { scanName, scansOf, visitsOf } from '../../dataset/visits.ts';
import { tempered } from '../../evaluation/scalar/calibration.ts';
import { evaluateRows } from '../../evaluation/scalar/evaluate-rows.ts';
import { labelled, type ScalarRow } from '../../evaluation/scalar/row.ts';
import { formatModelOutputs, formatScalarMetrics } from '../../evaluation/scalar/scalar-files.ts';
import {
  chooseThresholds,
  mainMetric,
  named,
  scalarMetrics,
} from '../../evaluation/scalar/scalar-metrics.ts';
import { writeFileAtomically } from '../../foundation/atomic-file.ts';
import { Fault } from '../../foundation/fault.ts';
import { makeFolder } from '../../foundation/folder.ts';
import { ScalarPredictor } from '../../inference/scalar-predictor.ts';
import { buildScalarModel } from '../../models/build-scalar-model.ts';
import type { ScalarModel } from '../../models/model.ts';
import { openBatchSource } from '../../pipeline/batch-source.ts';
import { type PreparedHandle, prepareSubjects } from '../../pipeline/prepare-subjects.ts';
import { withValues } from '../../pipeline/scalar-batches.ts';
import { tableBatches } from '../../pipeline/table-batches.ts';
import { writeScanThumbnail } from '../../report/scan-thumbnail.ts';
import { extremesOf } from '../../report/sections/extreme-cases.ts';
import { AVERAGED, LAST } from '../../training/learned.ts';
import { activationOf, buildScalarLoss } from '../../training/losses/scalar-loss.ts';
import { type ScalarStepSettings, scalarStep } from '../../training/scalar-step.ts';
import type { Zyx } from '../../volume/volume.ts';
import { RUN_FILES, SPLIT_FOLDERS } from '../run-folder.ts';
import type { RunPlugins } from '../run-plugins.ts';
import { cropsPerStep } from '../run-settings.ts';
import type { PreparedTask, TaskInputs } from '../run-task.ts';
import { predictRows } from './predict-rows.ts';
import { chosenThresholds, type Scoring, scoringOf, writeScoring } from './scoring.ts';
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
  const { folder, split, signal, probes, emit } = inputs;
  const { training } = settings;
  const size = inputSize(settings);
  const everyone = [...split.train, ...split.validation, ...split.test];
  const handles = size ? await prepareImages(settings, inputs, everyone) : new Map<string, PreparedHandle>();
  const facts = tableFacts(settings, split.train, everyone);
  await writeTableFacts(folder, facts);
  const values = valuesOfAll(everyone, facts);
  const targets = targetNames(settings.dataset.targets);
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
    const loss = buildScalarLoss(settings, classShares(settings, split.train));
    const step = scalarStep(model, loss, { ...sizes, batchSize: training.batch_size });
    const batches = size
      ? withValues(imageBatches(settings, split.train, { handles, facts, size, weights, probes }), values)
      : tableBatches(
          split.train.map(({ id }) => id),
          values,
          { seed: training.seed, batchSize: cropsPerStep(training), weights },
        );
    const prediction = { settings, facts, handles, size, predictor };
    const predict = async (subjects: readonly Subject[], onSubject?: (done: number) => void) => {
      const rows: ScalarRow[] = [];
      for (const [index, subject] of subjects.entries()) {
        signal.throwIfAborted();
        onSubject?.(index);
        rows.push(...(await predictRows(subject, prediction)));
      }
      return rows;
    };
    const main = mainMetric(kind);
    const exclusive = activation === 'softmax';
    const score = async (): Promise<Scoring | undefined> => {
      if (settings.task === 'regression' || kind === 'regression' || split.validation.length === 0)
        return undefined;
      const calibrated = settings.evaluation.calibration === 'temperature';
      const scoring = scoringOf(await predict(split.validation), { calibrated, exclusive });
      await writeScoring(folder, scoring);
      return scoring;
    };
    let scored: Promise<Scoring | undefined> | undefined;
    return {
      step,
      batches,
      scoreName: `validation/${main}`,
      epochMetrics: {
        train: [],
        validation: Object.keys(named(scalarMetrics(kind, noRows(targets)))),
      },
      validated: split.validation.length,
      validate:
        split.validation.length > 0
          ? async () => {
              const rows = await predict(split.validation);
              const metrics = scalarMetrics(kind, rows, chooseThresholds(rows));
              return { score: metrics.score, metrics: { [main]: metrics.score, ...named(metrics) } };
            }
          : undefined,
      async evaluate(name) {
        const subjects = split[name];
        const total = subjects.length;
        const phase = `predicting ${name}`;
        scored ??= score();
        const scoring = await scored;
        const raw = await predict(subjects, done => emit({ type: 'progress', phase, done, total }));
        const rows =
          scoring && scoring.temperature !== 1 ? tempered(raw, scoring.temperature, exclusive) : raw;
        const thresholds = scoring && chosenThresholds(scoring);
        emit({ type: 'progress', phase, done: total, total });
        const evaluation = evaluateRows(kind, rows, {
          thresholds,
          exclusive,
          resamples: settings.evaluation.bootstrap,
          seed: training.seed,
        });
        const place = join(folder, RUN_FILES.evaluation, SPLIT_FOLDERS[name]);
        await makeFolder(place);
        await writeFileAtomically(join(place, 'model_outputs.csv'), formatModelOutputs(rows, inputs.fold));
        await writeFileAtomically(
          join(place, 'metrics.csv'),
          formatScalarMetrics(evaluation.byTarget, evaluation.intervals),
        );
        if (size) await writeExtremes(join(place, 'thumbnails'), subjects, rows, handles);
        return [
          { name: main, key: main, value: evaluation.score },
          ...Object.entries(named(scalarMetrics(kind, rows, thresholds)))
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

/** Slices of the best and worst cases, for the report; of visits that of the last that is told of. */
async function writeExtremes(
  folder: string,
  subjects: readonly Subject[],
  rows: readonly ScalarRow[],
  handles: ReadonlyMap<string, PreparedHandle>,
): Promise<void> {
  await makeFolder(folder);
  const targets = [...new Set(rows.map(({ target }) => target))];
  const shown = new Map<string, ScalarRow>();
  for (const target of targets) {
    const { worst, best } = extremesOf(labelled(rows).filter(row => row.target === target));
    for (const row of [...worst, ...best]) shown.set(row.subject, row);
  }
  for (const { subject: id, position } of shown.values()) {
    const subject = subjects.find(one => one.id === id)!;
    const visit = visitsOf(subject).find(one => position === undefined || one.position === position)!;
    const prepared = await handles.get(scanName(subject, visit))!.load();
    await writeScanThumbnail(folder, id, { ...prepared, data: prepared.images[0]! });
  }
}

/** The network of a run, and what it is given. */
export function scalarModelOf(
  settings: ScalarConfiguration,
  facts: TableFacts,
  { scalarModels }: Pick<RunPlugins, 'scalarModels'>,
): { model: ScalarModel; sizes: Omit<ScalarStepSettings, 'batchSize'> } {
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

const noRows = (targets: readonly string[]): ScalarRow[] =>
  targets.map(target => ({ subject: '', target, output: Number.NaN, label: Number.NaN }));
