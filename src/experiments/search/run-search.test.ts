import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadConfiguration } from '../../config/load-configuration.ts';
import type { SearchState } from '../../contracts/search.ts';
import { temporaryFolder } from '../../dataset/fixtures/settings.ts';
import { openRun } from '../../runs/run-folder.ts';
import { localExecutor } from '../local-executor.ts';
import { finishSearch } from './finish-search.ts';
import { runSearch } from './run-search.ts';
import { createSearch, reopenSearch, type Search } from './search-folder.ts';
import { readSearch, writeSearch } from './search-state.ts';

const folder = temporaryFolder();
mkdirSync(join(folder, 'data'));
const command = [process.execPath, resolve('src/experiments/fixtures/fake-training.mjs')];
const executor = (count: number) => localExecutor({ concurrency: { count, reason: '' }, command });
const never = new AbortController().signal;
let made = 0;

/** A search of the fake training, whose Dice approaches the learning rate. */
async function searchOf(section: string, training = 'epochs: 3', set: string[] = []): Promise<Search> {
  const file = join(folder, `c${made++}.innereye.yaml`);
  writeFileSync(
    file,
    `task: segmentation
dataset: {path: ./data, format: decathlon, channels: [mri], structures: [{name: liver, label: 1}]}
sampling: {crop_size: [32, 32, 32]}
architecture: {name: unet3d, levels: 3}
augmentation:
  - random_flip: {axes: [x], probability: 0.5}
training: {${training}}
search: {${section}}
`,
  );
  return createSearch(await loadConfiguration(file, { set }), {
    outputs: join(folder, 'outputs'),
    overrides: set,
    tags: {},
  });
}
const rate = 'optimizer.learning_rate: {distribution: uniform, low: 0.1, high: 0.9}';
const chosen = ({ trials }: SearchState) =>
  trials.map(({ parameters, measurements }) => ({ parameters, measurements }));

beforeEach(() => {
  vi.stubEnv('FAKE_MILLISECONDS', '5');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe('a search', () => {
  it('makes its trials, and writes table, winner and manifest', async () => {
    const flip = '"augmentation[0].random_flip.probability": {distribution: choice, values: [0.25]}';
    const search = await searchOf(`parameters: {${rate}, ${flip}}, trials: 5, algorithm: {name: random}`);
    const state = await runSearch(search, executor(2), { signal: never });
    expect(state.trials.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'completed'));
    const { winner } = await finishSearch(search, state, 'completed');
    const rates = state.trials.map(({ parameters }) => parameters['optimizer.learning_rate'] as number);
    const highest = rates.indexOf(Math.max(...rates));
    // 1 − 2⁻³ of the rate, after the third epoch.
    expect(winner).toMatchObject({ trial: { number: highest }, best: { epoch: 3 } });
    expect(winner!.best.value).toBeCloseTo(0.875 * rates[highest]!, 10);
    const table = parse(readFileSync(join(search.folder, 'trials.csv'), 'utf8'), { columns: true }) as Record<
      string,
      string
    >[];
    expect(table.map(row => Number(row['optimizer.learning_rate']))).toEqual(rates);
    expect(table.map(({ trial, run }) => `${trial} ${run}`).slice(0, 2)).toEqual([
      '1 trials/001',
      '2 trials/002',
    ]);
    expect(await openRun(search.folder)).toMatchObject({ status: 'completed', manifest: { kind: 'search' } });
    expect((await openRun(join(search.folder, 'trials/001'))).manifest.configuration.overrides).toContain(
      'inference.splits=["validation"]',
    );
  });

  it('gives its winner as a configuration that extends the searched one', async () => {
    const flip = '"augmentation[0].random_flip.probability": {distribution: choice, values: [0.25]}';
    const net = 'architecture.name: {distribution: choice, values: [residual_unet]}';
    const search = await searchOf(`parameters: {${rate}, ${flip}, ${net}}`, 'epochs: 3', [
      'search.trials=2',
      'training.batch_size=7',
    ]);
    const { winner } = await finishSearch(
      search,
      await runSearch(search, executor(1), { signal: never }),
      'completed',
    );
    const { settings, files } = await loadConfiguration(winner!.file);
    expect(files.map(({ file }) => file)).toContain(search.manifest.configuration.file);
    expect(settings).toMatchObject({
      architecture: { name: 'residual_unet' },
      optimizer: { learning_rate: winner!.trial.parameters['optimizer.learning_rate'] },
      augmentation: [{ random_flip: { axes: ['x'], probability: 0.25 } }],
      inference: { splits: ['test'] },
      training: { batch_size: 7 },
      search: { trials: 20 },
    });
  });

  it('records an invalid configuration with its diagnostics, and goes on', async () => {
    const crop = 'sampling.crop_size: {distribution: choice, values: [[32, 32, 32], [30, 32, 32]]}';
    const search = await searchOf(`parameters: {${crop}}, algorithm: {name: grid}, trials: 9`);
    const state = await runSearch(search, executor(1), { signal: never });
    expect(state.trials.map(({ status }) => status)).toEqual(['completed', 'invalid']);
    expect(state.trials[1]!.reason).toContain('sampling.crop_size=[30,32,32]');
  });

  it('stops and awaits the other trials where it cannot tell what becomes of one', async () => {
    const search = await searchOf(`parameters: {${rate}}, trials: 4, algorithm: {name: random}`);
    const ended: string[] = [];
    const running = runSearch(
      search,
      {
        concurrency: { count: 2, reason: '' },
        run: async ({ id }, { signal }) => {
          if (id === '001')
            await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve()));
          ended.push(id);
          return { status: signal.aborted ? 'cancelled' : 'completed' };
        },
      },
      {
        signal: never,
        onTrial: ({ status }) => {
          if (status === 'completed') throw new Error('the disk is full');
        },
      },
    );
    await expect(running).rejects.toThrow('the disk is full');
    expect(ended).toEqual(['002', '001']);
  });

  it('names a trial that fails, and goes on', async () => {
    const search = await searchOf(`parameters: {${rate}}, trials: 3, algorithm: {name: random}`);
    const failing = executor(1);
    const state = await runSearch(
      search,
      {
        ...failing,
        run: (item, watch) =>
          failing.run(
            { ...item, overrides: item.id === '002' ? ['training.fail=1'] : item.overrides },
            watch,
          ),
      },
      { signal: never },
    );
    expect(state.trials.map(({ status, reason }) => [status, reason])).toEqual([
      ['completed', undefined],
      ['failed', 'the disk is full'],
      ['completed', undefined],
    ]);
  });

  it('stops trials that do badly, which takes fewer epochs', async () => {
    vi.stubEnv('FAKE_EPOCHS', '9');
    vi.stubEnv('FAKE_MILLISECONDS', '400');
    const values = 'optimizer.learning_rate: {distribution: choice, values: [0.9, 0.1, 0.2]}';
    const search = await searchOf(
      `parameters: {${values}}, algorithm: {name: grid}, early_stopping: {name: bandit, slack_factor: 0.5}`,
      'epochs: 9',
    );
    const state = await runSearch(search, executor(3), { signal: never });
    expect(state.trials.map(({ status }) => status)).toEqual(['completed', 'stopped', 'stopped']);
    expect(state.trials[1]!.reason).toMatch(/slack ends at/);
    expect(state.trials[1]!.measurements.length).toBeLessThan(6);
    expect((await openRun(join(search.folder, 'trials/002'))).status).toBe('cancelled');
  });
});

