import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatResolved } from '../config/format-resolved.ts';
import type { Configuration } from '../config/schema/configuration.ts';
import { targetKind } from '../config/tells-classes.ts';
import { parseEvents, validEvents } from '../contracts/event-history.ts';
import type { NewEvent } from '../contracts/events.ts';
import type { Manifest } from '../contracts/run.ts';
import type { Dataset, Split } from '../dataset/dataset.ts';
import { emptySplits } from '../dataset/empty-splits.ts';
import { foldSplit } from '../dataset/folds.ts';
import { loadSubjects } from '../dataset/load-subjects.ts';
import { splitSubjects } from '../dataset/splits.ts';
import type { Cluster } from '../engine/cluster.ts';
import { writeFileAtomically } from '../foundation/atomic-file.ts';
import { describeFault } from '../foundation/fault.ts';
import { isStop } from '../foundation/stop.ts';
import { type Checkpoint, START } from '../training/checkpoint.ts';
import { type LoopEnd, trainingLoop } from '../training/loop.ts';
import { buildOptimizer } from '../training/optimizers/build-optimizer.ts';
import { buildSchedule } from '../training/schedule.ts';
import { StepProfile } from '../training/step-profile.ts';
import { declareVariables, recordTrainingStep } from '../training/training-step.ts';
import { CheckpointFolder } from './checkpoint-folder.ts';
import { writeDatasetFiles } from './dataset-files.ts';
import { openRunEngine, type RunEngine } from './engine-session.ts';
import { writeEpochMetrics } from './epoch-metrics.ts';
import type { EventWriter } from './event-writer.ts';
import { makePlan } from './make-plan.ts';
import { requireMemory } from './require-memory.ts';
import { watchResources } from './resource-monitor.ts';
import { RUN_FILES } from './run-folder.ts';
import { loadRunPlugins } from './run-plugins.ts';
import { settleSplit } from './run-split.ts';
import type { RunTask, TrainingProbes } from './run-task.ts';
import { prepareScalar } from './scalar/scalar-task.ts';
import { seenBefore } from './seen-before.ts';
import { prepareSegmentation } from './segmentation-task.ts';

export interface TrainInFolder {
  readonly folder: string;
  readonly settings: Configuration;
  readonly events: EventWriter;
  readonly maxMinutes?: number | undefined;
  readonly signal: AbortSignal;
  /** Op by op instead of as a recorded graph. */
  readonly eager?: boolean | undefined;
  /** Measure where the time of steps goes, into `profile.json`. */
  readonly profile?: boolean | undefined;
  /** The processes that train together, where this one is their chief. */
  readonly cluster?: Cluster | undefined;
  /** What another run computed with, whose bits this one shall have. */
  readonly engine?: Manifest['engine'];
  readonly probes?: TrainingProbes | undefined;
  manifest(): Manifest;
  update(changes: Partial<Manifest>): Promise<void>;
  emit(event: NewEvent): void;
}

/**
 * The whole of a training in a run folder, new or to be gone on with: data, engine, plan, loop, prediction, metrics.
 * @returns true where it was cancelled.
 */
export async function trainInFolder(run: TrainInFolder): Promise<boolean> {
  const opening = () => openEngineOf(run);
  if (!run.cluster) return trainOn(run, opening);
  // At once, so that the workers see the chief come, and go where its data is not sound.
  const engine = await opening();
  const workers = engine.workers!;
  const signal = AbortSignal.any([run.signal, workers.stopped]);
  try {
    const cancelled = await trainOn({ ...run, signal }, async () => engine);
    await workers.end(cancelled ? 'cancelled' : 'completed');
    return cancelled;
  } catch (error) {
    const stopped = isStop(error, signal);
    await workers.end(stopped ? 'cancelled' : 'failed');
    if (stopped) return true;
    throw error;
  }
}

