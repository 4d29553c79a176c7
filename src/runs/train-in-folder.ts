import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatResolved } from '../config/format-resolved.ts';
import type { Configuration } from '../config/schema/configuration.ts';
import { parseEvents, validEvents } from '../contracts/event-history.ts';
import type { NewEvent } from '../contracts/events.ts';
import type { Manifest } from '../contracts/run.ts';
import type { Split, Subject } from '../dataset/dataset.ts';
import { loadDataset } from '../dataset/load-dataset.ts';
import { splitSubjects } from '../dataset/splits.ts';
import { writeFileAtomically } from '../foundation/atomic-file.ts';
import type { Probe } from '../foundation/probe.ts';
import { Predictor } from '../inference/predictor.ts';
import { openBatchSource } from '../pipeline/batch-source.ts';
import { type CheckOptions, checkSubjects } from '../pipeline/check-subjects.ts';
import type { Storage } from '../pipeline/preparation.ts';
import { prepareSubjects } from '../pipeline/prepare-subjects.ts';
import { type Checkpoint, type Progress, START } from '../training/checkpoint.ts';
import { trainingLoop } from '../training/loop.ts';
import { combine, lossComponents } from '../training/losses/build-loss.ts';
import { buildOptimizer } from '../training/optimizers/build-optimizer.ts';
import { buildSchedule } from '../training/schedule.ts';
import { AVERAGE, declareVariables, recordTrainingStep, WEIGHTS } from '../training/training-step.ts';
import { CheckpointFolder } from './checkpoint-folder.ts';
import { writeDatasetFiles } from './dataset-files.ts';
import { openRunEngine } from './engine-session.ts';
import { writeEpochMetrics } from './epoch-metrics.ts';
import { evaluateSplit } from './evaluate-split.ts';
import type { EventWriter } from './event-writer.ts';
import { keepValidation } from './keep-validation.ts';
import { makePlan } from './make-plan.ts';
import { requireMemory } from './require-memory.ts';
import { watchResources } from './resource-monitor.ts';
import { RUN_FILES } from './run-folder.ts';
import { loadRunPlugins } from './run-plugins.ts';
import { structureNames } from './run-settings.ts';
import { settleSplit } from './run-split.ts';
import { modelOf } from './trained-model.ts';
import { type KeepPrediction, validateVolumes } from './validate-volumes.ts';

/** What looks into a training that is debugged: it runs op by op, and subjects are prepared when they are drawn. */
export interface TrainingProbes {
  readonly trainer: Probe;
  readonly loader: Probe;
}

export interface TrainInFolder {
  readonly folder: string;
  readonly settings: Configuration;
  readonly events: EventWriter;
  readonly maxMinutes?: number | undefined;
  readonly signal: AbortSignal;
  /** Op by op instead of as a recorded graph. */
  readonly eager?: boolean | undefined;
  readonly probes?: TrainingProbes | undefined;
  manifest(): Manifest;
  update(changes: Partial<Manifest>): Promise<void>;
  emit(event: NewEvent): void;
}

/**
 * The whole of a training in a run folder, new or to be gone on with: data, engine, plan, loop, prediction, metrics,
 * report.
 * @returns true where it was cancelled.
 */
