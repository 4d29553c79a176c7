import * as tf from '@tensorflow/tfjs-core';
import type { Placement } from '../engine/placement.ts';
import { onDevice } from '../engine/recording.ts';
import { eachReplica } from '../engine/replicas.ts';
import type { Tensors } from '../engine/session.ts';
import { keyOf } from '../engine/stateless-random.ts';
import { type BatchGradient, type BatchInputs, batchGradient, type Looking } from './batch-gradient.ts';
import type { TaskStep } from './task-step.ts';

/**
 * The gradient of a batch that is divided among a session's devices: each computes that of its part with the same
 * weights, and their mean is taken. Of running statistics too, so that they are the same whichever device is asked.
 */
export function gradientOnDevices(
  { devices, host }: Placement,
  task: TaskStep,
  fed: Tensors,
  inputs: BatchInputs,
  looking: Looking,
): BatchGradient {
  if (devices.length === 1) return batchGradient(task, fed, inputs, looking);
  // Each device is sent its own part only.
  const parts = onDevice(host, () => partsOf(task, fed, devices.length));
  const found = eachReplica(devices, replica =>
    batchGradient(task, { ...fed, ...parts[replica] }, { ...inputs, seed: seedOf(inputs, replica) }, looking),
  );
  const mean = <T extends tf.Tensor>(of: (part: BatchGradient) => T): T =>
    tf.div(tf.addN(found.map(of)), devices.length);
  return {
    gradient: mean(({ gradient }) => gradient),
    loss: mean(({ loss }) => loss),
    ...(found[0]!.statistics && { statistics: mean(({ statistics }) => statistics!) }),
    counts: tf.addN(found.map(({ counts }) => counts)),
  };
}

/** The task's tensors in as many parts, along the axis of crops or subjects. */
const partsOf = ({ feeds }: TaskStep, fed: Tensors, count: number): Tensors[] => {
  const split = Object.keys(feeds).map(name => [name, tf.split(fed[name]!, count, 0)] as const);
  return Array.from({ length: count }, (_, part) =>
    Object.fromEntries(split.map(([name, pieces]) => [name, pieces[part]!])),
  );
};

/** Each device drops other values. */
const seedOf = ({ seed }: BatchInputs, replica: number): number =>
  replica === 0 ? seed : keyOf(seed, 'replica', replica);
