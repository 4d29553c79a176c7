import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { loadConfiguration } from '../config/load-configuration.ts';
import { MINIMAL } from '../config/resolve-texts.ts';
import { SPLIT_FILE } from '../contracts/split.ts';
import { temporaryFolder } from '../dataset/fixtures/settings.ts';
import { RUN_FILES } from './run-folder.ts';
import type { TrainInFolder } from './train-in-folder.ts';

/** What the original computed with: two machines, or two devices in one. */
const engine = {
  version: '2.20.0',
  device: 'cpu',
  threads: 3,
  precision: 'bfloat16',
  devices: 2,
} as const;
const trainings = vi.hoisted(() => [] as TrainInFolder[]);
// Training itself is tested in test/training; here it leaves what a reproduction compares.
vi.mock('./train-in-folder.ts', () => ({
  trainInFolder: async (run: TrainInFolder) => {
    trainings.push(run);
    await mkdir(join(run.folder, RUN_FILES.checkpoints));
    await writeFile(join(run.folder, RUN_FILES.best), 'weights');
    await writeFile(join(run.folder, SPLIT_FILE), '{}');
    await writeFile(join(run.folder, 'dataset.csv'), 'subject\n');
    await run.update({ engine });
    return false;
  },
}));
vi.mock('../report/write-report.ts', () => ({ writeReport: async () => {} }));
const { trainRun } = await import('./train-run.ts');
const { reproduceRun } = await import('./reproduce-run.ts');

const folder = temporaryFolder();

describe('a reproduction', () => {
  it('divides batches as the original did, with its threads and precision, and knows its engine', async () => {
    const file = join(folder, 'small.innereye.yaml');
    await mkdir(join(folder, 'data'));
    await writeFile(file, MINIMAL);
    const options = { outputs: join(folder, 'outputs'), signal: new AbortController().signal };
    const original = await trainRun(await loadConfiguration(file), options);
    expect(trainings[0]!.settings.training).toMatchObject({ devices: 1, threads: 0 });
    expect(trainings[0]!.engine).toBeUndefined();
    // Made with the run later.
    await mkdir(join(original.folder, 'explanations'));
    await writeFile(join(original.folder, 'explanations', 'feature_importance.csv'), 'feature\n');
    await writeFile(join(original.folder, 'predicted.csv'), 'subject\n');
    const again = await reproduceRun(original.folder, options);
    const { threads, precision, devices } = engine;
    expect(trainings[1]!.settings.training).toMatchObject({ threads, precision, devices });
    expect(trainings[1]!.engine).toEqual(engine);
    expect(again).toMatchObject({ different: [], compared: 2 });
  });
});
