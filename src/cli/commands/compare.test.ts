import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Manifest } from '../../contracts/run.ts';
import { temporaryFolder } from '../../dataset/fixtures/settings.ts';
import { runsCommand } from './runs.ts';

const folder = temporaryFolder();
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

const configuration = (rate: number) => `task: segmentation
dataset: {path: /d, format: decathlon, channels: [mri], structures: [{name: liver, label: 1}]}
sampling: {crop_size: [32, 32, 32]}
architecture: {name: unet3d}
optimizer: {name: adam, learning_rate: ${rate}}
`;

/** The folder of a run that measured one structure, `dice` of subject s0, s1, …; even ones are of institution A. */
function makeRun(id: string, rate: number, dice: readonly number[]): string {
  const manifest: Manifest = {
    id,
    name: 'liver',
    task: 'segmentation',
    status: 'completed',
    startedAt: '2026-11-23T19:05:06.000Z',
    process: { pid: 1, host: hostname() },
    seed: 42,
    configuration: { file: '/somewhere/liver.innereye.yaml', hash: '0', overrides: [] },
    innereye: '0.1.0',
    node: 'v20',
    tags: {},
    results: { 'test/Dice': dice[0]! },
  };
  const ids = dice.map((_, index) => `s${index}`);
  const subjects = ids.map((subject, index) => `${subject},x.nii,image0,${index % 2 === 0 ? 'A' : 'B'}`);
  const rows = dice.map((value, index) => `s${index},liver,${value},3,1`);
  const table = `subject,filePath,channel,institutionId\n${subjects.join('\n')}\n`;
  const files: Record<string, string> = {
    'run.json': JSON.stringify(manifest),
    'config.resolved.yaml': configuration(rate),
    'dataset.csv': table,
    'test_dataset.csv': table,
    'code/liver.innereye.yaml': String(rate),
    'best_validation_epoch/Test/metrics.csv': `Patient,Structure,Dice,HausdorffDistance_mm,MeanDistance_mm\n${rows.join('\n')}\n`,
  };
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, id, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return join(folder, id);
}

async function runs(...args: string[]): Promise<string> {
  const lines: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => lines.push(line));
  vi.spyOn(console, 'error').mockImplementation((line: string) => lines.push(line));
  await runsCommand().parseAsync(args, { from: 'user' });
  return lines.join('\n');
}

const twelve = Array.from({ length: 12 }, (_, index) => 0.7 + index / 100);
const first = makeRun('first', 0.001, twelve);
const better = makeRun(
  'better',
  0.01,
  twelve.map((dice, index) => dice + 0.05 + index / 1000),
);
const small = makeRun('small', 0.01, [0.6, 0.6, 0.6]);

describe('innereye runs compare', () => {
  it('says in words what differs, and whether one model is shown to be better', async () => {
    const text = await runs('compare', first, better);
    expect(text).toContain('optimizer.learning_rate: 0.001  →  0.01');
    expect(text).toMatch(/code\.liver\.innereye\.yaml: "[0-9a-f]{12}"/);
    expect(text).toContain('subjects: no difference');
    // Twelve differences of one sign: p = 2 / 2¹² = 0.0005 (scipy.stats.wilcoxon).
    expect(text).toMatch(
      /^liver +Dice +12 +0\.755 +0\.8\d\d +\+0\.05\d .* 0\.0005 +0\.0005 +\+1\.00 +better$/m,
    );
    expect(text).toMatch(/^liver +Hausdorff distance mm .* same$/m);
    expect(text).toContain('first: no difference between institutions is shown');
  });

  it('compares several with the first, says where there are too few subjects, and shows the worst changes', async () => {
    const text = await runs('compare', first, better, small);
    expect(text.match(/ against /g)).toHaveLength(2);
    expect(text).toMatch(/Dice +3 .* too few subjects$/m);
    expect(text).toContain('3 differing pairs cannot give a p below 0.25');
    expect(text).toMatch(/^ {2}s2 +liver +0\.720 → 0\.600 +−0\.120\n {2}s1/m);
    expect(text).toContain('s3, s4, s5, s6, s7 and 4 more only in the first');
  });

  it("writes InnerEye's files, and compares a folder that holds metrics alone", async () => {
    const output = join(folder, 'comparison');
    const baseline = join(better, 'best_validation_epoch/Test');
    const text = await runs('compare', first, baseline, '--output', output);
    expect(text).not.toContain('settings');
    expect(text).toMatch(/ better$/m);
    const table = readFileSync(join(output, 'MetricsAcrossAllRuns.csv'), 'utf8').split('\n');
    expect(table[1]).toBe('s0,liver,70.000,3.000,1.000,,A,first,Test');
    expect(table).toHaveLength(1 + 24 + 1);
    expect(readFileSync(join(output, 'BaselineComparisonWilcoxonSignedRankTestResults.txt'), 'utf8')).toMatch(
      /better/,
    );
    expect(readFileSync(join(output, 'scatterplots/Test_vs_first.svg'), 'utf8')).toMatch(/^<svg .*12 dots/);
  });

  it('prints JSON of all of it', async () => {
    const { comparisons } = JSON.parse(await runs('compare', first, better, '--json'));
    expect(comparisons[0]).toMatchObject({
      first,
      second: better,
      settings: [{ setting: 'optimizer.learning_rate', values: [0.001, 0.01] }],
      measurements: { mode: 'Test', structures: [{ verdict: 'better', interval: {} }, {}, {}] },
    });
    expect(existsSync(comparisons[0].measurements.changed[0].segmentations[0])).toBe(false);
  });
});

describe('innereye runs check', () => {
  it('passes where results agree and fails where they do not', async () => {
    const expected = join(folder, 'expected');
    mkdirSync(expected);
    writeFileSync(join(expected, 'dataset.csv'), readFileSync(join(first, 'dataset.csv')));
    expect(await runs('check', first, '--expected', expected)).toContain('agrees with all 1 files');
    expect(process.exitCode).toBeUndefined();
    writeFileSync(join(expected, 'test_dataset.csv'), 'subject\n');
    expect(await runs('check', first, '--expected', expected)).toContain('1 of 2 files differ');
    expect(process.exitCode).toBe(1);
  });
});
