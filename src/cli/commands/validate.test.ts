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
});
