import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../dataset/fixtures/settings.ts';
import { writeNifti } from '../volume/formats/nifti-write.ts';
import { affineFromSpacing } from '../volume/volume.ts';
import { loadInput } from './load-input.ts';

const folder = temporaryFolder();
const shape = [4, 5, 6] as const;
const grid = { shape, affine: affineFromSpacing([1, 1, 1]) };

async function write(name: string, value: (voxel: number) => number, intent?: 'label'): Promise<string> {
  const file = join(folder, name);
  const data = Int16Array.from({ length: 120 }, (_, voxel) => value(voxel));
  await writeNifti(file, { ...grid, data }, intent && { intent });
  return file;
}

const load = (files: readonly string[], found: boolean, channels = ['mr']) =>
  loadInput({ id: 'a', images: files.map(file => ({ file })), found }, channels);

describe('an input of a prediction', () => {
  it('is left out where it was found and is a label map, by its values or its intent', async () => {
    const scan = await write('scan.nii.gz', voxel => voxel * 3);
    const labels = await write('labels.nii.gz', voxel => voxel % 5);
    const many = await write('many.nii.gz', voxel => voxel, 'label');
    expect(await load([scan], true)).toMatchObject({ id: 'a', shape });
    expect(await load([labels], true)).toBeUndefined();
    expect(await load([many], true)).toBeUndefined();
    expect(await load([labels], false)).toMatchObject({ id: 'a' });
  });

  it('needs every channel of the model', async () => {
    const scan = await write('scan.nii.gz', voxel => voxel * 3);
    await expect(load([scan], false, ['t1', 't2'])).rejects.toThrow(
      'the model takes 2 channels (t1, t2), not 1',
    );
    expect((await load([scan, scan], false, ['t1', 't2']))?.images).toHaveLength(2);
  });
});
