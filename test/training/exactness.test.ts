import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { profileSchema } from '../../src/contracts/profile.ts';
import { Random } from '../../src/foundation/random.ts';
import { onlyRun, programMissing, run, start, writeSmallConfiguration } from './program.ts';

const RESULTS = [
  'checkpoints/best.safetensors',
  'Train/epoch_metrics.csv',
  'Val/epoch_metrics.csv',
  'best_validation_epoch/Test/metrics.csv',
  'best_validation_epoch/Test/metrics_extended.csv',
];

const bits = async (folder: string) =>
  Object.fromEntries(
    await Promise.all(
      RESULTS.map(async file => [file, (await readFile(join(folder, file))).toString('base64')]),
    ),
  );

describe.skipIf(programMissing)(`a run ${programMissing}`, () => {
  let folder: string;
  let config: string;
  let expected: Record<string, string>;
  let milliseconds: number;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'innereye-exact-'));
    config = await writeSmallConfiguration(folder);
    expect((await run(['cohort', join(folder, 'data'), '--subjects', '10', '--seed', '3'])).code).toBe(0);
    const began = performance.now();
    const { code, stderr } = await run(['train', config, '--output', join(folder, 'undisturbed')]);
    milliseconds = performance.now() - began;
    expect(code, stderr).toBe(0);
    expected = await bits((await onlyRun(join(folder, 'undisturbed')))!);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('has the same bits with 0 and with 4 loader threads', async () => {
    for (const threads of ['0', '4']) {
      const output = join(folder, `threads-${threads}`);
      const { code, stderr } = await run([
        'train',
        config,
        '--set',
        `training.loader_threads=${threads}`,
        '--output',
        output,
      ]);
      expect(code, stderr).toBe(0);
      expect(await bits((await onlyRun(output))!)).toEqual(expected);
    }
  });

  it('that is measured has the same bits, and says where the time of its steps goes', async () => {
    const output = join(folder, 'measured');
    const { code, stdout, stderr } = await run(['train', config, '--profile', '--output', output]);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/a step takes [\d.]+ ms .* waits for data/);
    const made = (await onlyRun(output))!;
    expect(await bits(made)).toEqual(expected);
    const profile = profileSchema.parse(JSON.parse(await readFile(join(made, 'profile.json'), 'utf8')));
    const convolutions = profile.nodes.filter(({ part }) => part?.match(/^(en|de)coder\/\d+\/\d+$/));
    expect(convolutions.length).toBeGreaterThan(2);
    for (const { forward, backward } of convolutions) {
      expect(forward).toBeGreaterThan(0);
      expect(backward).toBeGreaterThan(0);
    }
    expect(profile.operations.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Conv3D', 'Conv3DBackpropFilterV2']),
    );
    const sum = (times: readonly number[]) => times.reduce((total, time) => total + time, 0);
    const all = sum(profile.operations.map(({ milliseconds }) => milliseconds));
    expect(sum(profile.nodes.map(({ forward, backward }) => forward + backward))).toBeCloseTo(all, 3);
  });

  it('that is killed at any of ten random moments and resumed has the bits of an undisturbed one', async () => {
    const moments = new Random(Number(process.env.SEED ?? 1), 'moments of death');
    for (let time = 0; time < 10; time++) {
      const output = join(folder, `killed-${time}`);
      const { child, ended } = start(['train', config, '--output', output]);
      await sleep(milliseconds * moments.between(0.05, 0.95));
      child.kill('SIGKILL');
      await ended;
      const made = await onlyRun(output);
      const status = made && JSON.parse(await readFile(join(made, 'run.json'), 'utf8')).status;
      if (status !== 'completed') {
        // Killed before there was a run, it is started again.
        const again = made ? ['train', config, '--resume', made] : ['train', config, '--output', output];
        const { code, stderr } = await run(again);
        expect(code, stderr).toBe(0);
      }
      expect(await bits((await onlyRun(output))!)).toEqual(expected);
    }
  }, 300_000);

  it('that is asked to stop writes a checkpoint, says how to go on, and goes on to the same bits', async () => {
    const output = join(folder, 'stopped');
    const { child, ended } = start(['train', config, '--output', output]);
    child.stdout!.on('data', data => {
      if (String(data).includes('epoch 2/')) child.kill('SIGTERM');
    });
    const { code, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).toContain('--resume');
    const resumed = await run(['train', config, '--output', output, '--resume']);
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(await bits((await onlyRun(output))!)).toEqual(expected);
  });

  it('is reproduced from its snapshot with the same bits', async () => {
    const original = (await onlyRun(join(folder, 'undisturbed')))!;
    const { code, stdout, stderr } = await run([
      'runs',
      'reproduce',
      original,
      '--output',
      join(folder, 'again'),
    ]);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('has the same bits');
  });
});
