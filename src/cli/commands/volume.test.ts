import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fixture, temporaryFolder } from '../../volume/fixtures/goldens.ts';
import { writeNifti } from '../../volume/formats/nifti-write.ts';
import { affineFromSpacing } from '../../volume/volume.ts';
import { volumeCommand } from './volume.ts';

let told: string;
let printed: string;

beforeEach(() => {
  [told, printed] = ['', ''];
  vi.spyOn(console, 'error').mockImplementation((line: string) => {
    told += `${line}\n`;
  });
  vi.spyOn(console, 'log').mockImplementation((line: string) => {
    printed += `${line}\n`;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

const run = (...args: string[]) => volumeCommand().parseAsync(['node', 'volume', ...args]);

it('tells shape and spacing in file order, the affine, type, intensities and labels', async () => {
  await run(fixture('qform.nii'));
  // The fixture, made with nibabel: 3 × 4 × 2 voxels 0 to 23 of 0.8 × 1.1 × 2.5 mm.
  expect(printed).toContain('shape         3 × 4 × 2\n');
  expect(printed).toContain('spacing_mm    0.8 1.1 2.5\n');
  expect(printed).toContain('dtype         uint8\n');
  expect(printed).toContain('min           0\n  max           23\n  mean          11.5\n');
  expect(printed).toContain('label_counts  0: 1, 1: 1, 2: 1,');
  expect(process.exitCode).toBeUndefined();
});

it('gives the same names in JSON, and no label counts where values are fractions', async () => {
  await run('--json', fixture('float32.nii.gz'), fixture('volumes.h5|labels|0|2'));
  const [image, mask] = JSON.parse(printed);
  expect(Object.keys(image)).toEqual(
    'file shape components spacing_mm affine dtype min max mean label_counts'.split(' '),
  );
  expect([image.shape, image.dtype, image.label_counts]).toEqual([[3, 4, 2], 'float32', null]);
  expect(image.affine[3]).toEqual([0, 0, 0, 1]);
  expect(mask.label_counts).toEqual({ 0: 16, 1: 8 });
});

it('goes on after bad files, tells each and its remedy, and ends with exit code 1', async () => {
  const folder = temporaryFolder();
  const [empty, good] = [join(folder, 'empty.nii'), join(folder, 'good.nii')];
  writeFileSync(empty, '');
  copyFileSync(fixture('qform.nii'), good);
  await run('--json', empty, join(folder, 'missing.nii'), good);
  expect(JSON.parse(printed).map(({ file }: { file: string }) => file)).toEqual([good]);
  expect(told).toContain(`at ${empty}`);
  expect(told).toContain('there is no such file');
  expect(process.exitCode).toBe(1);
});

it('counts labels only of label maps, by their intent or by few values, and calls an empty file empty', async () => {
  const folder = temporaryFolder();
  const grid = { shape: [1, 10, 10] as const, affine: affineFromSpacing([1, 1, 1]) };
  const data = Uint8Array.from({ length: 100 }, (_, voxel) => voxel);
  const [scan, labels, empty] = ['scan.nii', 'labels.nii', 'empty.nii'].map(name => join(folder, name));
  await writeNifti(scan!, { ...grid, data });
  await writeNifti(labels!, { ...grid, data }, { intent: 'label' });
  writeFileSync(empty!, '');
  await run('--json', scan!, labels!, empty!);
  const [ofScan, ofLabels] = JSON.parse(printed);
  expect(ofScan.label_counts).toBeNull();
  expect(Object.keys(ofLabels.label_counts)).toHaveLength(100);
  expect(told).toContain('the file is empty');
});
