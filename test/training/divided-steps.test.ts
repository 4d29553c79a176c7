import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onlyRun, programMissing, run, start, writeSmallConfiguration } from './program.ts';

describe.skipIf(programMissing)(`a run whose steps are divided in every way ${programMissing}`, () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'innereye-divided-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('has the bits of an undisturbed one when it is stopped and gone on with, whatever loads its crops', async () => {
    const config = await writeSmallConfiguration(folder, 3);
    expect((await run(['cohort', join(folder, 'data'), '--subjects', '8', '--seed', '3'])).code).toBe(0);
    const settings = ['accumulate_batches=2', 'devices=2', 'recompute=true', 'precision=auto'];
    const args = (output: string, threads: number) => [
      ...['train', config, '--output', join(folder, output)],
      ...[...settings, `loader_threads=${threads}`].flatMap(setting => ['--set', `training.${setting}`]),
    ];
    const undisturbed = await run(args('undisturbed', 1));
    expect(undisturbed.code, undisturbed.stderr).toBe(0);
    // 5 training subjects in steps of 2 · 2 crops, where batches alone would make 3 steps.
    expect(undisturbed.stdout).toContain('training 3 epochs of 2 steps');
    const { child, ended } = start(args('stopped', 2));
    child.stdout!.on('data', data => {
      if (String(data).includes('epoch 1/')) child.kill('SIGTERM');
    });
    const stopped = await ended;
    expect(stopped.code, stopped.stderr).toBe(130);
    const made = (await onlyRun(join(folder, 'stopped')))!;
    const resumed = await run(['train', config, '--resume', made]);
    expect(resumed.code, resumed.stderr).toBe(0);
    const best = async (output: string) =>
      readFile(join((await onlyRun(join(folder, output)))!, 'checkpoints/best.safetensors'));
    expect((await best('stopped')).equals(await best('undisturbed'))).toBe(true);
  });
});
