import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../dataset/fixtures/settings.ts';
import { makeSyntheticCohort } from '../../dataset/synthetic/cohort.ts';
import { validateCommand } from './validate.ts';

const folder = temporaryFolder();

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

async function validate(name: string, changes: string, ...options: string[]) {
  const file = join(folder, `${name}.innereye.yaml`);
  await writeFile(
    file,
    `task: segmentation
dataset: {path: data, channels: [mr], structures: [{name: liver}, {name: kidneys}]}
sampling: {crop_size: [32, 32, 32]}
architecture: {name: plain_unet, levels: 3}
${changes}`,
  );
  const printed = { out: '', error: '', code: 0 };
  vi.spyOn(console, 'log').mockImplementation((text: string) => {
    printed.out += `${text}\n`;
  });
  vi.spyOn(console, 'error').mockImplementation((text: string) => {
    printed.error += `${text}\n`;
  });
  await validateCommand().parseAsync([file, ...options], { from: 'user' });
  printed.code = Number(process.exitCode ?? 0);
  return printed;
}

describe('innereye validate', () => {
  it('accepts a synthetic cohort and tells the sizes of the splits', async () => {
    await makeSyntheticCohort(join(folder, 'data'), { subjects: 4, seed: 1 });
    const { out, error, code } = await validate('good', '');
    expect(error).toBe('');
    expect(out).toBe('4 subjects (csv): 2 train, 1 validation, 1 test\nno errors, no warnings\n');
    expect(code).toBe(0);
  });

  it('fails with every finding of the data set', async () => {
    await writeFile(join(folder, 'data/002/liver.nii.gz'), 'not a volume');
    const { out, error, code } = await validate('broken', '');
    expect(error).toMatch(/^error: .*\n {2}at .*002\/liver\.nii\.gz, subject 002, row 6\n/);
    expect(out).toMatch(/\n1 error, no warnings\n$/);
    expect(code).toBe(1);
  });

  it('does not read data for a configuration with errors', async () => {
    const { out, error, code } = await validate('typo', 'trainig: {epochs: 3}');
    expect(error).toContain('Did you mean `training`?');
    expect(out).toContain('The data set was not read.');
    expect(code).toBe(1);
  });

  it('gives programs JSON, right or wrong', async () => {
    const { out } = await validate('json', '', '--json', '--set', 'dataset.splits.seed=3');
    expect(JSON.parse(out)).toMatchObject({
      diagnostics: [],
      findings: [{ severity: 'error', place: { subject: '002', row: 6 } }],
      subjects: 4,
      splits: { train: 2, validation: 1, test: 1 },
    });
    const faulty = await validate('json-typo', 'trainig: {}', '--json');
    expect(JSON.parse(faulty.out).diagnostics).toHaveLength(1);
  });

  it('names the line of the configuration and the list of the data set where they do not agree', async () => {
    const { error } = await validate('name', '', '--set', 'dataset.format=csv', '--set', 'dataset.mask=masc');
    expect(error).toMatch(
      /no row has the channel "masc".*\n {2}at --set dataset\.mask=masc, and in .*dataset\.csv\n/,
    );
    const file = join(folder, 'lines.innereye.yaml');
    await writeFile(
      file,
      'extends: innereye/segmentation-unet3d\ndataset:\n  path: data\n  channels: [mr]\n  structures:\n    - name: liver\n    - name: kidney\n',
    );
    vi.mocked(console.error).mockClear();
    await validateCommand().parseAsync([file, '--set', 'sampling.crop_size=[32,32,32]'], { from: 'user' });
    expect(vi.mocked(console.error).mock.calls.join('\n')).toMatch(
      /no row has the channel "kidney".*\n {2}at .*lines\.innereye\.yaml:7:7, and in .*dataset\.csv\n {2}Did you mean "kidneys"/,
    );
  });

  it('tells many findings alike in one', async () => {
    const { error, out } = await validate('many', '', '--set', 'dataset.expected_spacing_mm=[9,9,9]');
    expect(error).toMatch(/^error, [34] times: the spacing is/m);
    expect(error.match(/the spacing is/g)!.length).toBeLessThan(5);
    expect(out).toMatch(/\n[45] errors, no warnings\n$/);
    const { error: everything } = await validate(
      'many',
      '',
      '--all',
      '--set',
      'dataset.expected_spacing_mm=[9,9,9]',
    );
    expect(everything).not.toContain('times');
  });

  it('counts the classes of a table, and warns of columns that teach nothing or too much', async () => {
    const rows = [
      'subject,age,size,ill',
      ...Array.from({ length: 20 }, (_, at) => `s${at},7,${at},${at % 4 ? 0 : 1}`),
    ];
    await writeFile(join(folder, 'table.csv'), rows.join('\n'));
    const file = join(folder, 'table.innereye.yaml');
    await writeFile(
      file,
      `task: classification
dataset:
  path: .
  csv: table.csv
  features: {numerical: [age, size, ill]}
  targets: {column: ill, classes: [sick]}
architecture: {name: mlp}
`,
    );
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    const error = vi.spyOn(console, 'error').mockImplementation(() => {});
    await validateCommand().parseAsync([file], { from: 'user' });
    const warnings = error.mock.calls.join('\n');
    expect(warnings).toContain('the feature "age" is 7 in all 20 labelled rows');
    expect(warnings).toContain('the column "ill" is both a target and a feature');
    expect(warnings.match(/^warning/gm)).toHaveLength(2);
    expect(log.mock.calls.join('\n')).toContain('\nclasses: 5 "sick" of 20 labelled\n');
  });

  it('tells of broken YAML the cause alone', async () => {
    const file = join(folder, 'tab.innereye.yaml');
    await writeFile(file, 'task: segmentation\ndataset:\n\tpath: x\n\tchannels: [a]\n');
    vi.spyOn(console, 'log').mockImplementation(() => {});
    const error = vi.spyOn(console, 'error').mockImplementation(() => {});
    await validateCommand().parseAsync([file], { from: 'user' });
    expect(error.mock.calls).toEqual([
      [`error: a tab cannot indent YAML\n  at ${file}:3:1\n  Indent with spaces.`],
    ]);
  });

  it('says of a folder that it is none', async () => {
    await expect(validateCommand().parseAsync([folder], { from: 'user' })).rejects.toThrow(
      'this is a folder, no configuration',
    );
  });
});
