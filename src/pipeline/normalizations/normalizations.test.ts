import { describe, expect, it } from 'vitest';
import golden from '../fixtures/normalizations.json' with { type: 'json' };
import { scan } from '../fixtures/scan.ts';
import { normalize } from './index.ts';
import { otsuThreshold } from './otsu.ts';
import { momentsOf, percentile } from './statistics.ts';

// Expected values: scripts/goldens/pipeline.py, InnerEye's formulas with NumPy's percentile and scikit-image's
// threshold_otsu.
const values = scan(120);
const mask = Uint8Array.from({ length: 120 }, (_, i) => (i % 3 === 0 ? 0 : 1));

function expectClose(result: Float32Array, expected: readonly number[]): void {
  expect(result).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    expect(result[i]).toBeCloseTo(value, 5);
  });
}

describe('statistics', () => {
  it("find Otsu's threshold as scikit-image does, also between levels with nothing between", () => {
    expect(otsuThreshold(values)).toBeCloseTo(golden.otsu, 3);
    const levels = Float32Array.of(0, 0, 0, 0, 0, 1, 1, 1, 10, 10, 10, 10, 11, 11);
    expect(otsuThreshold(levels)).toBeCloseTo(golden.otsuOfFourLevels, 5);
    expect(otsuThreshold(Float32Array.of(3, 3, 3))).toBe(3);
  });

  it("interpolate percentiles as NumPy does, and leave the values' order alone", () => {
    const copy = values.slice();
    [0, 1, 25, 50, 99, 100].forEach((q, i) => {
      expect(percentile(copy, q)).toBeCloseTo(golden.percentiles[i], 4);
    });
    expect(copy).toEqual(values);
  });
});

describe('normalisation', () => {
  it('unchanged gives a copy', () => {
    const result = normalize(values, undefined, { method: 'unchanged' });
    expect(result).toEqual(values);
    expect(result.buffer).not.toBe(values.buffer);
  });

  it('simple and z-score take mean and deviation inside the mask', () => {
    expectClose(normalize(values, mask, { method: 'simple' }), golden.simple);
    expectClose(normalize(values, mask, { method: 'z-score', foreground: false }), golden.simple);
  });

  it('z-score of the foreground leaves the minimum out', () => {
    const bordered = Float32Array.of(-5, -5, -5, -5, 1, 2, 3, 6);
    const result = normalize(bordered, undefined, { method: 'z-score', foreground: true });
    const { mean, deviation } = momentsOf(result, i => i >= 4);
    expect(mean).toBeCloseTo(0, 6);
    expect(deviation).toBeCloseTo(1, 6);
  });

  it('ct-window maps the window to the output range and clips', () => {
    const settings = { method: 'ct-window', level: 350, window: 300, output_range: [-1, 1] } as const;
    expectClose(normalize(values, undefined, { ...settings, output_range: [-1, 1] }), golden.ctWindow);
  });

  it('mri-window finds the window of the tissue', () => {
    expectClose(
      normalize(values, undefined, { method: 'mri-window', sharpen: 0.9, tail: 1, output_range: [-1, 1] }),
      golden.mriWindow,
    );
    expectClose(
      normalize(values, mask, { method: 'mri-window', sharpen: 2.5, tail: 1.5, output_range: [0, 2] }),
      golden.mriWindowMasked,
    );
  });

  it('trimmed counts voxels between two percentiles, and gives the lower end outside the mask', () => {
    const method = 'trimmed';
    expectClose(
      normalize(values, undefined, {
        method,
        trim_percentiles: [1, 99],
        sharpen: 0.9,
        output_range: [-1, 1],
      }),
      golden.trimmed,
    );
    expectClose(
      normalize(values, mask, { method, trim_percentiles: [10, 80], sharpen: 1.9, output_range: [0, 1] }),
      golden.trimmedMasked,
    );
  });

  it('gives finite numbers for images without contrast and for empty masks', () => {
    const flat = new Float32Array(8).fill(7);
    const output_range: [number, number] = [-1, 1];
    for (const nothing of [undefined, new Uint8Array(8)]) {
      for (const settings of [
        { method: 'z-score', foreground: false } as const,
        { method: 'z-score', foreground: true } as const,
        { method: 'simple' } as const,
        { method: 'mri-window', sharpen: 0.9, tail: 1, output_range } as const,
        {
          method: 'trimmed',
          trim_percentiles: [1, 99] as [number, number],
          sharpen: 0.9,
          output_range,
        } as const,
      ]) {
        expect([...normalize(flat, nothing, settings)].every(Number.isFinite)).toBe(true);
      }
    }
  });
});
