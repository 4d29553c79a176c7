import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { EagerSession } from './eager-session.ts';
import { GraphSession } from './graph-session.ts';
import type { Session } from './session.ts';
import { engineMissing, openTestEngine } from './testing.ts';

const kinds: [string, () => Session][] = [
  ['a graph session', () => new GraphSession({ precision: 'float32' })],
  ['an eager session', () => new EagerSession()],
];

describe.skipIf(engineMissing).each(kinds)(`%s ${engineMissing}`, (_, open) => {
  beforeAll(async () => void (await openTestEngine()));

  it('fetches outputs and assigns variables, the outputs from before the assignment', async () => {
    const session = open();
    session.variable('w', [3], Float32Array.of(1, 2, 3));
    const step = await session.record('step', { x: { shape: [3], dtype: 'float32' } }, ({ x }, { w }) => ({
      outputs: { product: tf.mul(x!, w!) },
      assign: { w: tf.add(w!, x!) },
    }));
    const x = Float32Array.of(1, 5, 1);
    expect([...(await step.run({ x })).product!]).toEqual([1, 10, 3]);
    expect([...(await step.run({ x })).product!]).toEqual([2, 35, 4]);
    expect([...(await session.read()).w!]).toEqual([3, 12, 5]);
    session.close();
  });

  it('shares variables between functions, and takes values written from outside', async () => {
    const session = open();
    session.variable('w', [2], Float32Array.of(1, 2));
    const double = await session.record('double', {}, (_feeds, { w }) => ({
      outputs: {},
      assign: { w: tf.mul(w!, 2) },
    }));
    const sum = await session.record('sum', {}, (_feeds, { w }) => ({ outputs: { sum: tf.sum(w!) } }));
    await double.run({});
    expect((await sum.run({})).sum![0]).toBe(6);
    await session.write({ w: Float32Array.of(10, 20) });
    await double.run({});
    expect((await sum.run({})).sum![0]).toBe(60);
    session.close();
  });

  it('swaps two variables without one overwriting the other', async () => {
    const session = open();
    session.variable('a', [2], Float32Array.of(1, 2));
    session.variable('b', [2], Float32Array.of(3, 4));
    const swap = await session.record('swap', {}, (_feeds, { a, b }) => ({
      outputs: {},
      assign: { a: b!, b: a! },
    }));
    for (let time = 0; time < 5; time++) await swap.run({});
    const { a, b } = await session.read();
    expect([[...a!], [...b!]]).toEqual([
      [3, 4],
      [1, 2],
    ]);
    session.close();
  });

  it('gives int32 outputs as Int32Array and takes int32 feeds', async () => {
    const session = open();
    const f = await session.record('f', { x: { shape: [2, 2], dtype: 'int32' } }, ({ x }) => ({
      outputs: { best: tf.argMax(x!, 1), next: tf.add(x!, tf.scalar(1, 'int32')) },
    }));
    const { best, next } = await f.run<{ best: Int32Array; next: Int32Array }>({
      x: Int32Array.of(1, 5, 9, 2),
    });
    expect(best).toEqual(Int32Array.of(1, 0));
    expect(next).toEqual(Int32Array.of(2, 6, 10, 3));
    session.close();
  });

  it('says which feed is missing or has the wrong length', async () => {
    const session = open();
    const f = await session.record('f', { x: { shape: [2], dtype: 'float32' } }, ({ x }) => ({
      outputs: { y: tf.neg(x!) },
    }));
    await expect(f.run({})).rejects.toThrow('f: the feed x is missing');
    await expect(f.run({ x: new Float32Array(3) })).rejects.toThrow(
      'f: feed x has 3 values; its shape [2] needs 2',
    );
    session.close();
  });

  it('leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    const session = open();
    session.variable('w', [2], Float32Array.of(1, 2));
    const f = await session.record('f', { x: { shape: [2], dtype: 'float32' } }, ({ x }, { w }) => {
      const { value, grads } = tf.valueAndGrads((p: tf.Tensor) => tf.sum(tf.square(tf.mul(p, x!))))([w!]);
      return { outputs: { value }, assign: { w: tf.sub(w!, grads[0]!) } };
    });
    await f.run({ x: Float32Array.of(1, 1) });
    session.close();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe.skipIf(engineMissing)(`recording ${engineMissing}`, () => {
  beforeAll(async () => void (await openTestEngine()));

  it('takes a tensor from outside as a constant and leaves it usable', async () => {
    const session = new GraphSession({ precision: 'float32' });
    const outside = tf.tensor([1, 2, 3]);
    const f = await session.record('f', {}, () => ({ outputs: { y: tf.add(outside, 1) } }));
    expect([...(await f.run({})).y!]).toEqual([2, 3, 4]);
    expect([...outside.dataSync()]).toEqual([1, 2, 3]);
    session.close();
  });

  it('makes one node of split, concat, reshape and slice each, and of equal constants', async () => {
    const session = new GraphSession({ precision: 'float32' });
    session.variable('p', [6], new Float32Array(6));
    const f = await session.record('f', {}, (_feeds, { p }) => {
      const [a, b] = tf.split(p!, [2, 4]);
      return { outputs: { y: tf.concat([tf.reshape(b!, [4]), a!]), z: tf.slice(p!, [1], [2]) } };
    });
    // Handle, read; split, reshape, concat, slice; two identities; constants [2, 4], 0, [4], [1], [2].
    expect(f.nodes).toBe(13);
    session.close();
  });

  it('refuses to read a value, because there is none yet', async () => {
    const session = new GraphSession({ precision: 'float32' });
    const reading = session.record('f', { x: { shape: [1], dtype: 'float32' } }, ({ x }) => {
      x!.dataSync();
      return { outputs: {} };
    });
    await expect(reading).rejects.toThrow('cannot read the values');
    session.close();
  });
});
