import { describe, expect, it } from 'vitest';
import type { Zyx } from '../volume/volume.ts';
import { evaluateSegmentation } from './evaluate-segmentation.ts';

const shape: Zyx = [1, 2, 4];
const pair = (prediction: number[], truth: number[]) => ({
  patient: '7',
  prediction: Uint8Array.from(prediction),
  truth: Uint8Array.from(truth),
  shape,
  spacing: [10, 10, 10] as Zyx,
  structures: ['liver', 'spleen'],
});
const nan = Number.NaN;

describe('evaluateSegmentation', () => {
  it('gives NaN for a structure that is in neither, and 0 and infinity for one that is in one only', () => {
    const [liver, spleen] = evaluateSegmentation(pair([0, 0, 0, 0, 2, 2, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0]));
    expect(liver).toMatchObject({
      structure: 'liver',
      dice: nan,
      hausdorffMm: nan,
      meanDistanceMm: nan,
      trueMl: 0,
    });
    expect(spleen).toMatchObject({
      dice: 0,
      hausdorffMm: Infinity,
      hausdorff95Mm: Infinity,
      meanDistanceMm: Infinity,
      surfaceDice: 0,
      sensitivity: nan,
      precision: 0,
    });
  });

  it('leaves out a structure that was not drawn', () => {
    const given = { ...pair([1, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0]), drawn: [false, true] };
    expect(evaluateSegmentation(given)[0]).toMatchObject({ dice: nan, hausdorffMm: nan, predictedMl: nan });
  });

  it('measures volumes in ml', () => {
    const [liver] = evaluateSegmentation(pair([1, 1, 1, 0, 0, 0, 0, 0], [0, 1, 1, 1, 1, 0, 0, 0]));
    // A voxel of 10 mm is one ml.
    expect(liver).toMatchObject({ predictedMl: 3, trueMl: 4, volumeErrorMl: -1, dice: 4 / 7 });
  });

  it('finds no difference where there is none, even in a structure that fills the image', () => {
    const all = Array.from({ length: 8 }, () => 1);
    expect(evaluateSegmentation(pair(all, all))[0]).toMatchObject({
      dice: 1,
      hausdorffMm: 0,
      hausdorff95Mm: 0,
      meanDistanceMm: 0,
      surfaceDice: 1,
    });
  });

  it('looks inside the mask only', () => {
    const given = pair([1, 1, 0, 0, 0, 0, 0, 1], [1, 1, 0, 0, 1, 0, 0, 0]);
    const mask = Uint8Array.from([1, 1, 1, 1, 0, 0, 0, 0]);
    expect(evaluateSegmentation({ ...given, mask })[0]).toMatchObject({ dice: 1, hausdorffMm: 0, trueMl: 2 });
  });
});
