import { describe, expect, it } from 'vitest';
import type { AugmentationStep } from '../../config/schema/configuration.ts';
import { Random } from '../../foundation/random.ts';
import { voxelCount, type Zyx } from '../../volume/volume.ts';
import type { Crop } from '../crop.ts';
import golden from '../fixtures/resampling.json' with { type: 'json' };
import { scan } from '../fixtures/scan.ts';
import { withoutPlugins } from '../plugin-transforms.ts';
import { multiplyWithField } from './bias-field.ts';
import { smooth } from './blur.ts';
import { gamma } from './gamma.ts';
import { changeIntensities } from './index.ts';
import { lowerResolution } from './low-resolution.ts';
import { describeValues } from './moments.ts';
import { addNormal } from './normal-field.ts';

const shape: Zyx = [7, 8, 9];
const grid = { shape, spacing: [1, 1, 1] } as const;
const image = () => scan(voxelCount(shape));

const changed = (step: AugmentationStep, images = [image()], crop = 0): Crop =>
  changeIntensities(
    { ...grid, images, labels: new Uint8Array(voxelCount(shape)), mask: undefined },
    [step],
    { seed: 1, epoch: 0, subject: 's', crop },
    withoutPlugins,
  );

describe('intensity augmentation', () => {
  it('begins with the epoch that the step names', () => {
    const step = { random_brightness: { probability: 1, from_epoch: 2, shift: [1, 1] as [number, number] } };
    const at = (epoch: number) =>
      changeIntensities(
        { ...grid, images: [image()], labels: new Uint8Array(voxelCount(shape)), mask: undefined },
        [step],
        { seed: 1, epoch, subject: 's', crop: 0 },
        withoutPlugins,
      ).images[0];
    expect(at(1)).toEqual(image());
    expect(at(2)).not.toEqual(image());
  });

  it('adds one number in units of the standard deviation for brightness', () => {
    const { images } = changed({ random_brightness: { probability: 1, from_epoch: 0, shift: [0.5, 0.5] } });
    const { deviation } = describeValues(image());
    image().forEach((value, i) => {
      expect(images[0][i] - value).toBeCloseTo(0.5 * deviation, 3);
    });
  });

  it('keeps the mean and scales the deviation for contrast', () => {
    const before = describeValues(image());
    const after = describeValues(
      changed({ random_contrast: { probability: 1, from_epoch: 0, factor: [1.2, 1.2] } }).images[0],
    );
    expect(after.mean).toBeCloseTo(before.mean, 2);
    expect(after.deviation / before.deviation).toBeCloseTo(1.2, 4);
  });

  it('raises the range to a power for gamma, and keeps mean and deviation', () => {
    const values = image();
    const before = describeValues(values);
    gamma.apply(values, { probability: 1, from_epoch: 0, gamma: [1.4, 1.4] }, new Random(1), grid);
    const after = describeValues(values);
    expect(after.mean).toBeCloseTo(before.mean, 2);
    expect(after.deviation).toBeCloseTo(before.deviation, 2);
    const powers = image().map(v => ((v - before.minimum) / (before.maximum - before.minimum)) ** 1.4);
    const { mean, deviation } = describeValues(powers);
    powers.forEach((power, i) => {
      const expected = before.mean + ((power - mean) / deviation) * before.deviation;
      expect(Math.abs(values[i] - expected)).toBeLessThan(0.01);
    });
  });

  it("blurs as SciPy's gaussian_filter does", () => {
    for (const [sigma, expected] of [
      [0.8, golden.blurred],
      [1.7, golden.blurredWidely],
    ] as const) {
      const values = image();
      smooth(values, shape, sigma);
      expected.forEach((value, i) => {
        expect(Math.abs(values[i] - value)).toBeLessThan(1e-3);
      });
    }
  });

  it('lowers resolution: nothing at zoom 1, one value at the least zoom, ramps stay ramps', () => {
    const values = image();
    lowerResolution(values, shape, 1);
    expect(values).toEqual(image());
    lowerResolution(values, shape, 0.01);
    expect(new Set(values).size).toBe(1);
    const ramp = Float32Array.from({ length: 64 }, (_, i) => i % 16);
    lowerResolution(ramp, [2, 2, 16], 0.5);
    // Samples 1, 3, …, 15 stand at 0.5, 2.5, …, 14.5; between them the line through them.
    for (let x = 1; x < 15; x++) expect(ramp[x]).toBeCloseTo(x + 0.5, 5);
  });

  it('multiplies with the exponential of a polynomial about the minimum', () => {
    const order = 2;
    const coefficients = Float64Array.from({ length: 27 }, (_, i) => Math.sin(i) / 4);
    const values = image();
    multiplyWithField(values, shape, coefficients, order, -10);
    const place = (i: number, n: number) => (2 * i) / (n - 1) - 1;
    image().forEach((value, at) => {
      const [z, y, x] = [Math.floor(at / 72), Math.floor(at / 9) % 8, at % 9].map((i, axis) =>
        place(i, shape[axis]),
      );
      let polynomial = 0;
      for (let k = 0; k < 3; k++)
        for (let j = 0; j < 3; j++)
          for (let i = 0; i < 3; i++)
            polynomial += coefficients[9 * k + 3 * j + i] * z ** k * y ** j * x ** i;
      const expected = -10 + (value + 10) * Math.exp(polynomial);
      expect(Math.abs(values[at] / expected - 1)).toBeLessThan(1e-5);
    });
  });

  it('adds noise that is normally distributed', () => {
    const count = 200_000;
    const values = new Float32Array(count);
    addNormal(values, 2, new Random('noise'));
    const { mean, deviation } = describeValues(values);
    expect(Math.abs(mean)).toBeLessThan((3 * 2) / Math.sqrt(count));
    expect(Math.abs(deviation - 2)).toBeLessThan((3 * 2) / Math.sqrt(2 * count));
    // Kolmogorov–Smirnov: below 1.95 / √n in 99.9 % of all cases.
    const sorted = values.toSorted();
    let largest = 0;
    sorted.forEach((value, i) => {
      largest = Math.max(largest, Math.abs((i + 0.5) / count - normalDistribution(value / 2)));
    });
    expect(largest).toBeLessThan(1.95 / Math.sqrt(count));
    // The tail behind the ziggurat's last edge, 3.4426 deviations: 5.76e-4 of both sides together.
    const tail = values.filter(value => Math.abs(value) > 2 * 3.442619855899).length / count;
    expect(Math.abs(tail - 5.76e-4)).toBeLessThan(3 * Math.sqrt(5.76e-4 / count));
  });

  it('gives each channel its own draw, and each crop its own', () => {
    const step: AugmentationStep = { random_brightness: { probability: 1, from_epoch: 0, shift: [-1, 1] } };
    const { images } = changed(step, [image(), image()]);
    expect(images[0]).not.toEqual(images[1]);
    expect(changed(step).images[0]).toEqual(images[0]);
    expect(changed(step, [image()], 1).images[0]).not.toEqual(images[0]);
  });

  it('does nothing with probability 0', () => {
    expect(changed({ random_noise: { probability: 0, from_epoch: 0, deviation: [1, 1] } }).images[0]).toEqual(
      image(),
    );
  });
});

/** Φ by its series around 0 and its continued fraction beyond. */
function normalDistribution(x: number): number {
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  if (Math.abs(x) < 4) {
    let term = x;
    let sum = x;
    for (let k = 1; k < 100; k++) {
      term *= (x * x) / (2 * k + 1);
      sum += term;
    }
    return 0.5 + density * sum;
  }
  let fraction = Math.abs(x);
  for (let k = 40; k > 0; k--) fraction = Math.abs(x) + k / fraction;
  return x < 0 ? density / fraction : 1 - density / fraction;
}
