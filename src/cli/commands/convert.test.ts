import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../foundation/fault.ts';
import { fixture, largestDifference, temporaryFolder } from '../../volume/fixtures/goldens.ts';
import { readVolumes } from '../../volume/read.ts';
import { convertCommand } from './convert.ts';

const run = (...args: string[]) => convertCommand().parseAsync(['node', 'convert', ...args]);

describe('innereye convert', () => {
  it.each([
    'int16.nrrd',
    'float32-compressed.mha',
    'vector.mha',
    'half.npy',
    'int16.mgz',
    'detached.mhd',
    'dicom/one',
  ])('writes %s as NIfTI with the same voxels and grid', async name => {
    for (const end of ['.nii', '.nii.gz']) {
      const output = join(temporaryFolder(), `out${end}`);
      await run(fixture(name), output);
      const [before, after] = [await readVolumes(fixture(name)), await readVolumes(output)];
      expect(after.map(({ data }) => [...data])).toEqual(before.map(({ data }) => [...data]));
      expect(after[0]!.shape).toEqual(before[0]!.shape);
      expect(largestDifference(after[0]!.affine, before[0]!.affine)).toBeLessThan(1e-5);
    }
  });

  it('finds the whole series of a DICOM slice, among others', async () => {
    const output = join(temporaryFolder(), 'out.nii');
    await run('--whole-series', fixture('dicom/two/22.dcm'), output);
    expect((await readVolumes(output))[0]!.shape[0]).toBe(4);
    await expect(run(fixture('dicom/two'), output)).rejects.toThrow('2 DICOM series');
  });

  it('refuses another kind of file, and a level of compression that there is not', async () => {
    const folder = temporaryFolder();
    await expect(run(fixture('int16.nrrd'), join(folder, 'out.nrrd'))).rejects.toThrow(Fault);
    const output = join(folder, 'out.nii.gz');
    await expect(run('--gzip-level', '12', fixture('int16.nrrd'), output)).rejects.toThrow(
      '--gzip-level is 12',
    );
    expect(existsSync(output)).toBe(false);
  });
});
