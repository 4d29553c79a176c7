import type { ChildProcess } from 'node:child_process';
import { appendFileSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SearchState } from '../../src/contracts/search.ts';
import { isRunning } from '../../src/foundation/process-identity.ts';
import { openRun } from '../../src/runs/run-folder.ts';
import { onlyRun, programMissing, run, start, writeSmallConfiguration } from './program.ts';

/** So many that a trial is not over before a signal reaches it, on a busy machine too. */
const EPOCHS = 12;

const SEARCH = `search:
  trials: 4
  parameters:
    optimizer.learning_rate: { distribution: loguniform, low: 1e-4, high: 1e-1 }
    loss.name: { distribution: choice, values: [soft_dice, cross_entropy] }
  algorithm: { name: tpe, startup_trials: 2 }
`;

describe.skipIf(programMissing)(`a search with real trainings ${programMissing}`, () => {
  let folder: string;
  let config: string;
  let undisturbed: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'innereye-search-'));
    config = await writeSmallConfiguration(folder);
    appendFileSync(config, SEARCH);
    expect((await run(['cohort', join(folder, 'data'), '--subjects', '6', '--seed', '3'])).code).toBe(0);
    const { code, stderr, stdout } = await run(search('whole'));
    expect(code, stderr + stdout).toBe(0);
    undisturbed = (await onlyRun(join(folder, 'whole')))!;
  }, 240_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const epochs = ['--set', `training.epochs=${EPOCHS}`, '--set', 'validation.every_epochs=1'];
  const search = (name: string, ...more: string[]) => [
    ...['search', config, '--output', join(folder, name)],
    ...(more.includes('--resume') ? [] : epochs),
    ...more,
  ];
  const stateOf = (run: string): SearchState => JSON.parse(readFileSync(join(run, 'search.json'), 'utf8'));
  const results = (run: string) =>
    stateOf(run).trials.map(({ parameters, measurements, status }) => ({ parameters, measurements, status }));
  /** Resolves when a line of output says so. */
  const says = (child: ChildProcess, text: string) =>
    new Promise<void>(resolve => {
      let said = '';
      child.stdout!.on('data', data => {
        said += data;
        if (said.includes(text)) resolve();
      });
    });

  it('measures every epoch of every trial', () => {
    expect(results(undisturbed).map(({ measurements }) => measurements.length)).toEqual([
      EPOCHS,
      EPOCHS,
      EPOCHS,
      EPOCHS,
    ]);
    expect(new Set(results(undisturbed).map(({ parameters }) => JSON.stringify(parameters))).size).toBe(4);
  });

  it('has the same results where it was stopped once and killed once', async () => {
    const first = start(search('disturbed'));
    await says(first.child, 'trial 2/4: epoch 1');
    first.child.kill('SIGTERM');
    const { code, stderr } = await first.ended;
    expect(code, stderr).toBe(130);
    const disturbed = (await onlyRun(join(folder, 'disturbed')))!;
    expect(stderr).toContain(`--resume ${disturbed}`);
    expect((await openRun(disturbed)).status).toBe('cancelled');
    expect((await openRun(join(disturbed, 'trials/002'))).status).toBe('cancelled');

    const second = start(search('disturbed', '--resume', disturbed));
    await says(second.child, 'trial 3/4: epoch 1');
    second.child.kill('SIGKILL');
    await second.ended;
    expect((await openRun(disturbed)).status).toBe('interrupted');

    const third = await run(search('disturbed', '--resume', disturbed));
    expect(third.code, third.stderr).toBe(0);
    expect(results(disturbed)).toEqual(results(undisturbed));
    const trials = await Promise.all(
      ['001', '002', '003', '004'].map(name => openRun(join(disturbed, 'trials', name))),
    );
    expect(trials.map(({ manifest }) => isRunning(manifest.process))).toEqual([false, false, false, false]);
  }, 240_000);

  it('gives a winner that is a sound configuration', async () => {
    const { code, stderr } = await run(['validate', join(undisturbed, 'winner.innereye.yaml')]);
    expect(code, stderr).toBe(0);
  });
});
