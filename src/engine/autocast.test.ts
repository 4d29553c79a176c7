import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../foundation/random.ts';
import { autocast } from './autocast.ts';
import { type Edge, type GraphNode, typeAttribute } from './graph-node.ts';
import { GraphSession } from './graph-session.ts';
import { DataType } from './tensor-types.ts';
import { engineMissing, openTestEngine } from './testing.ts';

const volume = [1, 4, 4, 4, 2];

function node(op: string, name: string, inputs: GraphNode[], shape: number[] = volume): GraphNode {
  return {
    name,
    op,
    inputs: inputs.map((input): Edge => ({ node: input, output: 0 })),
    controls: [],
    attributes: { T: typeAttribute(DataType.float32) },
    outputs: [{ dtype: DataType.float32, shape }],
  };
}

describe('autocast', () => {
  const low = DataType.bfloat16;
  const x = node('Placeholder', 'x', []);
  const filter = node('ReadVariableOp', 'filter', [], [1, 1, 1, 2, 2]);

  it('lowers a convolution and what follows it, with one cast an input and none between', () => {
    const first = node('Conv3D', 'first', [x, filter]);
    const active = node('LeakyRelu', 'active', [first]);
    const second = node('Conv3D', 'second', [active, filter]);
    const sum = node('Sum', 'sum', [second], []);
    const rewritten = autocast([x, filter, first, active, second, sum], low);
    expect(rewritten.map(({ name, inputs }) => `${name}(${inputs.map(i => i.node.name)})`)).toEqual([
      'x()',
      'filter()',
      'x/cast_0(x)',
      'filter/cast_0(filter)',
      'first(x/cast_0,filter/cast_0)',
      'active(first)',
      'second(active,filter/cast_0)',
      'second/cast_0(second)',
      'sum(second/cast_0)',
    ]);
    expect(rewritten.find(({ name }) => name === 'active')!.attributes.T).toEqual(typeAttribute(low));
    expect(rewritten.at(-1)!.attributes.T).toEqual(typeAttribute(DataType.float32));
  });

  it('leaves a graph without convolutions as it is', () => {
    const active = node('LeakyRelu', 'active', [x]);
    const product = node('Mul', 'product', [active, x]);
    expect(autocast([x, active, product], low)).toEqual([x, active, product]);
  });

  it('adds low activations in low precision, a bias and gradients of filters in full', () => {
    const bias = node('ReadVariableOp', 'bias', [], [2]);
    const one = node('Conv3D', 'one', [x, filter]);
    const other = node('Conv3D', 'other', [x, filter]);
    const sum = node('Add', 'sum', [one, other]);
    const biased = node('Add', 'biased', [one, bias]);
    const mixed = node('Add', 'mixed', [one, x]);
    const gradients = ['a', 'b'].map(name =>
      node('Conv3DBackpropFilterV2', name, [x, node('Const', `${name}/shape`, [], [5]), x], [1, 1, 1, 2, 2]),
    );
    const shared = node('Add', 'shared', gradients, [1, 1, 1, 2, 2]);
    const constants = gradients.map(({ inputs }) => inputs[1]!.node);
    const nodes = [x, filter, bias, one, other, sum, biased, mixed, ...constants, ...gradients, shared];
    const rewritten = autocast(nodes, low);
    const types = ['sum', 'biased', 'mixed', 'shared'].map(
      wanted => rewritten.find(({ name }) => name === wanted)!.outputs[0]!.dtype,
    );
    expect(types).toEqual([low, DataType.float32, DataType.float32, DataType.float32]);
  });

  it('keeps small tensors in float32', () => {
    const convolved = node('Conv3D', 'convolved', [x, filter]);
    const flat = node('Reshape', 'flat', [convolved, node('Const', 'shape', [], [1])], [128]);
    const rewritten = autocast([x, filter, convolved, flat.inputs[1]!.node, flat], low);
    expect(rewritten.at(-1)!.inputs[0]!.node.op).toBe('Cast');
  });
});

describe.skipIf(engineMissing)(`precision of a session ${engineMissing}`, () => {
  beforeAll(async () => void (await openTestEngine()));

  it('bfloat16 computes the float32 result to two digits, the same bits every time', async () => {
    const random = new Random('autocast');
    const noise = (size: number) => Float32Array.from({ length: size }, () => random.normal());
    const x = noise(8 * 8 * 8 * 4);
    const kernel = noise(27 * 4 * 4);
    const run = async (precision: 'float32' | 'bfloat16') => {
      const session = new GraphSession({ precision });
      session.variable('kernel', [3, 3, 3, 4, 4], kernel);
      const f = await session.record(
        'f',
        { x: { shape: [1, 8, 8, 8, 4], dtype: 'float32' } },
        (feeds, { kernel }) => {
          const loss = (filter: tf.Tensor) =>
            tf.mean(
              tf.square(tf.leakyRelu(tf.conv3d(feeds.x as tf.Tensor5D, filter as tf.Tensor5D, 1, 'same'))),
            );
          const { value, grads } = tf.valueAndGrads(loss as (x: tf.Tensor) => tf.Scalar)([kernel!]);
          return { outputs: { value, gradient: grads[0]! } };
        },
      );
      const { value, gradient } = await f.run({ x });
      session.close();
      return { value: value![0]!, gradient: gradient! };
    };
    const [full, low, again] = [await run('float32'), await run('bfloat16'), await run('bfloat16')];
    expect(low.value).not.toBe(full.value);
    expect(Math.abs(low.value / full.value - 1)).toBeLessThan(0.01);
    const scale = Math.max(...full.gradient.map(Math.abs));
    const difference = Math.max(...full.gradient.map((g, i) => Math.abs(g - low.gradient[i]!)));
    expect(difference / scale).toBeLessThan(0.02);
    expect(again).toEqual(low);
  });
});