function openEngineOf(run: TrainInFolder): Promise<RunEngine> {
  const { settings, emit, signal, cluster } = run;
  const fixed = run.manifest().engine ?? run.engine;
  return openRunEngine(settings.training, {
    ...(fixed && { fixed }),
    eager: isEager(run),
    divides: true,
    cluster,
    signal,
    onWarning: message => emit({ type: 'warning', message }),
  });
}

async function trainOn(run: TrainInFolder, opening: () => Promise<RunEngine>): Promise<boolean> {
  const { folder, settings, emit, signal, probes } = run;
  requireMemory(settings);
  const dataset = await loadSubjects(settings);
  const split = await settleSplit(folder, dataset, () => decideSplit(run, dataset));
  for (const { message } of emptySplits(dataset, split, settings)) emit({ type: 'warning', message });
  const { initial_weights: weightsFrom } = settings.training;
  const flattered = weightsFrom && (await seenBefore(weightsFrom, split));
  if (flattered) emit({ type: 'warning', message: flattered });
  await writeDatasetFiles(folder, dataset, split);
  const inputs = { folder, split, fold: run.manifest().fold, signal, probes, emit };
  const prepared =
    settings.task === 'segmentation'
      ? await prepareSegmentation(settings, inputs)
      : await prepareScalar(settings, inputs);

  const engine = await opening();
  await run.update({ engine: engine.described });
  const task = prepared(engine, await loadRunPlugins(settings));
  const endWatch = watchResources({ emit, gpu: engine.described.device === 'gpu' });
  try {
    const { checkpoints, end } = await train(run, engine, task);
    await keepEpochMetrics(run, task, split);
    if (end === 'cancelled') return true;
    await engine.session.write({ ...(await checkpoints.best()).variables });
    await task.settle?.();
    await evaluate(run, task, split);
    return false;
  } finally {
    endWatch();
    await task.close();
    engine.session.close();
  }
}

/** The split of a run of its own, or of its fold. */
function decideSplit({ settings, manifest }: TrainInFolder, dataset: Dataset): Promise<Split> {
  const { splits } = settings.dataset;
  const { fold, folds } = manifest();
  const targets = targetKind(settings);
  return fold === undefined || folds === undefined
    ? splitSubjects(dataset, splits, { targets })
    : foldSplit(dataset, splits, folds, fold, { targets });
}

const isEager = ({ eager, probes }: TrainInFolder) => eager ?? probes !== undefined;

