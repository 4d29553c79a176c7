import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { configurationSchema, type ScalarConfiguration } from '../../config/schema/configuration.ts';
import { engineMissing, openTestEngine } from '../../engine/testing.ts';
import { buildScalarLoss } from './scalar-loss.ts';

interface Golden {
  readonly name: string;
  readonly settings: { gamma?: number; smoothing?: number; balanced?: boolean; delta?: number };
  readonly loss: number;
  readonly gradient: number[][];
}
type Rows = number[][];
const goldens: {
  frequencies: number[];
  output: Rows;
  one: Rows;
  several: Rows;
  values: Rows;
  cases: Golden[];
} = JSON.parse(readFileSync(new URL('./fixtures/scalar-losses.json', import.meta.url), 'utf8'));

const CLASSES = ['a', 'b', 'c'];
const dataset = (targets: object) => ({ features: { numerical: ['age'] }, targets });
const parsed = (settings: object) =>
  configurationSchema.parse({ architecture: { name: 'mlp' }, ...settings }) as ScalarConfiguration;

function settingsOf({ name, settings }: Golden): ScalarConfiguration {
  if (name !== 'multilabel' && name !== 'exclusive') {
    return parsed({
      task: 'regression',
      dataset: dataset({ columns: CLASSES }),
      loss: { name, ...settings },
    });
  }
  const { gamma, smoothing = 0, balanced = false } = settings;
  return parsed({
    task: 'classification',
    dataset: dataset({ column: 'x', kind: name, classes: CLASSES }),
    loss: {
      ...(gamma === undefined ? { name: 'cross_entropy' } : { name: 'focal', gamma }),
      label_smoothing: smoothing,
      class_weights: balanced ? 'balanced' : 'none',
    },
  });
}
const labelsOf = ({ name }: Golden): Rows =>
  name === 'multilabel' ? goldens.several : name === 'exclusive' ? goldens.one : goldens.values;

describe.skipIf(engineMissing)('losses of classification and regression', () => {
  beforeAll(openTestEngine);

  it.each(goldens.cases.map(golden => [golden.name, JSON.stringify(golden.settings), golden] as const))(
    "have PyTorch's values and gradients: %s %s",
    (_, __, golden) => {
      const loss = buildScalarLoss(settingsOf(golden), goldens.frequencies);
      const labels = tf.tensor2d(labelsOf(golden));
      const { value, grad } = tf.valueAndGrad(x => loss(x as tf.Tensor2D, labels))(
        tf.tensor2d(goldens.output),
      );
      expect(value.dataSync()[0]).toBeCloseTo(golden.loss, 5);
      const expected = golden.gradient.flat();
      for (const [index, found] of grad.dataSync().entries()) expect(found).toBeCloseTo(expected[index]!, 5);
    },
  );

  it.each(['exclusive', 'multilabel'])(
    'name a class that no subject has, where weights are balanced: %s',
    name => {
      const settings = settingsOf({ name, settings: { balanced: true }, loss: 0, gradient: [] });
      expect(() => buildScalarLoss(settings, [0.5, 0, 0.5])).toThrow('no training subject has the class b');
    },
  );

  it('count only the rows that count, and are 0 where none does', () => {
    const golden = goldens.cases[0]!;
    const loss = buildScalarLoss(settingsOf(golden));
    const [output, labels] = [tf.tensor2d(goldens.output), tf.tensor2d(labelsOf(golden))];
    const first = loss(tf.slice(output, 0, 2), tf.slice(labels, 0, 2)).dataSync()[0]!;
    expect(loss(output, labels, tf.tensor1d([1, 1, 0, 0, 0, 0])).dataSync()[0]).toBeCloseTo(first, 6);
    expect(loss(output, labels, tf.zeros([6])).dataSync()[0]).toBe(0);
  });
});