export async function trainInFolder(run: TrainInFolder): Promise<boolean> {
  const { folder, emit, signal, probes } = run;
  let { settings } = run;
  requireMemory(settings);
  const dataset = await loadDataset(settings.dataset);
  const split = await settleSplit(folder, dataset, () => splitSubjects(dataset, settings.dataset.splits));
  await writeDatasetFiles(folder, dataset, split);

  const reading = (phase: string): CheckOptions => ({
    signal,
    threads: Math.max(1, settings.training.loader_threads),
    onProgress: ({ done, total }) => emit({ type: 'progress', phase, done, total }),
  });
  const prepare = (phase: string, subjects: typeof split.train) =>
    prepareSubjects(subjects, settings, {
      ...reading(phase),
      plugins: settings.plugins,
      onWarning: message => emit({ type: 'warning', message }),
    });
  await checkSubjects(readAfterTraining(split, settings), settings, reading('checking further scans'));
  const training = probes
    ? unprepared(split.train, settings)
    : await prepare('preparing training subjects', split.train);
  const validation = await prepare('preparing validation subjects', chosen(split.validation, settings));

  const fixed = run.manifest().engine;
  const eager = run.eager ?? probes !== undefined;
  const engine = await openRunEngine(settings.training, {
    ...(fixed && { fixed }),
    eager,
    onWarning: message => emit({ type: 'warning', message }),
  });
  await run.update({ engine: engine.described });
  const { session } = engine;
  const plugins = await loadRunPlugins(settings);
  const model = modelOf(settings, plugins.models);
  const structures = structureNames(settings);
  const optimizer = buildOptimizer(settings.optimizer);
  const averaged = settings.training.ema_decay > 0;
  const predictor = new Predictor({
    session,
    model,
    weights: averaged ? AVERAGE : WEIGHTS,
    channels: settings.dataset.channels.length,
    classes: structures.length + 1,
    cropSize: settings.sampling.crop_size,
    settings: settings.inference,
  });
  const batches = openBatchSource({
    subjects: training,
    sampling: settings.sampling,
    augmentation: settings.augmentation,
    batchSize: settings.training.batch_size,
    seed: settings.training.seed,
    threads: settings.training.loader_threads,
    plugins: settings.plugins,
    ...(probes && { probe: probes.loader }),
  });

  const endWatch = watchResources({ emit, gpu: engine.described.device === 'gpu' });
  try {
    declareVariables(session, model, optimizer, { seed: settings.training.seed, averaged });
    const checkpoints = new CheckpointFolder(folder, model, settings.training.keep_checkpoints);
    const restore = (checkpoint: Checkpoint) => session.write({ ...checkpoint.variables });
    if (settings.training.initial_weights) {
      const source = settings.training.initial_weights;
      const taken = await checkpoints.initialize(session, source, averaged);
      const of = model.parameters.length;
      emit({ type: 'log', message: `${taken} of ${of} tensors of weights are taken from ${source}` });
    }
    const step = await recordTrainingStep(
      session,
      model,
      combine(lossComponents(settings.loss, plugins.losses), probes?.trainer),
      optimizer,
      {
        crop: settings.sampling.crop_size,
        batchSize: settings.training.batch_size,
        channels: settings.dataset.channels.length,
        classes: structures.length + 1,
        clipNorm: settings.training.gradient_clip_norm,
        averageDecay: settings.training.ema_decay,
        masked: settings.dataset.mask !== undefined,
        incomplete: settings.dataset.allow_incomplete_labels,
        precision: engine.precision,
      },
      probes?.trainer,
    );
    const validate =
      validation.length > 0
        ? (keep?: KeepPrediction) =>
            validateVolumes(validation, predictor, structures, { probe: probes?.trainer, keep, signal })
        : undefined;
    const shown = new Set(validation.slice(0, settings.validation.save_predictions).map(({ id }) => id));

    let plan = run.manifest().plan;
    if (!plan) {
      plan = await makePlan({
        session,
        step,
        batches,
        optimizer,
        settings,
        float16: engine.precision === 'float16',
        maxMinutes: run.maxMinutes,
        measures: !eager,
        validate,
      });
      settings = withPlan(settings, plan);
      await writeFileAtomically(join(folder, RUN_FILES.configuration), formatResolved(settings));
      await run.update({ plan });
    }
    const resumed = await checkpoints.latest();
    if (resumed) await restore(resumed);
    const start: Progress = resumed?.progress ?? START;
    if (run.events.earlier.some(event => event.type === 'started')) {
      emit({ type: 'resumed', epoch: start.epoch, step: start.step });
    } else emit({ type: 'started', epochs: plan.epochs, stepsPerEpoch: batches.stepsPerEpoch });

    const { end } = await trainingLoop(
      {
        session,
        step,
        batches,
        optimizer,
        // Built anew each time, as a debugger may change the settings.
        schedule: epoch =>
          buildSchedule(settings.schedule, settings.optimizer.learning_rate, plan.epochs)(epoch),
        epochs: plan.epochs,
        structures,
        averageDecay: settings.training.ema_decay,
        float16: engine.precision === 'float16',
        validateEvery: plan.validateEvery,
        checkpointEvery: settings.training.checkpoint_every,
        earlyStopping: settings.training.early_stopping,
        signal,
        emit,
        validate:
          validate &&
          (epoch => {
            const step = epoch * batches.stepsPerEpoch;
            return validate(keepValidation({ folder, epoch, step, subjects: shown, emit }));
          }),
        probe: probes?.trainer,
        saveCheckpoint: async (progress, best) => {
          const path = await checkpoints.save({ progress, variables: await session.read() }, best);
          emit({ type: 'checkpoint', epoch: progress.epoch, step: progress.step, path, best });
          run.events.flush();
          if (best && Number.isFinite(progress.bestScore)) {
            const metric = 'validation/Dice/AverageAcrossStructures';
            await run.update({ best: { epoch: progress.bestEpoch, metric, value: progress.bestScore } });
          }
        },
      },
      start,
    );
    await batches.close();
    step.close();
    await keepEpochMetrics(run, structures, { train: split.train.length, validation: validation.length });
    if (end === 'cancelled') return true;

    await restore(await checkpoints.best());
    const results: Record<string, number | null> = {};
    for (const name of settings.inference.splits) {
      if (split[name].length === 0) continue;
      const evaluation = {
        folder,
        split: name,
        subjects: split[name],
        settings,
        plugins,
        predictor,
        signal,
        emit,
        ...(probes && { probe: probes.trainer }),
      };
      const { meanDice } = await evaluateSplit(evaluation);
      results[`${name}/Dice`] = Number.isFinite(meanDice) ? meanDice : null;
      emit({
        type: 'result',
        split: name,
        name: 'Dice/AverageAcrossStructures',
        value: results[`${name}/Dice`]!,
      });
    }
    await run.update({ results });
    run.events.flush();
    return false;
  } finally {
    endWatch();
    await batches.close();
    predictor.close();
    session.close();
  }
}