/** Trains to the end of the plan, which is made here where the run has none yet. */
async function train(
  run: TrainInFolder,
  { session, precision }: RunEngine,
  task: RunTask,
): Promise<{ checkpoints: CheckpointFolder; end: LoopEnd }> {
  const { folder, settings, signal, emit, probes } = run;
  const { batches } = task;
  const { network } = task.step;
  const optimizer = buildOptimizer(settings.optimizer);
  const averageDecay = settings.training.ema_decay;
  const averaged = averageDecay > 0;
  const float16 = precision === 'float16';
  declareVariables(session, network, optimizer, { seed: settings.training.seed, averaged });
  const checkpoints = new CheckpointFolder(folder, network, settings.training.keep_checkpoints);
  const restore = (checkpoint: Checkpoint) => session.write({ ...checkpoint.variables });
  const resumed = await checkpoints.latest(why =>
    emit({ type: 'warning', message: `a checkpoint is passed over: ${describeFault(why)}` }),
  );
  const source = settings.training.initial_weights;
  // A run that goes on has them in its checkpoint; where they came from may be gone.
  if (source && !resumed) {
    const taken = await checkpoints.initialize(session, source, {
      averaged,
      frozen: settings.training.frozen,
    });
    const of = network.parameters.length;
    emit({ type: 'log', message: `${taken} of ${of} tensors of weights are taken from ${source}` });
  }
  const profile = run.profile ? new StepProfile() : undefined;
  const recorded = await recordTrainingStep(
    session,
    task.step,
    optimizer,
    {
      clipNorm: settings.training.gradient_clip_norm,
      averageDecay,
      precision,
      seed: settings.training.seed,
      batches: settings.training.accumulate_batches,
      synchronized: settings.training.synchronize_batch_norm,
      recompute: settings.training.recompute,
      frozen: settings.training.frozen,
    },
    { probe: probes?.trainer, profile },
  );
  const step = profile?.measured(recorded) ?? recorded;
  try {
    const plan = run.manifest().plan ?? (await planOf(run, { session, step, optimizer, float16, task }));
    if (resumed) await restore(resumed);
    const start = resumed?.progress ?? START;
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
        sums: task.step.sums,
        averageDecay,
        float16,
        validateEvery: plan.validateEvery,
        checkpointEvery: settings.training.checkpoint_every,
        earlyStopping: settings.training.early_stopping,
        signal,
        emit,
        validate: task.validate && (epoch => task.validate!({ epoch, step: epoch * batches.stepsPerEpoch })),
        probe: probes?.trainer,
        saveCheckpoint: async (progress, best) => {
          // A checkpoint never speaks of epochs that the events do not know: they would not come again.
          run.events.flush();
          const path = await checkpoints.save({ progress, variables: await session.read() }, best);
          emit({ type: 'checkpoint', epoch: progress.epoch, step: progress.step, path, best });
          run.events.flush();
          if (best && Number.isFinite(progress.bestScore)) {
            const { bestEpoch: epoch, bestScore: value } = progress;
            await run.update({ best: { epoch, metric: task.scoreName, value } });
          }
        },
      },
      start,
    );
    const found = profile?.result();
    if (found)
      await writeFileAtomically(join(folder, RUN_FILES.profile), `${JSON.stringify(found, null, 2)}\n`);
    // Loader threads would go on making batches beside the prediction.
    await batches.close();
    return { checkpoints, end };
  } finally {
    step.close();
  }
}

/** Fixes the run's plan, and says it in its settings too, so that it can be repeated from them. */
async function planOf(
  run: TrainInFolder,
  {
    task,
    ...measured
  }: Pick<Parameters<typeof makePlan>[0], 'session' | 'step' | 'optimizer' | 'float16'> & { task: RunTask },
): Promise<NonNullable<Manifest['plan']>> {
  const { folder, settings, maxMinutes } = run;
  const plan = await makePlan({
    ...measured,
    batches: task.batches,
    settings,
    maxMinutes,
    measures: !isEager(run),
    validate: task.validate && (() => task.validate!()),
  });
  const planned = {
    ...settings,
    training: { ...settings.training, epochs: plan.epochs },
    validation: { ...settings.validation, every_epochs: plan.validateEvery },
  } as Configuration;
  await writeFileAtomically(join(folder, RUN_FILES.configuration), formatResolved(planned));
  await run.update({ plan });
  return plan;
}

/** Predicts and measures the splits that the configuration names. */
async function evaluate(run: TrainInFolder, task: RunTask, split: Split): Promise<void> {
  const results: Record<string, number | null> = {};
  for (const name of run.settings.inference.splits) {
    if (split[name].length === 0) continue;
    for (const result of await task.evaluate(name)) {
      const value = Number.isFinite(result.value) ? result.value : null;
      results[`${name}/${result.key}`] = value;
      run.emit({ type: 'result', split: name, name: result.name, value });
    }
  }
  await run.update({ results });
  run.events.flush();
}

/** Epoch metrics from the events that hold: after a resumption, earlier ones of repeated steps are void. */
async function keepEpochMetrics(run: TrainInFolder, task: RunTask, split: Split): Promise<void> {
  run.events.flush();
  const events = validEvents(parseEvents(await readFile(join(run.folder, RUN_FILES.events), 'utf8')));
  await writeEpochMetrics(run.folder, events, {
    metrics: task.epochMetrics,
    subjects: { train: split.train.length, validation: task.validated },
    fold: run.manifest().fold,
  });
}
