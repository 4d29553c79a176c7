import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseMetrics } from '../../evaluation/metrics-table.ts';
import { writeNifti } from '../../volume/formats/nifti-write.ts';
import { affineFromSpacing, type Zyx } from '../../volume/volume.ts';
import { evaluateCommand } from './evaluate.ts';

let folder: string;
let told: string;
let printed: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evaluate-'));
  [told, printed] = ['', ''];
  vi.spyOn(console, 'error').mockImplementation((line: string) => {
    told += `${line}
`;
  });
  vi.spyOn(console, 'log').mockImplementation((line: string) => {
    printed += `${line}
`;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const path = (...names: string[]) => join(folder, ...names);

/** A volume of one row of voxels, 1 × 1 × 2 mm [z, y, x]. */
async function write(name: string, voxels: readonly number[], spacing: Zyx = [1, 1, 2]): Promise<void> {
  mkdirSync(path(name, '..'), { recursive: true });
  await writeNifti(path(name), {
    data: Uint8Array.from(voxels),
    shape: [1, 1, voxels.length],
    affine: affineFromSpacing(spacing),
  });
}

const evaluate = (...args: string[]) =>
  evaluateCommand().parseAsync(
    ['--predictions', path('predictions'), '--output', path('out', 'metrics.csv'), ...args],
    { from: 'user' },
  );
const inFolders = (structures: string, ...more: string[]) =>
  evaluate('--labels', path('labels'), '--structures', structures, ...more);
const metrics = (name = 'metrics.csv') => parseMetrics(readFileSync(path('out', name), 'utf8'), name);

function configuration(): string {
  writeFileSync(
    path('model.innereye.yaml'),
    `extends: innereye/segmentation-unet3d
dataset:
  path: ${path('data')}
  format: folder
  channels: [ct]
  structures: [{ name: liver, label: 6 }, { name: spleen, label: 1 }]
sampling: { crop_size: [32, 32, 32] }
`,
  );
  return path('model.innereye.yaml');
}

describe('innereye evaluate', () => {
  it('writes metrics.csv and metrics_extended.csv for predictions named as their label maps', async () => {
    await write('predictions/a.nii.gz', [0, 1, 1, 1, 0, 2]);
    await write('labels/a.nii.gz', [0, 0, 1, 1, 0, 2]);
    await inFolders('liver=1,spleen=2');
    // Dice 2·2 / (3 + 2); the voxel too many is one voxel of 2 mm from the nearest that was drawn.
    expect(metrics()).toMatchObject([
      { patient: 'a', structure: 'liver', dice: 0.8, hausdorffMm: 2 },
      { patient: 'a', structure: 'spleen', dice: 1, hausdorffMm: 0 },
    ]);
    // One voxel of 2 mm³ too many is 0.002 ml.
    expect(metrics('metrics_extended.csv')[0]).toMatchObject({ sensitivity: 1, volumeErrorMl: 0.002 });
    expect(printed).toMatch(/^liver +1 +0\.800/m);
  });

  it('takes folders with a segmentation.nii.gz, as `innereye predict` writes them', async () => {
    await write('predictions/a/segmentation.nii.gz', [1, 1, 0, 0]);
    await write('labels/a.nii.gz', [1, 1, 0, 0]);
    await inFolders('liver=1');
    expect(metrics()).toMatchObject([{ patient: 'a', dice: 1 }]);
  });

  it('names the files that have no counterpart, and measures the others', async () => {
    await write('predictions/a.nii.gz', [1, 0]);
    await write('predictions/b.nii.gz', [1, 0]);
    await write('labels/a.nii.gz', [1, 0]);
    await write('labels/c.nii.gz', [1, 0]);
    await inFolders('liver=1', '--json');
    expect(told).toContain(`no labels: ${path('predictions', 'b.nii.gz')}`);
    expect(told).toContain('no prediction: c');
    expect(JSON.parse(printed)).toMatchObject({
      unmatched: { predictions: [path('predictions', 'b.nii.gz')], subjects: ['c'] },
      metrics: [{ patient: 'a', structure: 'liver', dice: 1 }],
    });
  });

  it('reads other values than those given as background', async () => {
    await write('predictions/a.nii.gz', [6, 6, 3, 0]);
    await write('labels/a.nii.gz', [6, 6, 0, 9]);
    await inFolders('liver=6');
    expect(metrics()).toMatchObject([{ structure: 'liver', dice: 1 }]);
  });

  it('refuses predictions on other grids, names every one of them, and writes nothing', async () => {
    await write('predictions/a.nii.gz', [1, 0, 0]);
    await write('labels/a.nii.gz', [1, 0]);
    await write('predictions/b.nii.gz', [1, 0], [1, 1, 3]);
    await write('labels/b.nii.gz', [1, 0]);
    await expect(inFolders('liver=1')).rejects.toMatchObject({
      faults: [
        { message: expect.stringContaining('1 × 1 × 3 voxels'), place: { subject: 'a' } },
        { message: expect.stringContaining('1 × 1 × 3 mm'), place: { subject: 'b' } },
      ],
    });
    expect(existsSync(path('out'))).toBe(false);
  });

  it('refuses a folder in which no prediction belongs to a label map', async () => {
    await write('predictions/a.nii.gz', [1, 0]);
    await write('labels/b.nii.gz', [1, 0]);
    await expect(inFolders('liver=1')).rejects.toMatchObject({
      message: expect.stringContaining('no prediction has the name'),
      remedy: expect.stringContaining('"b"'),
    });
  });

  it("with a configuration numbers predictions from 1 and reads labels by the structures' values", async () => {
    await write('predictions/a.nii.gz', [1, 1, 2, 0]);
    await write('data/images/a.nii.gz', [10, 20, 30, 40]);
    await write('data/labels/a.nii.gz', [6, 6, 1, 0]);
    await write('data/images/unlabelled.nii.gz', [10, 20, 30, 40]);
    const config = configuration();
    await evaluate('--config', config);
    expect(metrics()).toMatchObject([
      { structure: 'liver', dice: 1 },
      { structure: 'spleen', dice: 1 },
    ]);
    const first = readFileSync(path('out', 'metrics.csv'), 'utf8');
    await evaluate('--config', config, '--labels', path('data', 'labels'));
    expect(readFileSync(path('out', 'metrics.csv'), 'utf8')).toBe(first);
  });

  it('with a configuration refuses predictions with numbers that no structure has', async () => {
    await write('predictions/a.nii.gz', [6, 6, 1, 0]);
    await write('data/images/a.nii.gz', [10, 20, 30, 40]);
    await write('data/labels/a.nii.gz', [6, 6, 1, 0]);
    await expect(evaluate('--config', configuration())).rejects.toThrow(
      'the values 6, which no structure has',
    );
  });

  it.each([
    ['liver', '"liver" is not a structure with its value'],
    ['liver=0', '"liver=0" is not a structure'],
    ['liver=1,liver=2', 'is named twice'],
    ['liver=1,spleen=1', 'two structures have the value 1'],
  ])('refuses --structures %s', async (structures, message) => {
    await write('predictions/a.nii.gz', [1, 0]);
    await write('labels/a.nii.gz', [1, 0]);
    await expect(inFolders(structures)).rejects.toThrow(message);
  });

  it('asks for what is missing', async () => {
    await write('predictions/a.nii.gz', [1, 0]);
    await expect(evaluate('--labels', path('labels'))).rejects.toThrow('which structures');
    await expect(evaluate('--structures', 'liver=1')).rejects.toThrow('where the labels lie');
  });

  it('tells of many without a counterpart in one line', async () => {
    await write('predictions/a.nii.gz', [1, 0]);
    for (const id of ['a', 'b', 'c', 'd', 'e']) await write(`labels/${id}.nii.gz`, [1, 0]);
    await inFolders('liver=1');
    expect(told).toBe('left out, no prediction: 4, such as b, c, d (--json lists all)\n');
  });

  it('says in whole sentences what is there where nothing is', async () => {
    mkdirSync(path('predictions'));
    await write('labels/b.nii.gz', [1, 0]);
    await expect(inFolders('liver=1')).rejects.toMatchObject({
      remedy: expect.stringMatching(/^There are no predictions; subjects are such as "b"\./),
    });
  });

  it('takes --set beside a configuration', async () => {
    await write('predictions/a.nii.gz', [1, 1, 2, 0]);
    await write('elsewhere/images/a.nii.gz', [10, 20, 30, 40]);
    await write('elsewhere/labels/a.nii.gz', [6, 6, 1, 0]);
    await evaluate('--config', configuration(), '--set', `dataset.path=${path('elsewhere')}`);
    expect(metrics()).toHaveLength(2);
  });
});