describe('a search that is stopped', () => {
  const section = `parameters: {${rate}}, trials: 8, algorithm: {name: tpe, startup_trials: 3}, seed: 4`;

  it('goes on as if it had not been', async () => {
    const whole = await runSearch(await searchOf(section), executor(1), { signal: never });
    const search = await searchOf(section);
    const controller = new AbortController();
    const stopped = await runSearch(search, executor(1), {
      signal: controller.signal,
      onTrial: ({ number, measurements }) => {
        if (number === 4 && measurements.length === 1) controller.abort();
      },
    });
    expect(stopped.trials).toHaveLength(5);
    await finishSearch(search, stopped, 'cancelled');
    const again = await reopenSearch(search.folder, search.manifest.configuration.file);
    const state = await runSearch(again, executor(1), { signal: never });
    expect(chosen(state)).toEqual(chosen(whole));
    await finishSearch(again, state, 'completed');
    await expect(reopenSearch(search.folder, search.manifest.configuration.file)).rejects.toThrow(
      'is complete',
    );
  });

  it('does so too where it was killed at any moment', async () => {
    const whole = await runSearch(await searchOf(section), executor(1), { signal: never });
    for (const kept of [1, 5]) {
      const search = await searchOf(section);
      // What a kill leaves: the last trial under way, its first measurements known or not.
      const trials = whole.trials.slice(0, kept);
      const last = { ...whole.trials[kept]!, status: 'running' as const, measurements: [] };
      const { finishedAt: _, ...underWay } = last;
      await writeSearch(search.folder, { ...search.state, trials: [...trials, underWay] });
      const state = await runSearch({ ...search, state: await readSearch(search.folder) }, executor(1), {
        signal: never,
      });
      expect(chosen(state)).toEqual(chosen(whole));
    }
  });

  it('still stops the trial that it had decided to stop', async () => {
    const search = await searchOf(`parameters: {${rate}}, trials: 1`);
    const state = await runSearch(search, executor(1), { signal: never });
    const deciding = { ...state.trials[0]!, status: 'running' as const, reason: 'the slack' };
    const other = await searchOf(`parameters: {${rate}}, trials: 1`);
    const again = await runSearch({ ...other, state: { ...state, trials: [deciding] } }, executor(1), {
      signal: never,
    });
    expect(again.trials[0]).toMatchObject({ status: 'stopped', reason: 'the slack' });
  });

  it('is not gone on with where it is none, or one of another configuration', async () => {
    const search = await searchOf(section);
    await finishSearch(search, search.state, 'cancelled');
    await expect(reopenSearch(search.folder, '/other.yaml')).rejects.toThrow('another configuration');
    writeFileSync(join(search.folder, 'search.json'), '{');
    await expect(reopenSearch(search.folder, search.manifest.configuration.file)).rejects.toThrow(
      'cannot be read',
    );
  });
});