/** Epoch metrics from the events that hold: after a resumption, earlier ones of repeated steps are void. */
async function keepEpochMetrics(
  run: TrainInFolder,
  structures: readonly string[],
  subjects: { train: number; validation: number },
): Promise<void> {
  run.events.flush();
  const events = validEvents(parseEvents(await readFile(join(run.folder, RUN_FILES.events), 'utf8')));
  await writeEpochMetrics(run.folder, events, { structures, subjects });
}

/** Subjects that are prepared each time they are drawn, where a debugger sees it. */
function unprepared(subjects: readonly Subject[], { dataset, preprocessing, plugins }: Configuration) {
  return subjects.map(subject => {
    const recipe = { subject, dataset, steps: preprocessing, plugins };
    const storage: Storage = { kind: 'none', recipe };
    return { id: subject.id, storage, masked: dataset.mask !== undefined };
  });
}

/** The validation subjects that are used: the first few, where the configuration says how many. */
function chosen<T>(subjects: readonly T[], { validation }: Configuration): readonly T[] {
  return validation.subjects === undefined ? subjects : subjects.slice(0, validation.subjects);
}

/** Subjects that are evaluated at the end and not prepared before: a broken one shall not be found only then. */
function readAfterTraining(split: Split, settings: Configuration): readonly Subject[] {
  const unused = { train: [], validation: split.validation.slice(chosen(split.validation, settings).length) };
  const rest: Split = { ...unused, test: split.test };
  return settings.inference.splits.flatMap(name => rest[name]);
}

/** What was fixed at the start stands in the settings of the run, so that it can be repeated from them. */
function withPlan(settings: Configuration, plan: NonNullable<Manifest['plan']>): Configuration {
  return {
    ...settings,
    training: { ...settings.training, epochs: plan.epochs },
    validation: { ...settings.validation, every_epochs: plan.validateEvery },
  };
}
