import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../config/load-configuration.ts';
import type { Manifest } from '../../contracts/run.ts';
import { temporaryFolder } from '../../dataset/fixtures/settings.ts';
import { Faults } from '../../foundation/fault.ts';
import { thisProcess } from '../../foundation/process-identity.ts';
import { openBelow, openWithChildren } from '../../runs/child-runs.ts';
import { requireFittingMethod } from '../../runs/ensemble/requirements.ts';
import { openRun, writeManifest } from '../../runs/run-folder.ts';
import { rowOf } from '../../runs/run-row.ts';
import { readSplit } from '../../runs/run-split.ts';
import type { Executor, WorkItem } from '../executor.ts';
import {
  createCrossValidation,
  itemsOf,
  reopenCrossValidation,
  settingsOfFolds,
} from './cross-validation-folder.ts';
import { reportFolds } from './report-folds.ts';
import { runCrossValidation } from './run-cross-validation.ts';

const folder = temporaryFolder();
const never = new AbortController().signal;
const describeTests = () => ({ wilcoxon: [], mannWhitney: [] });

/** Thirty subjects, two eyes each of fifteen patients, every third patient ill. */
async function configuration(name: string) {
  const rows = Array.from({ length: 30 }, (_, index) => {
    const patient = Math.floor(index / 2);
    return `s${index},p${patient},${40 + index},${patient % 3 === 0}`;
  });
  const place = join(folder, name);
  await mkdir(place, { recursive: true });
  await writeFile(
    join(place, 'dataset.csv'),
    ['subject,patient,age,ill', ...rows].map(line => `${line}\n`).join(''),
  );
  await writeFile(
    join(place, 'ill.innereye.yaml'),
    `task: classification
dataset:
  path: .
  features: { numerical: [age] }
  targets: { column: ill }
  splits: { train: 0.6, validation: 0.2, test: 0.2, group_by: patient, seed: 3 }
architecture: { name: mlp, hidden: [4] }
training: { epochs: 100, seed: 7 }
validation: { every_epochs: 0 }
`,
  );
  return loadConfiguration(join(place, 'ill.innereye.yaml'));
}

const begin = async (name: string, folds = 3) =>
  createCrossValidation(await configuration(name), {
    folds,
    ensemble: 'mean',
    choosesPostprocessing: false,
    outputs: join(folder, name, 'outputs'),
    overrides: [],
    tags: {},
  });

/** Stands for trainings: each says of a subject what its number and the fold make of it. */
function executor(
  outcome: (fold: number) => 'completed' | 'failed' | 'cancelled',
): Executor & { made: string[] } {
  const made: string[] = [];
  return {
    made,
    concurrency: { count: 2, reason: 'for the test' },
    run: async (item: WorkItem) => {
      const fold = Number(item.options!.at(-1));
      const before = await openRun(item.folder).catch(() => undefined);
      if (before?.status === 'completed') return { status: 'completed' };
      made.push(item.id);
      const status = outcome(fold);
      if (status === 'failed') return { status, error: 'the disk is full\nand more' };
      if (status === 'cancelled') return { status };
      await writeResults(item, fold);
      return { status };
    },
  };
}

async function writeResults({ folder: run, parent }: WorkItem, fold: number): Promise<void> {
  const { validation, test } = await readSplit(run);
  const target = 'ill';
  for (const [name, subjects] of [
    ['Val', validation],
    ['Test', test],
  ] as const) {
    const place = join(run, 'best_validation_epoch', name);
    await mkdir(place, { recursive: true });
    const rows = subjects.map(id => {
      const patient = Math.floor(Number(id.slice(1)) / 2);
      return `${id},${target},${patient % 3 === 0 ? 1 : 0},${patient % 3 === 0 ? 0.5 + fold / 10 : 0.3},-1`;
    });
    const head = 'subject,prediction_target,label,model_output,cross_validation_split_index';
    await writeFile(join(place, 'model_outputs.csv'), [head, ...rows].map(line => `${line}\n`).join(''));
    await writeFile(
      join(place, 'metrics.csv'),
      `prediction_target,metric,value\n${target},area_under_roc_curve,${0.7 + fold / 10}\n${target},optimal_threshold,0.4\n`,
    );
  }
  const scoring = {
    temperature: 1,
    thresholds: { [target]: 0.3 + fold / 10 },
    calibration_error: { before: 0, after: 0 },
  };
  await writeFile(join(run, 'scoring.json'), JSON.stringify(scoring));
  await writeFile(join(run, 'config.resolved.yaml'), readFileSync(join(parent, 'config.resolved.yaml')));
  await writeManifest(run, {
    id: String(fold),
    name: 'ill',
    task: 'classification',
    fold,
    folds: 3,
    status: 'completed',
    startedAt: new Date().toISOString(),
    process: thisProcess(),
    seed: 7 + fold,
    configuration: { file: join(parent, 'config.resolved.yaml'), hash: '', overrides: [] },
    innereye: '0',
    node: process.version,
    tags: {},
    best: { epoch: 1, metric: 'validation/area_under_roc_curve', value: 0.7 },
    results: { 'test/area_under_roc_curve': 0.7 + fold / 10 },
  } satisfies Manifest);
}

