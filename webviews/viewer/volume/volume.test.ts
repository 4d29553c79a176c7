import { describe, expect, it } from 'vitest';
import { invertAffine } from '../../../src/volume/affine.ts';
import type { Affine, VoxelData } from '../../../src/volume/volume.ts';
import { distinctColor } from '../render/colors.ts';
import { paintErrors, paintGreys, paintLabels, pixel } from '../render/paint.ts';
import { defaultWindow, histogram, sampleValues } from './intensities.ts';
import { extentsOf, labelMapOf, looksLikeLabels } from './label-map.ts';
import type { VolumeData } from './volume-data.ts';

const affine: Affine = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
const volume = (data: VoxelData, changes: Partial<VolumeData> = {}): VolumeData => ({
  data,
  shape: [1, 1, data.length],
  components: 1,
  affine,
  inverse: invertAffine(affine),
  slope: 1,
  intercept: 0,
  intent: 0,
  loaded: data.length,
  ...changes,
});

describe('whether a volume holds labels', () => {
  const many = Uint8Array.from({ length: 1000 }, (_, i) => i % 117);
  it('is said by its intent, or seen from its values and name', () => {
    expect(looksLikeLabels(volume(many, { intent: 1002 }), 'x.nii')).toBe(true);
    expect(looksLikeLabels(volume(many), '/data/aal.nii.gz')).toBe(true);
    expect(looksLikeLabels(volume(many), '/data/brain_seg.nii.gz')).toBe(true);
    expect(looksLikeLabels(volume(Uint8Array.of(0, 1, 2, 1)), 'p1.nii.gz')).toBe(true);
  });
  it('is not, where they are intensities', () => {
    expect(looksLikeLabels(volume(many), '/data/labels/t1.nii.gz')).toBe(false);
    expect(looksLikeLabels(volume(Float32Array.of(0, 0.5, 1)), 'posterior_label.nii.gz')).toBe(false);
    expect(looksLikeLabels(volume(Int16Array.of(-1000, 40, 60)), 'ct_mask.nii.gz')).toBe(false);
  });
});

describe('a label map', () => {
  it('keeps values in as few bytes as they need; what is no label is background', () => {
    expect(labelMapOf(volume(Float32Array.of(0, 1, 255.0001, -3))).labels).toEqual(
      Uint8Array.of(0, 1, 255, 0),
    );
    expect(labelMapOf(volume(Int32Array.of(0, 2001, 70000))).labels).toEqual(Uint16Array.of(0, 2001, 0));
  });
  it('says where its labels are', () => {
    const map = labelMapOf(volume(Uint8Array.of(0, 4, 4, 0, 9), { shape: [1, 1, 5] }));
    expect(extentsOf(map)).toEqual([
      { value: 4, voxels: 2, centre: [1.5, 0, 0] },
      { value: 9, voxels: 1, centre: [4, 0, 0] },
    ]);
  });
});

describe('the first window', () => {
  it('leaves background and a few bright voxels out of account', () => {
    const data = new Int16Array(10_000);
    for (let i = 0; i < 5000; i++) data[i] = 100 + (i % 100);
    data[5000] = 30_000;
    const { low, high } = defaultWindow(sampleValues(volume(data)));
    expect(low).toBe(0);
    expect(high).toBeGreaterThan(190);
    expect(high).toBeLessThan(210);
  });
  it('has a width even where all voxels are alike, missing or not numbers', () => {
    for (const data of [new Float32Array(5).fill(7), new Float32Array(5).fill(Number.NaN)]) {
      const { low, high } = defaultWindow(sampleValues(volume(data)));
      expect(high).toBeGreaterThan(low);
    }
  });
  it('comes with a histogram of all values beside background', () => {
    const { counts } = histogram(sampleValues(volume(Float32Array.from({ length: 1000 }, (_, i) => i))), 10);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(990);
  });
});

describe('painting', () => {
  const red = (color: number) => color & 255;
  it('maps the window to greys with the volume’s scaling, and leaves the outside alone', () => {
    const out = new Uint32Array(4);
    paintGreys(Float32Array.of(0, 40, 100, Number.NaN), { low: -10, high: 190 }, 2, -10, out);
    expect([...out].map(red)).toEqual([0, 102, 255, 0]);
    expect(out[3]).toBe(0);
  });
  it('lays shown labels over it and draws their edge opaque', () => {
    const labels = Uint16Array.of(1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2);
    const out = new Uint32Array(12).fill(0xff000000);
    const colors = Uint32Array.of(0, pixel('#ff0000'), 0);
    paintLabels(labels, 3, { colors, opacity: 0.5, outline: true, thickness: 1 }, out);
    expect([...out].map(red)).toEqual([127, 127, 127, 127, 127, 127, 255, 255, 255, 0, 0, 0]);
  });
  it('tells missed from added, of the shown structures alone', () => {
    const shown = Uint32Array.of(0, pixel('#ff0000'), 0);
    const out = new Uint32Array(5).fill(0xff000000);
    paintErrors(
      Uint16Array.of(0, 1, 1, 2, 0),
      Uint16Array.of(1, 1, 0, 0, 2),
      { prediction: shown, truth: shown },
      1,
      out,
    );
    expect([...out]).toEqual([pixel('#56b4e9'), 0xff000000, pixel('#e69f00'), 0xff000000, 0xff000000]);
  });
  it('finds 200 colours that are all different', () => {
    const colors = Array.from({ length: 200 }, (_, index) => distinctColor(index));
    expect(new Set(colors).size).toBe(200);
    for (const color of colors) expect(color).toMatch(/^#[0-9a-f]{6}$/);
  });
});
