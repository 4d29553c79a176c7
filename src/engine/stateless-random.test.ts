import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { EagerSession } from './eager-session.ts';
import { GraphSession } from './graph-session.ts';
import type { Session } from './session.ts';
import { keyOf, statelessUniform } from './stateless-random.ts';
import { engineMissing, openTestEngine } from './testing.ts';

const shape = [50, 40];
const key = keyOf(7, 'dropout', 'head/0');

/** What sessions of either kind draw for some steps, one after the other. */
async function draw(session: Session, steps: readonly number[], keys = [key]): Promise<Float32Array[]> {
  const recorded = await session.record('draw', { step: { shape: [], dtype: 'int32' } }, ({ step }) => ({
    outputs: Object.fromEntries(keys.map(k => [`of ${k}`, statelessUniform(shape, k, step as tf.Scalar)])),
  }));
  const results: Float32Array[] = [];
  for (const step of steps) {
    results.push(...Object.values(await recorded.run({ step: Int32Array.of(step) })));
  }
  session.close();
  return results;
}

describe.skipIf(engineMissing)(`random numbers by key and step ${engineMissing}`, () => {
  beforeAll(async () => void (await openTestEngine()));

  it('are the same whenever the step is done, in a graph and op by op', async () => {
    const [first, second, again] = await draw(new GraphSession({ precision: 'float32' }), [3, 4, 3]);
    expect(again).toEqual(first);
    expect(second).not.toEqual(first);
    expect(await draw(new EagerSession(), [4, 3])).toEqual([second, first]);
    expect(await draw(new GraphSession({ precision: 'bfloat16' }), [4])).toEqual([second]);
  });

  it('differ between keys', async () => {
    const [one, other] = await draw(new EagerSession(), [0], [keyOf(1, 'a'), keyOf(1, 'b')]);
    const same = one.filter((value, index) => value === other[index]).length;
    expect(same).toBeLessThan(5);
  });

  it('are uniform in [0, 1), and unlike from step to step', async () => {
    const steps = Array.from({ length: 50 }, (_, step) => step);
    const draws = await draw(new GraphSession({ precision: 'float32' }), steps);
    const values = draws.flatMap(numbers => [...numbers]);
    expect(Math.min(...draws.map(numbers => Math.min(...numbers)))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...draws.map(numbers => Math.max(...numbers)))).toBeLessThan(1);
    const bins = new Array<number>(20).fill(0);
    for (const value of values) bins[Math.floor(value * 20)]++;
    // χ² with 19 degrees of freedom exceeds 43.8 in one of a thousand cases.
    const expected = values.length / 20;
    const chiSquared = bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(chiSquared).toBeLessThan(43.8);
    // Correlation between the draws of following steps: |r| of 98,000 pairs is below 4 / sqrt(98,000) = 0.013.
    const pairs = draws
      .slice(1)
      .flatMap((now, index) => Array.from(now, (value, i) => [value, draws[index][i]]));
    const covariance = pairs.reduce((sum, [a, b]) => sum + (a - 0.5) * (b - 0.5), 0) / pairs.length;
    expect(Math.abs(covariance * 12)).toBeLessThan(0.013);
  });
});

describe("random numbers on TF.js's own backend", () => {
  it('depend on key and step too', async () => {
    const before = tf.getBackend();
    await tf.setBackend('cpu');
    const [first, second, again] = await draw(new EagerSession(), [3, 4, 3]);
    await tf.setBackend(before);
    expect(again).toEqual(first);
    expect(second).not.toEqual(first);
    const mean = first.reduce((sum, value) => sum + value, 0) / first.length;
    expect(mean).toBeCloseTo(0.5, 1);
  });
});
