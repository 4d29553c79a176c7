import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { engineMissing, openTestEngine } from '../engine/testing.ts';
import golden from './fixtures/deep-supervision.json' with { type: 'json' };
import { thinLabels } from './thin-labels.ts';

describe.skipIf(engineMissing)(`labels for deep supervision ${engineMissing}`, () => {
  beforeAll(async () => void (await openTestEngine()));

  // scripts/goldens/deep-supervision.py: torch.nn.functional.interpolate(mode='nearest-exact').
  it.each(golden.thinned)('are those that PyTorch takes for $shape', ({ shape, labels }) => {
    const [z, y, x] = golden.shape as [number, number, number];
    const full = tf.tensor4d(golden.labels, [1, z, y, x], 'int32');
    const thinned = thinLabels(full, shape as [number, number, number]);
    expect(thinned.shape).toEqual([1, ...shape]);
    expect([...thinned.dataSync()]).toEqual(labels);
  });
});
