import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { GraphSession } from './graph-session.ts';
import { severalDevices } from './placement.ts';
import { onDevice } from './recording.ts';
import { eachReplica, meanOfReplicas, replicaCount } from './replicas.ts';
import { engineMissing, openTestEngine } from './testing.ts';

describe.skipIf(engineMissing)(`replicas ${engineMissing}`, () => {
  beforeAll(async () => void (await openTestEngine()));

  it('compute on their devices, each node where it was recorded', async () => {
    const placement = severalDevices('cpu', 3);
    const session = new GraphSession({ precision: 'float32', placement });
    const f = await session.record('f', { x: { shape: [3], dtype: 'float32' } }, ({ x }) => {
      const parts = onDevice(placement.host, () => tf.split(x!, 3));
      const squares = eachReplica(placement.devices, replica => tf.square(parts[replica]!));
      return { outputs: { y: tf.concat(squares) } };
    });
    const squared: string[] = [];
    const { y } = await f.run({ x: Float32Array.of(1, 2, 3) }, times => {
      for (const { node, device } of times)
        if (/\/Square_\d+$/.test(node)) squared.push(device.replace(/^.*\/device:/, ''));
    });
    expect([...y!]).toEqual([1, 4, 9]);
    expect(squared.sort()).toEqual(['CPU:0', 'CPU:1', 'CPU:2']);
    session.close();
  });

  it('join in means whose gradients are those of the mean of their losses', async () => {
    const { devices } = severalDevices('cpu', 2);
    const session = new GraphSession({ precision: 'float32', placement: severalDevices('cpu', 2) });
    session.variable('w', [2], Float32Array.of(0.5, -2));
    const data = [
      [1, 2],
      [3, -1],
    ];
    // Two means, the second of which builds on the first.
    const loss = (w: tf.Tensor, x: tf.Tensor, mean: (t: tf.Tensor) => tf.Tensor) => {
      const values = tf.mul(w, x);
      const centre = mean(tf.mean(values));
      const spread = mean(tf.mean(tf.square(tf.sub(values, centre))));
      return tf.sum(tf.div(values, tf.sqrt(tf.add(spread, tf.square(centre))))) as tf.Scalar;
    };
    const joined = await session.record('joined', {}, (_, { w }) => {
      const found = eachReplica(devices, replica => {
        expect(replicaCount()).toBe(2);
        return tf.grad((v: tf.Tensor) => loss(v, tf.tensor1d(data[replica]!), meanOfReplicas))(w!);
      });
      return { outputs: { gradient: tf.div(tf.addN(found), 2) } };
    });
    const { gradient } = await joined.run({});
    session.close();
    // Both parts in one, on the eager engine.
    const whole = tf.tidy(() => {
      const x = tf.tensor2d(data, [2, 2]);
      const all = (w: tf.Tensor) => {
        const values = tf.mul(w, x);
        const centre = tf.mean(values);
        const spread = tf.mean(tf.square(tf.sub(values, centre)));
        return tf.div(tf.sum(tf.div(values, tf.sqrt(tf.add(spread, tf.square(centre))))), 2) as tf.Scalar;
      };
      return tf
        .grad(all)(tf.tensor1d([0.5, -2]))
        .dataSync();
    });
    gradient!.forEach((value, index) => void expect(value).toBeCloseTo(whole[index]!, 5));
    expect(replicaCount()).toBe(1);
  });
});
