import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadConfiguration } from '../../config/load-configuration.ts';
import { requireSegmentation } from '../../config/require-segmentation.ts';
import { sharedData, temporaryFolder } from '../../dataset/fixtures/settings.ts';
import { loadDataset } from '../../dataset/load-dataset.ts';
import { makeSyntheticCohort } from '../../dataset/synthetic/cohort.ts';
import { writeNifti } from '../../volume/formats/nifti-write.ts';
import { affineFromSpacing } from '../../volume/volume.ts';
import { planCommand } from './plan.ts';

const folder = temporaryFolder();

afterEach(() => {
  vi.restoreAllMocks();
});

/** Plans a data set and reads what was written as any command would. */
async function planned(path: string, name: string, ...options: string[]) {
  const file = join(folder, `${name}.innereye.yaml`);
  vi.spyOn(console, 'log').mockImplementation(() => {});
  await planCommand().parseAsync([path, '--output', file, ...options], { from: 'user' });
  const { settings, diagnostics } = await loadConfiguration(file);
  return { settings: requireSegmentation(settings), diagnostics, text: await readFile(file, 'utf8') };
}

describe('innereye plan', () => {
  it('tells images, masks and groups apart in an InnerEye csv', async () => {
    const path = join(folder, 'cohort');
    await makeSyntheticCohort(path, { subjects: 3, seed: 1 });
    const measured = join(folder, 'fingerprint.json');
    const { settings, diagnostics, text } = await planned(path, 'cohort', '--fingerprint', measured);
    expect(diagnostics).toEqual([]);
    expect(settings.dataset).toMatchObject({
      path,
      format: 'csv',
      channels: ['mr'],
      structures: [{ name: 'liver' }, { name: 'kidneys' }],
    });
    expect(settings.preprocessing).toEqual([
      { resample: { spacing_mm: expect.any(Array), interpolation: 'linear' } },
      { normalize: { method: 'z-score', foreground: false } },
    ]);
    expect(text).toMatch(/^# Planned from 3 of the 3 subjects of cohort by nnU-Net's rules\./);
    expect(JSON.parse(await readFile(measured, 'utf8'))).toMatchObject({ subjects: 3 });
  });

  it('does not write over a configuration unless told to', async () => {
    await expect(planned(join(folder, 'cohort'), 'cohort')).rejects.toThrow('exists already');
    await expect(planned(join(folder, 'cohort'), 'cohort', '--force')).resolves.toBeDefined();
  });

  it('windows CT, keeps thick slices, and groups scans of a patient', async () => {
    const path = join(folder, 'ct');
    await mkdir(path);
    const shape = [12, 48, 48] as const;
    const affine = affineFromSpacing([6, 1, 1]);
    const rows = ['subject,filePath,channel,patientId'];
    for (const id of ['1', '2']) {
      const liver = Uint8Array.from({ length: 12 * 48 * 48 }, (_, voxel) => (voxel % 48 < 12 ? 1 : 0));
      const ct = Int16Array.from(liver, (inside, voxel) => (inside ? 40 + (voxel % 41) : -1000));
      await writeNifti(join(path, `${id}-ct.nii.gz`), { data: ct, shape, affine });
      await writeNifti(join(path, `${id}-liver.nii.gz`), { data: liver, shape, affine });
      rows.push(`${id},${id}-liver.nii.gz,liver,P${id}`, `${id},${id}-ct.nii.gz,CT,P${id}`);
    }
    await writeFile(join(path, 'dataset.csv'), rows.join('\n'));
    const { settings, diagnostics } = await planned(path, 'ct');
    expect(diagnostics).toEqual([]);
    expect(settings.dataset).toMatchObject({ channels: ['CT'], splits: { group_by: 'patientId' } });
    expect(settings.preprocessing).toEqual([
      { resample: { spacing_mm: [6, 1, 1], interpolation: 'linear' } },
      { normalize: { method: 'ct-window', level: 60, window: 40, output_range: [-1, 1] } },
    ]);
    expect(settings.architecture).toMatchObject({
      strides: [
        [1, 2, 2],
        [1, 2, 2],
        [2, 2, 2],
      ],
    });
  });

  const grid = { shape: [12, 48, 48] as const, affine: affineFromSpacing([1, 1, 1]) };
  const voxels = 12 * 48 * 48;

  it('finds channels and structures in plain folders', async () => {
    const path = join(folder, 'my folders');
    await mkdir(join(path, 'imagesTr'), { recursive: true });
    await mkdir(join(path, 'seg'));
    for (const id of ['a', 'b', 'c']) {
      const labels = Uint8Array.from({ length: voxels }, (_, voxel) => [0, 0, 2, 7][voxel % 4]!);
      const scan = Int16Array.from(labels, (label, voxel) => 10 * label + (voxel % 300));
      for (const channel of ['0000', '0001'])
        await writeNifti(join(path, `imagesTr/${id}_${channel}.nii.gz`), { ...grid, data: scan });
      await writeNifti(join(path, `seg/${id}.nii.gz`), { ...grid, data: labels });
    }
    const { settings, diagnostics } = await planned(path, 'my plan', '--labels', 'seg');
    expect(diagnostics).toEqual([]);
    expect(settings.dataset).toMatchObject({
      format: 'folder',
      images: 'imagesTr',
      labels: 'seg',
      channels: ['0000', '0001'],
      structures: [
        { name: 'label_2', label: 2 },
        { name: 'label_7', label: 7 },
      ],
    });
    expect((await loadDataset(settings.dataset)).subjects.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(vi.mocked(console.log).mock.calls.join()).toMatch(/innereye train '.*my plan\.innereye\.yaml'/);
  });

  it('leaves structures out that are empty in every scan, and keeps its lines short', async () => {
    const path = join(folder, 'atlas');
    await mkdir(join(path, 'imagesTr'), { recursive: true });
    await mkdir(join(path, 'labelsTr'));
    const labels = Uint8Array.from({ length: voxels }, (_, voxel) => voxel % 40);
    const scan = Int16Array.from(labels, (_, voxel) => voxel % 300);
    const names = Object.fromEntries(
      Array.from({ length: 60 }, (_, k) => [k === 0 ? 'background' : `organ_${k}`, k]),
    );
    const json = { channel_names: { 0: 'CT' }, labels: names, numTraining: 1, file_ending: '.nii.gz' };
    await writeFile(join(path, 'dataset.json'), JSON.stringify(json));
    await writeNifti(join(path, 'imagesTr/a_0000.nii.gz'), { ...grid, data: scan });
    await writeNifti(join(path, 'labelsTr/a.nii.gz'), { ...grid, data: labels });
    const { settings, diagnostics, text } = await planned(path, 'atlas');
    expect(diagnostics).toEqual([]);
    expect(settings.dataset.structures).toHaveLength(39);
    expect(text).toMatch(/# Left out, as they are empty in every scan: organ_40, organ_41,/);
    expect(Math.max(...text.split('\n').map(line => line.length))).toBeLessThanOrEqual(112);
  });

  it('is refused for what it cannot read, without leaving a file', async () => {
    await expect(planned(join(folder, 'nowhere'), 'nowhere')).rejects.toThrow('does not exist');
    await mkdir(join(folder, 'plain/images'), { recursive: true });
    await expect(planned(join(folder, 'plain'), 'plain')).rejects.toThrow(
      'which folder holds the label maps',
    );
    expect(existsSync(join(folder, 'plain.innereye.yaml'))).toBe(false);
  });

  const hippocampus = join(sharedData, 'hippocampus');
  it.skipIf(!existsSync(hippocampus))(
    "has nnU-Net's patch for the real hippocampus data set (skipped where ../shared/data is absent)",
    async () => {
      const { settings, diagnostics } = await planned(hippocampus, 'hippocampus');
      expect(diagnostics).toEqual([]);
      expect(settings.preprocessing[0]).toMatchObject({ resample: { spacing_mm: [1, 1, 1] } });
      // nnU-Net's plan of Task04 for all 260 subjects: patch 40 × 56 × 40; axes in the order of the files.
      expect([...settings.sampling.crop_size].sort()).toEqual([40, 40, 56]);
      expect(settings.dataset.structures).toMatchObject([
        { name: 'Anterior', label: 1 },
        { name: 'Posterior', label: 2 },
      ]);
    },
  );
});
