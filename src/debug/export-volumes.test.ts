import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readVolume } from '../volume/read.ts';
import { exportVolumes } from './export-volumes.ts';
import type { TensorValue, Value } from './expressions/value.ts';

const folder = mkdtempSync(join(tmpdir(), 'innereye-export-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A tensor whose numbers are their own places: z, y, x, … in the order of its axes. */
function counted(shape: number[], dtype = 'float32'): TensorValue {
  const size = shape.reduce((product, length) => product * length, 1);
  return { kind: 'tensor', shape, dtype, size, data: () => Float32Array.from({ length: size }, (_, i) => i) };
}
let count = 0;
const exported = (value: Value) => exportVolumes(value, join(folder, String(count++)), 'output', [3, 2, 1]);

describe('volumes for the viewer', () => {
  it('are one for each sample and channel, each with its own numbers', async () => {
    const { images, labels } = exported(counted([2, 2, 3, 4, 3]));
    expect(labels).toEqual([]);
    expect(images.map(file => basename(file))).toEqual(
      [0, 1].flatMap(sample => [0, 1, 2].map(channel => `output-sample-${sample}-channel-${channel}.nii`)),
    );
    for (const [index, file] of images.entries()) {
      const { data, shape, affine } = await readVolume(file);
      expect(shape).toEqual([2, 3, 4]);
      expect([affine[0], affine[5], affine[10]]).toEqual([1, 2, 3]);
      const [sample, channel] = [Math.floor(index / 3), index % 3];
      const expected = Array.from({ length: 24 }, (_, voxel) => sample * 72 + voxel * 3 + channel);
      expect([...data]).toEqual(expected);
    }
  });

  it('have the spacing of what they come from, and labels apart', async () => {
    const labels: TensorValue = { ...counted([1, 2, 2], 'uint8'), holds: 'labels', spacing: [5, 5, 5] };
    const values = new Map<string, () => Value>([
      ['image', () => counted([1, 2, 2])],
      ['labels', () => labels],
      ['weight', () => 3],
    ]);
    const files = exported({ kind: 'group', values });
    expect([files.images.length, files.labels.length]).toEqual([1, 1]);
    const { affine, data } = await readVolume(files.labels[0]!);
    expect([affine[0], [...data]]).toEqual([5, [0, 1, 2, 3]]);
  });

  it('are no numbers and no lists', () => {
    expect(() => exported(3)).toThrow('a volume is needed, and this is a number');
    expect(() => exported(counted([4]))).toThrow('a tensor [4] holds no volume');
  });
});