describe('a cross-validation', () => {
  it('decides at its beginning who is in which fold: no patient on two sides, the ill in all', async () => {
    const own = await begin('split');
    const splits = await Promise.all(itemsOf(own).map(item => readSplit(item.folder)));
    const patient = (id: string) => Math.floor(Number(id.slice(1)) / 2);
    expect(splits.flatMap(({ validation }) => validation)).toHaveLength(30 - splits[0]!.test.length);
    for (const { train, validation, test } of splits) {
      expect(test).toEqual(splits[0]!.test);
      const [a, b, c] = [train, validation, test].map(ids => new Set(ids.map(patient)));
      expect([...a!].filter(one => b!.has(one) || c!.has(one))).toEqual([]);
      expect([...b!].filter(one => c!.has(one))).toEqual([]);
      expect([...b!].some(one => one % 3 === 0)).toBe(true);
    }
    const table = readFileSync(join(own.folder, 'folds.csv'), 'utf8');
    expect(table.split('\n')).toHaveLength(32);
    expect(own.settings).toMatchObject({ name: 'ill', validation: { every_epochs: 2 } });
    expect(own.settings.inference.splits).toEqual(['test', 'validation']);
    expect(itemsOf(own)[1]).toMatchObject({ options: ['--cross-validation', '3', '--fold', '1'] });
  });

  it('is refused with more folds than patients, before it has a folder', async () => {
    await expect(begin('many', 14)).rejects.toThrow('cannot be divided into 14 folds');
    expect(existsSync(join(folder, 'many/outputs'))).toBe(false);
  });

  it('predicts the test subjects in each fold, as the ensemble joins what the folds say of them', async () => {
    const loaded = await configuration('validated');
    const settings = {
      ...loaded.settings,
      inference: { ...loaded.settings.inference, splits: ['validation'] },
    } as typeof loaded.settings;
    expect(settingsOfFolds({ ...loaded, settings }).inference.splits).toEqual(['validation', 'test']);
  });

  it('is refused with votes on numbers, before it has a folder', async () => {
    const { settings } = await configuration('votes');
    const numbers = {
      ...settings,
      task: 'regression',
      dataset: { ...settings.dataset, targets: { columns: ['age'] } },
    } as typeof settings;
    expect(() => requireFittingMethod(numbers, 'majority')).toThrow('there is no majority of numbers');
    expect(() => requireFittingMethod(settings, 'majority')).not.toThrow();
  });

  it('names folds that failed, computes nothing of the others, and goes on with what is missing', async () => {
    const own = await begin('failing');
    const first = executor(fold => (fold === 1 ? 'failed' : 'completed'));
    const failed = await runCrossValidation(own, first, { signal: never, describeTests }).catch(
      error => error,
    );
    expect(failed).toBeInstanceOf(Faults);
    expect(failed.faults.map(({ message }: Error) => message)).toEqual([
      'fold 1 failed: the disk is full\nand more',
    ]);
    expect(await openRun(own.folder)).toMatchObject({
      status: 'failed',
      manifest: { error: '1 of 3 trainings failed; the others are kept', results: {} },
    });
    expect(existsSync(join(own.folder, 'CrossValResults'))).toBe(false);
    expect(existsSync(join(own.folder, 'ensemble'))).toBe(false);

    // As if it had been an hour ago, and at work for a minute.
    const { manifest: ended } = await openRun(own.folder);
    const [startedAt, finishedAt] = [60, 59].map(minutes =>
      new Date(Date.now() - 60_000 * minutes).toISOString(),
    );
    await writeManifest(own.folder, { ...ended, startedAt: startedAt!, finishedAt: finishedAt! });
    const again = await reopenCrossValidation(own.folder, own.manifest.configuration.file);
    const second = executor(() => 'completed');
    const { status, results } = await runCrossValidation(again, second, { signal: never, describeTests });
    expect(second.made).toEqual(['fold 1']);
    expect(status).toBe('completed');
    const { seconds } = rowOf(await openRun(own.folder));
    expect(seconds).toBeGreaterThanOrEqual(60);
    expect(seconds).toBeLessThan(600);
    expect(results['folds/test/area_under_roc_curve']).toBeCloseTo(0.8);
    expect(results['test/area_under_roc_curve']).toBe(1);
    await expect(reopenCrossValidation(own.folder, own.manifest.configuration.file)).rejects.toThrow(
      'the cross-validation is complete',
    );
  });

  it('makes an ensemble and joint results of all folds', async () => {
    const own = await begin('whole');
    await runCrossValidation(
      own,
      executor(() => 'completed'),
      { signal: never, describeTests },
    );
    const outputs = readFileSync(
      join(own.folder, 'ensemble/best_validation_epoch/Test/model_outputs.csv'),
      'utf8',
    );
    // Means of 0.5, 0.6 and 0.7, and of 0.3.
    expect(
      new Set(
        outputs
          .trim()
          .split('\n')
          .slice(1)
          .map(line => Number(line.split(',')[3]).toFixed(3)),
      ),
    ).toEqual(new Set(['0.600', '0.300']));
    // The mean of the thresholds that the folds chose on their validation subjects.
    const measured = readFileSync(
      join(own.folder, 'ensemble/best_validation_epoch/Test/metrics.csv'),
      'utf8',
    );
    expect(Number(/ill,optimal_threshold,([\d.]+)/.exec(measured)![1])).toBeCloseTo(0.4);
    const all = readFileSync(join(own.folder, 'CrossValResults/MetricsAcrossAllRuns.csv'), 'utf8');
    for (const name of ['0,Val', '2,Test', 'ENSEMBLE,Test']) expect(all).toContain(`,${name}\n`);
    expect(all).not.toContain('ENSEMBLE,Val');
    const aggregates = readFileSync(join(own.folder, 'CrossValResults/metrics_aggregates.csv'), 'utf8');
    const [, mean] = /^Test,ill,area_under_roc_curve,3,([\d.]+),/m.exec(aggregates) ?? [];
    expect(Number(mean)).toBeCloseTo(0.8);
    const [report] = readdirSync(join(own.folder, 'reports'));
    expect(readFileSync(join(own.folder, 'reports', report!), 'utf8')).toContain('3 folds');
    const again = join(folder, 'again.html');
    await reportFolds(own.folder, (await openRun(own.folder)).manifest, again);
    expect(readFileSync(again, 'utf8')).toContain('3 folds');
    const runs = await openWithChildren(own.folder);
    expect(runs.map(({ manifest }) => manifest.kind ?? `fold ${manifest.fold}`)).toEqual([
      'cross-validation',
      'fold 0',
      'fold 1',
      'fold 2',
      'ensemble',
    ]);
    expect(runs.at(-1)!.manifest.parent).toBe(own.manifest.id);
    expect(await openBelow(join(own.folder, 'folds'))).toHaveLength(3);
  });

  it('that is asked to stop begins no further fold, and can be gone on with', async () => {
    const own = await begin('stopping');
    const stop = new AbortController();
    const stopping = executor(() => {
      stop.abort();
      return 'cancelled';
    });
    const { status } = await runCrossValidation(
      own,
      { ...stopping, concurrency: { count: 1, reason: '' } },
      { signal: stop.signal, describeTests },
    );
    expect(status).toBe('cancelled');
    expect(stopping.made).toEqual(['fold 0']);
    const again = await reopenCrossValidation(own.folder, own.manifest.configuration.file);
    expect(again.manifest.status).toBe('running');
  });

  it('says which fold was stopped from outside', async () => {
    const own = await begin('outside');
    const running = runCrossValidation(
      own,
      executor(fold => (fold === 2 ? 'cancelled' : 'completed')),
      {
        signal: never,
        describeTests,
      },
    );
    await expect(running).rejects.toThrow('fold 2 of the cross-validation was stopped from outside');
  });
});
