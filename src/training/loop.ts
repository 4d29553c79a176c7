import type { NewEvent } from '../contracts/events.ts';
import type { RecordedFunction, Session } from '../engine/session.ts';
import { Fault } from '../foundation/fault.ts';
import type { Probe, ProbeFrame } from '../foundation/probe.ts';
import { isStop } from '../foundation/stop.ts';
import type { Batch, BatchSource } from '../pipeline/subject.ts';
import type { Progress } from './checkpoint.ts';
import { EpochSums, type StepSums } from './epoch-sums.ts';
import { nextLossScale } from './loss-scale.ts';
import type { Optimizer } from './optimizers/optimizer.ts';
import type { Schedule } from './schedule.ts';
import type { StepOutputs } from './training-step.ts';

/** What a validation found. */
export interface Validation {
  /** What decides which checkpoint is the best; higher is better. NaN where nothing could be measured. */
  readonly score: number;
  /** By name, such as `Dice/anterior`. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** Everything a loop works with; it knows no files and no editor. */
export interface LoopOptions {
  readonly session: Session;
  readonly step: RecordedFunction;
  readonly batches: BatchSource;
  readonly optimizer: Optimizer;
  readonly schedule: Schedule;
  readonly epochs: number;
  /** What the task adds up over an epoch. */
  readonly sums: StepSums;
  readonly averageDecay: number;
  readonly float16: boolean;
  readonly validateEvery: number;
  readonly checkpointEvery: number;
  readonly earlyStopping?: { readonly patience_epochs: number; readonly minimum_gain: number } | undefined;
  readonly signal: AbortSignal;
  emit(event: NewEvent): void;
  /** Absent where there is nothing to validate on: then the last weights are the best. Throws where it is aborted. */
  validate?: ((epoch: number) => Promise<Validation>) | undefined;
  /** Keeps the session's variables; `best` where they are the best so far. */
  saveCheckpoint(progress: Progress, best: boolean): Promise<void>;
  readonly probe?: Probe | undefined;
}

/** Why training ended. */
export type LoopEnd = 'completed' | 'stopped-early' | 'cancelled';

/** Steps in a row without a finite gradient, at the smallest loss scale, after which training is given up. */
const HOPELESS_STEPS = 50;

/**
 * Trains from where `start` stands to the last epoch. The result depends on the options and the start alone, so that a
 * run that was killed and resumed has the bits of one that was not. On abort the step under way is finished, a
 * checkpoint written and 'cancelled' returned.
 * @throws Fault where the loss is no longer a number.
 */
export async function trainingLoop(
  options: LoopOptions,
  start: Progress,
): Promise<{ end: LoopEnd; progress: Progress }> {
  const { batches, epochs, signal, probe } = options;
  const { stepsPerEpoch } = batches;
  const total = epochs * stepsPerEpoch;
  let progress = start;
  if (progress.validationDue) {
    const ended = await endEpoch(options, progress, total);
    if (ended.end) return { end: ended.end, progress: ended.progress };
    progress = ended.progress;
  } else if (hasStoppedEarly(options, progress)) return { end: 'stopped-early', progress };

  const at = (step: number) => [Math.floor(step / stepsPerEpoch), step % stepsPerEpoch] as const;
  const ask = (step: number): Promise<Batch> | undefined => {
    if (step >= total) return undefined;
    const batch = batches.batch(...at(step));
    // A failure is reported when the batch is awaited.
    batch.catch(() => {});
    return batch;
  };
  const first = progress.step;
  let upcoming = ask(first);
  let sums = new EpochSums(options.sums, progress.sums);
  let began = performance.now();
  let waited = 0;
  let hopeless = 0;
  while (progress.step < total) {
    const [epoch, within] = at(progress.step);
    if (within === 0 || progress.step === first) probe?.enter(epochFrame(epoch));
    const waitStart = performance.now();
    const batch = await upcoming!;
    waited += performance.now() - waitStart;
    probe?.enter(batchFrame(epoch, within, progress.step));
    const learningRate = rateOf(options, epoch + within / stepsPerEpoch);
    const stepStart = performance.now();
    const running = runStep(options, progress, batch, learningRate);
    upcoming = ask(progress.step + 1);
    const { loss, norm, counts } = await running;
    emitStep(options, { epoch, step: progress.step, loss, norm, learningRate, since: stepStart });
    hopeless = Number.isFinite(norm) || progress.lossScale > 1 ? 0 : hopeless + 1;
    const lost = options.float16
      ? hopeless >= HOPELESS_STEPS
      : !(Number.isFinite(loss) && Number.isFinite(norm));
    if (lost) throw notANumber(Number.isFinite(loss) ? 'gradient' : 'loss', epoch, progress.step, batch);
    probe?.at({ setting: 'training', values: () => ({ loss, gradient_norm: norm }) });
    probe?.leave();
    sums.add(loss, counts);
    progress = {
      ...progress,
      step: progress.step + 1,
      ...(options.float16 && nextLossScale(progress, norm)),
    };

    if (within + 1 === stepsPerEpoch) {
      const seconds = (performance.now() - began) / 1000;
      emitEpoch(options, progress.step, epoch, sums, learningRate, seconds, waited / 1000);
      progress = { ...progress, epoch: epoch + 1, sums: undefined };
      const ended = await endEpoch(options, progress, total);
      progress = ended.progress;
      if (ended.end) return { end: ended.end, progress };
      probe?.leave();
      sums = new EpochSums(options.sums);
      began = performance.now();
      waited = 0;
    } else if (signal.aborted) {
      progress = { ...progress, sums: sums.values() };
      await options.saveCheckpoint(progress, false);
      return { end: 'cancelled', progress };
    }
  }
  return { end: 'completed', progress };
}

/** Validates an epoch whose steps are done, keeps a checkpoint where one is due, and says whether training ends. */
async function endEpoch(
  options: LoopOptions,
  trained: Progress,
  total: number,
): Promise<{ progress: Progress; end?: LoopEnd }> {
  const { probe, signal } = options;
  const last = trained.step === total;
  let outcome: { progress: Progress; best: boolean };
  try {
    outcome = await validateEpoch(options, trained, last);
  } catch (error) {
    if (!isStop(error, signal)) throw error;
    const progress = { ...trained, validationDue: true };
    await options.saveCheckpoint(progress, false);
    return { progress, end: 'cancelled' };
  }
  const { best } = outcome;
  const progress = { ...outcome.progress, validationDue: undefined };
  const stop = hasStoppedEarly(options, progress);
  const cancelled = signal.aborted && !last;
  if (best || last || stop || cancelled || progress.epoch % options.checkpointEvery === 0) {
    await options.saveCheckpoint(progress, best);
    probe?.at({
      setting: 'training.checkpoint_every',
      values: () => ({ best, best_score: progress.bestScore }),
    });
  }
  if (stop) return { progress, end: 'stopped-early' };
  return cancelled ? { progress, end: 'cancelled' } : { progress };
}

const hasStoppedEarly = ({ earlyStopping }: LoopOptions, { epochsWithoutGain }: Progress): boolean =>
  earlyStopping !== undefined && epochsWithoutGain >= earlyStopping.patience_epochs;

/** The learning rate of a step, which a debugger may change. */
function rateOf({ schedule, probe }: LoopOptions, epoch: number): number {
  const changeable = { learning_rate: schedule(epoch) };
  probe?.at({ setting: 'schedule', changeable, values: () => ({ epoch: epoch + 1 }) });
  return changeable.learning_rate;
}

const epochFrame = (epoch: number): ProbeFrame => ({
  name: `epoch ${epoch + 1}`,
  setting: 'training.epochs',
  values: { epoch: epoch + 1 },
});

const batchFrame = (epoch: number, within: number, step: number): ProbeFrame => ({
  name: `batch ${within + 1}`,
  setting: 'training.batch_size',
  values: { epoch: epoch + 1, batch: within + 1, step },
});

function emitStep(
  { emit }: LoopOptions,
  step: { epoch: number; step: number; loss: number; norm: number; learningRate: number; since: number },
): void {
  emit({
    type: 'step',
    epoch: step.epoch,
    step: step.step,
    loss: Number.isFinite(step.loss) ? step.loss : null,
    learningRate: step.learningRate,
    gradientNorm: Number.isFinite(step.norm) ? step.norm : null,
    milliseconds: Math.round((performance.now() - step.since) * 100) / 100,
  });
}

/** Runs one optimizer step on a batch. `norm` is that of the gradient before clipping; counts as in `StepOutputs`. */
export async function runStep(
  {
    step,
    optimizer,
    averageDecay,
    float16,
  }: Pick<LoopOptions, 'step' | 'optimizer' | 'averageDecay' | 'float16'>,
  progress: Progress,
  batch: Batch,
  learningRate: number,
): Promise<{ loss: number; norm: number; counts: Float32Array }> {
  const numbers = optimizer.feeds({ step: progress.step, learningRate });
  const scalars = Object.fromEntries(
    Object.entries(numbers).map(([name, value]) => [name, Float32Array.of(value)]),
  );
  // The first averages follow quickly, or they would remember the random start for long.
  if (averageDecay > 0) {
    scalars.averageDecay = Float32Array.of(
      Math.min(averageDecay, (1 + progress.step) / (10 + progress.step)),
    );
  }
  if (float16) scalars.lossScale = Float32Array.of(progress.lossScale);
  const outputs = await step.run<StepOutputs>({
    ...batch.feeds,
    ...scalars,
    step: Int32Array.of(progress.step),
  });
  return { loss: outputs.loss[0]!, norm: outputs.norm[0]!, counts: outputs.counts };
}

function emitEpoch(
  { emit }: LoopOptions,
  step: number,
  epoch: number,
  sums: EpochSums,
  learningRate: number,
  seconds: number,
  waiting: number,
): void {
  const loss = sums.meanLoss();
  emit({
    type: 'epoch',
    epoch,
    step,
    loss: Number.isFinite(loss) ? loss : null,
    learningRate,
    seconds,
    waiting: seconds > 0 ? waiting / seconds : 0,
    residentMegabytes: Math.round(process.memoryUsage.rss() / 1e6),
  });
  for (const [name, value] of Object.entries(sums.metrics())) {
    emit({ type: 'metric', epoch, step, split: 'train', name, value: Number.isFinite(value) ? value : null });
  }
}

/** Validates where it is due and says whether the weights are the best so far. */
async function validateEpoch(
  options: LoopOptions,
  progress: Progress,
  last: boolean,
): Promise<{ progress: Progress; best: boolean }> {
  const { validate, validateEvery, emit, probe } = options;
  if (!validate) return { progress: { ...progress, bestEpoch: progress.epoch }, best: last };
  if (!last && progress.epoch % validateEvery !== 0) return { progress, best: false };
  probe?.enter({ name: `validation ${progress.epoch}`, setting: 'validation' });
  const { score, metrics } = await validate(progress.epoch);
  probe?.at({ setting: 'validation', values: () => metrics });
  probe?.leave();
  const epoch = progress.epoch - 1;
  for (const [name, value] of Object.entries(metrics)) {
    const known = Number.isFinite(value) ? value : null;
    emit({ type: 'metric', epoch, step: progress.step, split: 'validation', name, value: known });
  }
  // Where nothing could be measured at all, the last weights are kept.
  const best = score > progress.bestScore || (last && progress.bestEpoch === 0);
  const gained = score > progress.bestScore + (options.earlyStopping?.minimum_gain ?? 0);
  return {
    best,
    progress: {
      ...progress,
      ...(best && { bestScore: Number.isNaN(score) ? progress.bestScore : score, bestEpoch: progress.epoch }),
      gainEpoch: gained ? progress.epoch : progress.gainEpoch,
      epochsWithoutGain: gained ? 0 : progress.epoch - progress.gainEpoch,
    },
  };
}

function notANumber(what: string, epoch: number, step: number, batch: Batch): Fault {
  const subjects = [...new Set(batch.subjects)].join(', ');
  return new Fault(`the ${what} is not a number any more (epoch ${epoch + 1}, step ${step})`, {
    place: { subject: subjects },
    remedy:
      'Lower optimizer.learning_rate, set training.gradient_clip_norm (12 is a good start), or use training.precision: float32; `innereye validate` looks for broken intensities.',
  });
}
