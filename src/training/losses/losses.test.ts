import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { lossSchema } from '../../config/schema/loss.ts';
import { engineMissing, openTestEngine } from '../../engine/testing.ts';
import golden from '../fixtures/torch.json' with { type: 'json' };
import { combine, lossComponents } from './build-loss.ts';
import { predictionOf, type Target } from './loss.ts';

const SHAPE: [number, number, number, number, number] = [2, 2, 3, 4, 3];

const build = (settings: object) => combine(lossComponents(lossSchema.parse(settings)));

const oneHotOf = (labels: number[]) =>
  tf.oneHot(tf.tensor4d(labels, [2, 2, 3, 4], 'int32'), 3) as tf.Tensor5D;

/** Loss and gradient with respect to the logits. */
function evaluate(settings: object, logits: number[], target: Omit<Target, 'oneHot'> = {}) {
  return tf.tidy(() => {
    const loss = build(settings);
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) =>
      loss(predictionOf(x as tf.Tensor5D, target.drawn), { oneHot: oneHotOf(golden.labels), ...target }),
    )(tf.tensor(logits, SHAPE));
    return { value: value.dataSync()[0]!, gradient: [...grad.dataSync()] };
  });
}

describe.skipIf(engineMissing)(`a loss ${engineMissing}`, () => {
  beforeAll(async () => void (await openTestEngine()));

  // scripts/goldens/training.py, PyTorch 2.15 in float64, after InnerEye's and nnU-Net's formulas.
  it.each([
    ['soft_dice', { name: 'soft_dice' }],
    ['plain_dice', { name: 'soft_dice', background: false, squared: false }],
    ['cross_entropy', { name: 'cross_entropy' }],
    ['cross_entropy_weighted', { name: 'cross_entropy', class_weight_power: 0.5 }],
    ['cross_entropy_smoothed', { name: 'cross_entropy', label_smoothing: 0.1 }],
    ['focal', { name: 'focal', gamma: 2 }],
  ] as const)('%s has the value and gradient that PyTorch finds', (name, settings) => {
    const expected = golden.losses[name];
    const { value, gradient } = evaluate(settings, golden.logits);
    expect(value).toBeCloseTo(expected.value, 5);
    gradient.forEach((slope, index) => {
      expect(Math.abs(slope - expected.gradient[index]!)).toBeLessThan(1e-6);
    });
  });

  it("has InnerEye's golden values: all right 0, all wrong 1", () => {
    const sure = (right: boolean) =>
      golden.labels.flatMap(label =>
        [0, 1, 2].map(k => (k === (right ? label : (label + 1) % 3) ? 40 : -40)),
      );
    expect(evaluate({ name: 'soft_dice' }, sure(true)).value).toBeCloseTo(0, 5);
    expect(evaluate({ name: 'soft_dice' }, sure(false)).value).toBeCloseTo(1, 5);
  });

  it('mixes components with weights that add up to one', () => {
    const dice = evaluate({ name: 'soft_dice' }, golden.logits).value;
    const entropy = evaluate({ name: 'cross_entropy' }, golden.logits).value;
    const components = [
      { name: 'soft_dice', weight: 3 },
      { name: 'cross_entropy', weight: 1 },
    ];
    expect(evaluate({ name: 'mixture', components }, golden.logits).value).toBeCloseTo(
      0.75 * dice + 0.25 * entropy,
      6,
    );
  });

  it.each([{ name: 'soft_dice' }, { name: 'cross_entropy' }, { name: 'focal' }])(
    '%j gives voxels outside of the mask no gradient',
    settings => {
      const inside = golden.labels.map((_, index) => (index % 3 === 0 ? 0 : 1));
      const mask = tf.tensor5d(inside, [2, 2, 3, 4, 1]);
      const { gradient } = evaluate(settings, golden.logits, { mask });
      inside.forEach((counts, voxel) => {
        const slopes = gradient.slice(3 * voxel, 3 * voxel + 3).map(Math.abs);
        if (counts) expect(Math.max(...slopes)).toBeGreaterThan(0);
        else expect(slopes).toEqual([0, 0, 0]);
      });
    },
  );

  it('counts what is said of a structure that was not drawn as background', () => {
    const drawn = tf.tensor2d([
      [1, 0, 1],
      [1, 1, 1],
    ]);
    const { probabilities } = predictionOf(tf.tensor(golden.logits, SHAPE) as tf.Tensor5D, drawn);
    const [first] = tf.unstack(probabilities);
    expect(first!.dataSync().filter((_, index) => index % 3 === 1)).toEqual(new Float32Array(24));
    const sums = tf.sum(probabilities, 4).dataSync();
    for (const sum of sums) expect(sum).toBeCloseTo(1, 5);
  });
});
