import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readVolume } from '../volume/read.ts';
import { voxelCount, type Zyx } from '../volume/volume.ts';
import { evaluateSegmentation } from './evaluate-segmentation.ts';
import golden from './fixtures/distances.json' with { type: 'json' };

// Expected values: SimpleITK, SciPy and NumPy (scripts/goldens/evaluation-distances.py).
const { toleranceMm, synthetic, abdomen } = golden;
const segmentation = fileURLToPath(new URL('../../../shared/data/ct/abdomen_seg.nii.gz', import.meta.url));

function expectMetrics(
  prediction: Uint8Array,
  truth: Uint8Array,
  shape: Zyx,
  given: (typeof abdomen)[number],
) {
  const pair = {
    patient: '1',
    prediction,
    truth,
    shape,
    structures: ['s'],
    spacing: given.spacing as unknown as Zyx,
  };
  const [row] = evaluateSegmentation(pair, toleranceMm);
  for (const [name, value] of Object.entries(given.expected)) {
    const own = row![name as keyof typeof given.expected];
    // 1e-3 mm is what is promised; it holds to single precision.
    expect(Math.abs(own - value), `${name}: ${own} instead of ${value}`).toBeLessThanOrEqual(1e-5);
  }
}

describe('distances between structures', () => {
  const shape = synthetic.shape as unknown as Zyx;
  const masks = synthetic.ellipsoids.map(ellipsoid => ellipsoidMask(shape, ellipsoid));

  it.each(synthetic.cases)('agree with SimpleITK and SciPy: $name, spacing $spacing', given => {
    const inner = eroded(masks[1]!, shape);
    const shell = masks[1]!.map((value, index) => value - inner[index]!);
    const mask = (which: number | string) => (typeof which === 'number' ? masks[which]! : shell);
    expectMetrics(mask(given.prediction), mask(given.truth), shape, { ...given, label: 1, change: '' });
  });

  it.skipIf(!existsSync(segmentation))(
    'agree with SimpleITK and SciPy for every organ of a CT, shifted, dilated and eroded (skipped without ../shared/data)',
    async () => {
      const volume = await readVolume(segmentation);
      expect(abdomen.length).toBeGreaterThan(50);
      for (const label of new Set(abdomen.map(given => given.label))) {
        const truth = new Uint8Array(volume.data.length);
        volume.data.forEach((value, index) => {
          if (value === label) truth[index] = 1;
        });
        for (const [change, apply] of Object.entries(changes)) {
          const prediction = apply(truth, volume.shape);
          for (const given of abdomen.filter(given => given.label === label && given.change === change)) {
            expectMetrics(prediction, truth, volume.shape, given);
          }
        }
      }
    },
  );
});

const changes: Record<string, (mask: Uint8Array, shape: Zyx) => Uint8Array> = {
  'shifted by [1, 2, -1]': (mask, shape) => neighbour(mask, shape, [-1, -2, 1]),
  dilated: (mask, shape) =>
    faces.reduce((result, step) => either(result, neighbour(mask, shape, step)), mask),
  eroded: (mask, shape) => eroded(mask, shape),
};
const faces: Zyx[] = [
  [-1, 0, 0],
  [1, 0, 0],
  [0, -1, 0],
  [0, 1, 0],
  [0, 0, -1],
  [0, 0, 1],
];
const either = (a: Uint8Array, b: Uint8Array) => a.map((value, index) => value | b[index]!);

function eroded(mask: Uint8Array, shape: Zyx): Uint8Array {
  return faces.reduce((result, step) => {
    const next = neighbour(mask, shape, step);
    return result.map((value, index) => value & next[index]!);
  }, mask);
}

/** At each voxel the value of the voxel `step` away, 0 outside. */
function neighbour(mask: Uint8Array, shape: Zyx, [dz, dy, dx]: Zyx): Uint8Array {
  const [depth, height, width] = shape;
  const result = new Uint8Array(voxelCount(shape));
  for (let z = Math.max(0, -dz); z < Math.min(depth, depth - dz); z++) {
    for (let y = Math.max(0, -dy); y < Math.min(height, height - dy); y++) {
      for (let x = Math.max(0, -dx); x < Math.min(width, width - dx); x++) {
        result[(z * height + y) * width + x] = mask[((z + dz) * height + y + dy) * width + x + dx]!;
      }
    }
  }
  return result;
}

function ellipsoidMask(
  [depth, height, width]: Zyx,
  { centre, weights, limit }: (typeof synthetic.ellipsoids)[number],
): Uint8Array {
  const term = (axis: number, value: number) => weights[axis]! * (value - centre[axis]!) ** 2;
  return Uint8Array.from({ length: depth * height * width }, (_, index) => {
    const [z, y, x] = [
      Math.floor(index / (height * width)),
      Math.floor(index / width) % height,
      index % width,
    ];
    return Number(term(0, z) + term(1, y) + term(2, x) <= limit);
  });
}
