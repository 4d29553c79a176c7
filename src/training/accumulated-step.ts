import * as tf from '@tensorflow/tfjs-core';
import type { FeedData, FeedSpec, RecordedFunction, Session, Tensors } from '../engine/session.ts';
import type { NodeTime } from '../engine/step-trace.ts';
import type { BatchGradient, BatchInputs, Looking } from './batch-gradient.ts';
import { gradientOnDevices } from './gradient-on-devices.ts';
import { STATISTICS, WEIGHTS } from './learned.ts';
import type { Optimizer } from './optimizers/optimizer.ts';
import type { TaskStep } from './task-step.ts';
import type { StepOutputs, StepSettings } from './training-step.ts';
import { updateFeeds, weightUpdate } from './weight-update.ts';

/** Sum of the gradients of a step's batches so far, and the running statistics after the last of them. */
const GRADIENT_SUM = 'accumulated/gradient';
const LATEST_STATISTICS = 'accumulated/statistics';

/**
 * Records an optimizer step of several batches, one after the other, in the memory of one: a function that adds up
 * gradients, run for each batch, and one that updates the weights by their mean. Feeds are those of a step of one batch
 * that holds as many; batch normalisation goes by each batch, and its running statistics move with each.
 */
export async function recordAccumulatedStep(
  session: Session,
  task: TaskStep,
  optimizer: Optimizer,
  settings: StepSettings & { readonly batches: number },
  { probe, profile, how }: Looking & { readonly how: Omit<BatchInputs, 'weights' | 'statistics'> },
): Promise<RecordedFunction> {
  const { network } = task;
  const { batches, precision } = settings;
  const length = (parameters: readonly { size: number }[]) =>
    parameters.reduce((sum, { size }) => sum + size, 0);
  session.scratch(GRADIENT_SUM, [length(network.parameters)]);
  const statistical = network.statistics.length > 0;
  if (statistical) session.scratch(LATEST_STATISTICS, [length(network.statistics)]);

  const feeds: Record<string, FeedSpec> = {
    ...task.feeds,
    step: { shape: [], dtype: 'int32' },
    isFirst: { shape: [], dtype: 'float32' },
    ...(precision === 'float16' && { lossScale: { shape: [], dtype: 'float32' } as const }),
  };
  const adding = await session.record('batch-gradient', feeds, (fed, variables) => {
    const first = tf.greater(fed.isFirst!, 0);
    // What an earlier step has left may be infinite, so that it is replaced, not multiplied by 0.
    const unlessFirst = (atFirst: tf.Tensor, later: tf.Tensor) =>
      tf.where(tf.broadcastTo(first, later.shape), atFirst, later);
    const statistics = statistical
      ? unlessFirst(variables[STATISTICS]!, variables[LATEST_STATISTICS]!)
      : undefined;
    const inputs = { ...how, weights: variables[WEIGHTS]!, statistics };
    const found = gradientOnDevices(session.placement, task, fed, inputs, { probe, profile });
    const sum = variables[GRADIENT_SUM]!;
    const assign: Tensors = { [GRADIENT_SUM]: unlessFirst(found.gradient, tf.add(sum, found.gradient)) };
    if (found.statistics) assign[LATEST_STATISTICS] = found.statistics;
    profile?.recorded();
    return { outputs: { loss: found.loss, counts: found.counts }, assign };
  });
  const update = await session.record('update', updateFeeds(optimizer, settings), (fed, variables) => {
    const mean: Pick<BatchGradient, 'gradient' | 'statistics'> = {
      gradient: tf.div(variables[GRADIENT_SUM]!, batches),
      ...(statistical && { statistics: variables[LATEST_STATISTICS] as tf.Tensor1D }),
    };
    const { assign, norm } = weightUpdate(network, optimizer, mean, { fed, variables, settings, probe });
    profile?.recorded();
    return { outputs: { norm }, assign };
  });

  const runAll = async (
    values: Record<string, FeedData>,
    onTimes?: (times: NodeTime[]) => void,
  ): Promise<StepOutputs> => {
    const times: NodeTime[] = [];
    const keep = onTimes && ((found: NodeTime[]) => void times.push(...found));
    let loss = 0;
    let counts: Float32Array<ArrayBuffer> | undefined;
    for (let batch = 0; batch < batches; batch++) {
      const one = { ...values, ...partOf(task, values, batch, batches) };
      // Each batch drops other values.
      const step = Int32Array.of(values.step![0]! * batches + batch);
      const found = await adding.run({ ...one, step, isFirst: Float32Array.of(batch === 0 ? 1 : 0) }, keep);
      loss += found.loss![0]!;
      counts = counts ? counts.map((sum, index) => sum + found.counts![index]!) : found.counts!.slice();
    }
    const { norm } = await update.run(values, keep);
    onTimes?.(times);
    return { loss: Float32Array.of(loss / batches), norm: norm!.slice(), counts: counts! };
  };
  return {
    nodes: adding.nodes + update.nodes,
    run: async (values, onTimes) => (await runAll(values, onTimes)) as never,
    close() {
      adding.close();
      update.close();
    },
  };
}

/** The feeds of one of the batches that a step's are made of. */
function partOf(
  { feeds }: TaskStep,
  values: Record<string, FeedData>,
  batch: number,
  batches: number,
): Record<string, FeedData> {
  return Object.fromEntries(
    Object.keys(feeds).map(name => {
      const whole = values[name];
      if (!whole) throw new Error(`training step: the feed ${name} is missing`);
      const size = whole.length / batches;
      return [name, whole.subarray(batch * size, (batch + 1) * size)];
    }),
  );
}
