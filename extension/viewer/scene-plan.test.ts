import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { planFile, planOverlay, planRuns, roleOfName } from './scene-plan.ts';

const folder = mkdtempSync(join(tmpdir(), 'innereye-plan-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text = ''): string => {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};

/** A run that predicted two subjects with two structures. */
function makeRun(name: string): string {
  write(`${name}/run.json`, '{}');
  write(
    `${name}/config.resolved.yaml`,
    'name: a\ntask: segmentation\ndataset:\n  path: data\n  channels: [ct]\n  structures:\n    - { name: liver, color: "#aa0000" }\n    - { name: spleen }\n',
  );
  write(
    `${name}/dataset.csv`,
    'subject,filePath,channel\na,/data/a/ct.nii.gz,image0\na,/data/a/liver.nii.gz,structure0\nb,/data/b/ct.nii.gz,image0\n',
  );
  const test = `${name}/best_validation_epoch/Test`;
  write(
    `${test}/metrics.csv`,
    'Patient,Structure,Dice,HausdorffDistance_mm,MeanDistance_mm\na,liver,0.9,4,1\na,spleen,0.7,inf,inf\nb,liver,0.5,8,2\nb,spleen,,,\n',
  );
  write(`${test}/a/segmentation.nii.gz`);
  write(`${test}/b/segmentation.nii.gz`);
  mkdirSync(join(folder, test, 'thumbnails'));
  return join(folder, name);
}

describe('a run', () => {
  const run = makeRun('2026-01-02T030405Z_abdomen');

  it('is shown as the first subject over its scan, with its ground truth', async () => {
    const { title, views, subjects } = await planRuns([run]);
    expect(title).toBe('a: abdomen');
    expect(views[0]!.volumes.map(({ file, role }) => [file, role])).toEqual([
      ['/data/a/ct.nii.gz', 'image'],
      [join(run, 'best_validation_epoch/Test/a/segmentation.nii.gz'), 'prediction'],
      ['/data/a/ground_truth.nii.gz', 'truth'],
    ]);
    expect(views[0]!.volumes[1]!.structures).toEqual([
      { value: 1, name: 'liver', color: '#aa0000' },
      { value: 2, name: 'spleen' },
    ]);
    expect(views[0]!.volumes[2]!.write!('out.nii')).toEqual(['truth', run, 'a', 'out.nii']);
    expect(subjects!.metrics).toEqual([
      'Dice',
      'HausdorffDistance_mm',
      'MeanDistance_mm',
      'Dice liver',
      'Dice spleen',
    ]);
    expect(
      subjects!.subjects.map(({ id, values }) => [id, values.Dice, values.HausdorffDistance_mm]),
    ).toEqual([
      ['a', 0.8, 4],
      ['b', 0.5, 8],
    ]);
    expect(subjects!.subjects[1]!.values['Dice spleen']).toBeNull();
  });

  it('is shown so too where its predicted file is opened', async () => {
    const plan = await planFile(join(run, 'best_validation_epoch/Test/b/segmentation.nii.gz'));
    expect(plan.views[0]!.volumes.map(({ name }) => name)).toEqual(['ct.nii.gz', 'prediction']);
    expect(plan.subjects!.current).toBe('b');
  });

  it('stands beside other runs with the same subject', async () => {
    const { views } = await planRuns([run, makeRun('2026-01-03T030405Z_other')], 'b');
    expect(views.map(({ title, volumes }) => [title, volumes[0]!.file])).toEqual([
      ['abdomen', '/data/b/ct.nii.gz'],
      ['other', '/data/b/ct.nii.gz'],
    ]);
  });

  it('that has no such subject says so', async () => {
    await expect(planRuns([run], 'z')).rejects.toThrow('has not predicted "z"');
    await expect(planRuns([folder])).rejects.toThrow('not predicted anything');
  });
});

describe('files', () => {
  it('get names for their labels from a list beside them', async () => {
    const map = write('atlas/aal.nii.gz');
    write('atlas/aal.nii.txt', '1 Precentral_L 2001\n');
    const { views } = await planFile(map);
    expect(views[0]!.volumes[0]!.structures).toEqual([{ value: 1, name: 'Precentral_L' }]);
  });

  it('get names from a configuration or dataset.json above them', async () => {
    write('set/dataset.json', '{"labels": {"1": "tumour"}}');
    const { views } = await planFile(write('set/labelsTr/p1.nii.gz'));
    expect(views[0]!.volumes[0]!.structures).toEqual([{ value: 1, name: 'tumour' }]);
    write(
      'configured/a.innereye.yaml',
      'extends: innereye/hippocampus\ndataset:\n  path: .\n  structures:\n    - { name: nodule, label: 7 }\n',
    );
    const plan = await planFile(write('configured/labels/p1.nii.gz'));
    expect(plan.views[0]!.volumes[0]!.structures).toEqual([{ value: 7, name: 'nodule' }]);
  });

  it('laid over one another begin with the scan', async () => {
    const files = ['over/ground_truth.nii.gz', 'over/pred.nii.gz', 'over/ct.nii.gz'].map(name => write(name));
    const { views } = await planOverlay(files);
    expect(views[0]!.volumes.map(({ name, role }) => [name, role])).toEqual([
      ['ct.nii.gz', undefined],
      ['ground_truth.nii.gz', 'truth'],
      ['pred.nii.gz', 'prediction'],
    ]);
  });

  it('are what their names plainly say', () => {
    expect(roleOfName('case_01_gt.nii.gz')).toBe('truth');
    expect(roleOfName('segmentation.nii.gz')).toBe('prediction');
    expect(roleOfName('ct.nii.gz')).toBeUndefined();
    expect(roleOfName('weight.nii.gz')).toBeUndefined();
  });
});
