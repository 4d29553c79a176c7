import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { loadConfiguration } from '../config/load-configuration.ts';
import { MINIMAL } from '../config/resolve-texts.ts';
import { temporaryFolder } from '../dataset/fixtures/settings.ts';
import { Fault } from '../foundation/fault.ts';
import { settingsChangedSince } from './changed-since.ts';
import { openRun, RUN_FILES } from './run-folder.ts';
import { readRunSettings } from './run-settings.ts';

/** What the report is given, and what the manifest said then. */
const reports = vi.hoisted(() => ({
  given: [] as string[],
  manifests: [] as string[],
  failure: undefined as Error | undefined,
}));
/** What training does. */
const training = vi.hoisted(() => ({ run: async (): Promise<boolean> => false }));
// Training itself is tested in test/training; here it has just ended.
vi.mock('./train-in-folder.ts', () => ({ trainInFolder: () => training.run() }));
vi.mock('../report/write-report.ts', () => ({
  writeReport: async ({ folder, run }: { folder: string; run: { status: string } }) => {
    reports.given.push(run.status);
    reports.manifests.push(JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')).status);
    if (reports.failure) throw reports.failure;
  },
}));
const { resumeRun, trainRun } = await import('./train-run.ts');

const folder = temporaryFolder();

describe('a training that has ended', () => {
  const outputs = join(folder, 'outputs');
  const options = { outputs, signal: new AbortController().signal };
  const train = async () => {
    const file = join(folder, 'small.innereye.yaml');
    await mkdir(join(folder, 'data'), { recursive: true });
    await writeFile(file, MINIMAL);
    return trainRun(await loadConfiguration(file), options);
  };
  beforeEach(() => {
    reports.given.length = 0;
    reports.manifests.length = 0;
    reports.failure = undefined;
    training.run = async () => false;
  });

  it('of a single fold has the settings that it has in the whole', async () => {
    const file = join(folder, 'small.innereye.yaml');
    await mkdir(join(folder, 'data'), { recursive: true });
    await writeFile(file, MINIMAL);
    const configuration = await loadConfiguration(file, {
      set: ['validation.every_epochs=0', 'training.epochs=150', 'training.seed=7'],
    });
    const { folder: run } = await trainRun(configuration, { ...options, fold: { index: 2, folds: 3 } });
    const settings = await readRunSettings(run);
    expect(settings.validation.every_epochs).toBe(3);
    expect(settings.inference.splits).toEqual(['test', 'validation']);
    expect(settings.training.seed).toBe(9);
    expect(await settingsChangedSince(run)).toEqual([]);
  });

  it('is no run yet where it could not be laid out', async () => {
    const place = join(folder, 'no-split');
    const file = join(folder, 'small.innereye.yaml');
    const configuration = await loadConfiguration(file);
    const split = join(folder, 'gone.json');
    await expect(trainRun(configuration, { ...options, runFolder: place, split })).rejects.toThrow();
    expect(existsSync(join(place, 'run.json'))).toBe(false);
  });

  it('is complete when its report is written, which says so already', async () => {
    const { manifest } = await train();
    expect(reports).toMatchObject({ given: ['completed'], manifests: ['running'] });
    expect(manifest.status).toBe('completed');
  });

  it('can be gone on with where its report could not be written', async () => {
    reports.failure = new Fault('the disk is full');
    await expect(train()).rejects.toThrow('the disk is full');
    const run = join(outputs, (await readdir(outputs)).sort().at(-1)!);
    expect((await openRun(run)).manifest).toMatchObject({ status: 'failed', error: 'the disk is full' });
    reports.failure = undefined;
    const { manifest } = await resumeRun(run, { signal: options.signal });
    expect(manifest.status).toBe('completed');
    expect(manifest.error).toBeUndefined();
    expect(reports.manifests).toEqual(['running', 'running']);
  });

  it('is cancelled where the stop that was asked for ended it, and failed where another error did', async () => {
    const endedBy = async (errorOf: (signal: AbortSignal) => unknown) => {
      const abort = new AbortController();
      training.run = async () => {
        abort.abort(new Error('stopped'));
        throw errorOf(abort.signal);
      };
      const place = join(folder, `ended-${ended++}`);
      const file = join(folder, 'small.innereye.yaml');
      const given = { ...options, runFolder: place, signal: abort.signal };
      const error = await trainRun(await loadConfiguration(file), given).then(
        () => undefined,
        (thrown: Error) => thrown.message,
      );
      const events = readFileSync(join(place, RUN_FILES.events), 'utf8');
      return { error, status: (await openRun(place)).status, told: events.includes('"error"') };
    };
    let ended = 0;
    const cancelled = { error: undefined, status: 'cancelled', told: false };
    expect(await endedBy(signal => signal.reason)).toEqual(cancelled);
    expect(await endedBy(() => new DOMException('given up', 'AbortError'))).toEqual(cancelled);
    const message = 'the disk is full';
    expect(await endedBy(() => new Fault(message))).toEqual({ error: message, status: 'failed', told: true });
  });
});
