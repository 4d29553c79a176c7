import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import type { Affine, Zyx } from '../volume/volume.ts';
import { makeThumbnails } from './thumbnails.ts';

const shape: Zyx = [3, 4, 6];
const voxels = 72;
const at = (z: number, y: number, x: number) => x + 6 * (y + 4 * z);
/** Axes to the patient's right, anterior and superior; voxels of 10 × 20 × 30 mm (x, y, z). */
const ras: Affine = [10, 0, 0, 0, 0, 20, 0, 0, 0, 0, 30, 0, 0, 0, 0, 1];
/** Axes to the patient's left, posterior and superior. */
const lps: Affine = [-10, 0, 0, 0, 0, -20, 0, 0, 0, 0, 30, 0, 0, 0, 0, 1];

function source(affine: Affine, drawn: readonly [number, number, number][]) {
  const data = new Float32Array(voxels);
  const truth = new Uint8Array(voxels);
  for (const [z, y, x] of drawn) truth[at(z, y, x)] = 1;
  // One bright voxel: the first of slice 1.
  data[at(1, 0, 0)] = 100;
  return {
    subject: '7',
    image: { data, shape, affine },
    truth,
    prediction: truth.slice(),
    structures: [{ name: 'liver' }, { name: 'absent' }],
  };
}
const drawn: [number, number, number][] = [
  [0, 1, 1],
  [1, 0, 0],
  [1, 0, 1],
];
const brightest = (png: Uint8Array) => [...decode(png).data].indexOf(255);

describe('makeThumbnails', () => {
  it('shows the slice with most of the structure, in pixels of the size in mm, and nothing of absent structures', () => {
    const [liver, ...others] = makeThumbnails(source(ras, drawn));
    expect(others).toEqual([]);
    expect(liver).toMatchObject({
      subject: '7',
      structure: 'liver',
      slice: 1,
      pixelMm: { width: 10, height: 20 },
    });
    // At least 60 mm are shown: all six columns, three of the four rows.
    expect(liver).toMatchObject({ width: 6, height: 3 });
    expect(decode(liver!.png)).toMatchObject({ width: 6, height: 3, channels: 1 });
  });

  it("has the patient's right on the left and anterior up, however the voxels are stored", () => {
    // The first voxel lies left and posterior in RAS: at the right and the bottom of the picture.
    const [fromRas] = makeThumbnails(source(ras, drawn));
    expect(brightest(fromRas!.png)).toBe(6 * 3 - 1);
    expect(fromRas!.truth).toBe('M4 2H6V3H4V2Z');
    // In LPS it lies right and anterior: at the left and the top.
    const [fromLps] = makeThumbnails(source(lps, drawn));
    expect(brightest(fromLps!.png)).toBe(0);
    expect(fromLps!.truth).toBe('M0 0H2V1H0V0Z');
  });

  it('shows where the model saw a structure that is not there', () => {
    const given = source(ras, []);
    given.prediction[at(2, 1, 1)] = 2;
    const [only] = makeThumbnails(given);
    expect(only).toMatchObject({ structure: 'absent', slice: 2, truth: '' });
    expect(only!.prediction).not.toBe('');
  });
});
