import type { Configuration } from '../config/schema/configuration.ts';
import type { Manifest } from '../contracts/run.ts';
import type { RecordedFunction, Session } from '../engine/session.ts';
import { quantileOfSorted } from '../evaluation/statistics.ts';
import type { BatchSource } from '../pipeline/subject.ts';
import { START } from '../training/checkpoint.ts';
import type { Validation } from '../training/loop.ts';
import { runStep } from '../training/loop.ts';
import type { Optimizer } from '../training/optimizers/optimizer.ts';
import { type Pace, planEpochs, validationInterval } from '../training/pace.ts';

/** Steps that are measured; the first few warm the engine up. */
const WARM_UP = 5;
const MEASURED = 20;

export interface PlanInputs {
  readonly session: Session;
  readonly step: RecordedFunction;
  readonly batches: BatchSource;
  readonly optimizer: Optimizer;
  readonly settings: Configuration;
  /** Whether the step takes a loss scale. */
  readonly float16: boolean;
  readonly maxMinutes?: number | undefined;
  /** False where steps must not be run before training, as a debugger would stop in them. */
  readonly measures: boolean;
  readonly validate?: (() => Promise<Validation>) | undefined;
}

/**
 * Fixes the number of epochs and the interval of validations before training begins. Where they depend on the machine's
 * pace, some steps and a validation are run and measured, and the variables put back: the training itself does not know.
 */
export async function makePlan(inputs: PlanInputs): Promise<NonNullable<Manifest['plan']>> {
  const { batches, settings, maxMinutes } = inputs;
  const { stepsPerEpoch } = batches;
  const validateEvery = settings.validation.every_epochs;
  if (!inputs.measures || (maxMinutes === undefined && validateEvery > 0)) {
    return { epochs: settings.training.epochs, stepsPerEpoch, validateEvery: validateEvery || 1 };
  }
  const began = performance.now();
  const pace = await measurePace(inputs);
  const millisecondsPerStep = pace.millisecondsPerStep;
  if (maxMinutes === undefined) {
    const every = Math.min(validationInterval(pace, stepsPerEpoch), settings.training.epochs);
    return { epochs: settings.training.epochs, stepsPerEpoch, validateEvery: every, millisecondsPerStep };
  }
  const spentMilliseconds = performance.now() - began;
  const plan = planEpochs(pace, { minutes: maxMinutes, spentMilliseconds, stepsPerEpoch, validateEvery });
  return { ...plan, stepsPerEpoch, maxMinutes, millisecondsPerStep };
}

async function measurePace({
  session,
  step,
  batches,
  optimizer,
  settings,
  float16,
  validate,
}: PlanInputs): Promise<Pace> {
  const before = await session.read();
  const options = {
    step,
    optimizer,
    averageDecay: settings.training.ema_decay,
    float16,
  };
  const times: number[] = [];
  // The next batch is made beside a step, as in training.
  const ask = (index: number) => {
    const batch = batches.batch(0, index % batches.stepsPerEpoch);
    // A failure is reported when the batch is awaited.
    batch.catch(() => {});
    return batch;
  };
  let upcoming = ask(0);
  for (let index = 0; index < WARM_UP + MEASURED; index++) {
    const began = performance.now();
    const batch = await upcoming;
    const running = runStep(options, START, batch, settings.optimizer.learning_rate);
    if (index + 1 < WARM_UP + MEASURED) upcoming = ask(index + 1);
    await running;
    if (index >= WARM_UP) times.push(performance.now() - began);
  }
  await session.write(before);
  let millisecondsPerValidation = 0;
  if (validate) {
    // The first pass records the graphs and reads the subjects.
    await validate();
    const began = performance.now();
    await validate();
    millisecondsPerValidation = performance.now() - began;
  }
  return {
    // The median: one slow moment of the machine among a few steps must not cost an epoch.
    millisecondsPerStep: quantileOfSorted(Float64Array.from(times).sort(), 0.5),
    millisecondsPerValidation,
  };
}
