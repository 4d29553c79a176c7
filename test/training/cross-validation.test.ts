import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRun } from '../../src/runs/run-folder.ts';
import { onlyRun, programMissing, run, start, writeSmallConfiguration } from './program.ts';

/** So many that a fold is not over before a signal reaches it, on a busy machine too. */
const EPOCHS = 12;

describe.skipIf(programMissing)(`a cross-validation with real trainings ${programMissing}`, () => {
  let folder: string;
  let config: string;
  let undisturbed: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'innereye-folds-'));
    config = await writeSmallConfiguration(folder);
    expect((await run(['cohort', join(folder, 'data'), '--subjects', '6', '--seed', '3'])).code).toBe(0);
    const { code, stderr, stdout } = await run(train('whole', '--parallel', '2'));
    expect(code, stderr + stdout).toBe(0);
    undisturbed = (await onlyRun(join(folder, 'whole')))!;
  }, 240_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const train = (name: string, ...more: string[]) => [
    ...['train', config, '--output', join(folder, name), '--cross-validation', '2'],
    ...['--set', `training.epochs=${EPOCHS}`, '--choose-postprocessing', ...more],
  ];
  /** Weights, metrics and predictions, by path. */
  const bits = (place: string) =>
    new Map(
      readdirSync(place, { recursive: true, withFileTypes: true })
        .filter(entry => entry.isFile() && /(best\.safetensors|\.csv|\.nii\.gz)$/.test(entry.name))
        .map(entry => join(entry.parentPath, entry.name))
        .map((file): [string, string] => [relative(place, file), readFileSync(file).toString('base64')])
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );

  it('ends with the same bits killed once and one fold after the other as undisturbed and two at once', async () => {
    const { child, ended } = start(train('killed', '--parallel', '1'));
    await new Promise<void>(resolve => {
      let said = '';
      child.stdout!.on('data', data => {
        said += data;
        if (said.includes('fold 0: epoch 2/')) resolve();
      });
    });
    child.kill('SIGKILL');
    await ended;
    const killed = (await onlyRun(join(folder, 'killed')))!;
    // The fold lives on where its parent is killed; here it is killed too.
    const { pid } = (await openRun(join(killed, 'folds/0'))).manifest.process;
    process.kill(pid, 'SIGKILL');
    for (let tries = 0; tries < 600 && (await openRun(join(killed, 'folds/0'))).status === 'running'; tries++)
      await sleep(100);
    expect((await openRun(killed)).status).toBe('interrupted');
    expect((await openRun(join(killed, 'folds/0'))).status).toBe('interrupted');
    const { code, stderr, stdout } = await run(['train', config, '--resume', killed, '--parallel', '1']);
    expect(code, stderr + stdout).toBe(0);
    expect(stdout).toContain('fold 0: going on at epoch');
    const [wanted, found] = [bits(undisturbed), bits(killed)];
    expect([...found.keys()]).toEqual([...wanted.keys()]);
    expect([...wanted.keys()].filter(file => found.get(file) !== wanted.get(file))).toEqual([]);
    expect(found.size).toBeGreaterThan(20);
  }, 240_000);

  it('gives each fold a seed of its own, and its metrics its number', async () => {
    const folds = await Promise.all([0, 1].map(fold => openRun(join(undisturbed, 'folds', String(fold)))));
    const [first, second] = folds.map(({ manifest }) => manifest);
    expect(second!.seed).toBe(first!.seed + 1);
    expect([first!, second!].map(({ fold, folds: all, parent }) => [fold, all, parent])).toEqual([
      [0, 2, (await openRun(undisturbed)).manifest.id],
      [1, 2, (await openRun(undisturbed)).manifest.id],
    ]);
    const metrics = readFileSync(join(undisturbed, 'folds/1/Val/epoch_metrics.csv'), 'utf8');
    expect(metrics.split('\n')[1]).toMatch(/,1$/);
  });

  it('predicts with its ensemble as with any run', async () => {
    const output = join(folder, 'predicted');
    const { code, stderr } = await run([
      ...['predict', '--model', undisturbed, '--split', 'test', '--output', output],
    ]);
    expect(code, stderr).toBe(0);
    const [subject] = readdirSync(output);
    const file = join(subject!, 'segmentation.nii.gz');
    const evaluated = join(undisturbed, 'ensemble/best_validation_epoch/Test', file);
    expect(readFileSync(join(output, file)).equals(readFileSync(evaluated))).toBe(true);
  }, 120_000);

  it('is of tables too, and its ensemble predicts as it was evaluated', async () => {
    const place = join(folder, 'table');
    mkdirSync(place);
    const rows = Array.from({ length: 24 }, (_, index) => `s${index},${index},${index > 11}`);
    writeFileSync(join(place, 'dataset.csv'), ['subject,age,ill', ...rows].join('\n'));
    writeFileSync(
      join(place, 'ill.innereye.yaml'),
      `task: classification
dataset:
  path: .
  splits: { train: 0.5, validation: 0.2, test: 0.3 }
  features: { numerical: [age] }
  targets: { column: ill }
architecture: { name: mlp, hidden: [4] }
training: { epochs: 2, batch_size: 4 }
`,
    );
    const output = join(place, 'outputs');
    const trained = await run([
      ...['train', join(place, 'ill.innereye.yaml'), '--cross-validation', '2', '--output', output],
    ]);
    expect(trained.code, trained.stderr).toBe(0);
    const whole = (await onlyRun(output))!;
    const file = join(place, 'predicted.csv');
    const { code, stderr } = await run(['predict', '--model', whole, '--split', 'test', '--output', file]);
    expect(code, stderr).toBe(0);
    const evaluated = join(whole, 'ensemble/best_validation_epoch/Test/model_outputs.csv');
    expect(readFileSync(file, 'utf8')).toBe(readFileSync(evaluated, 'utf8'));
  }, 120_000);

  it('refuses what cannot be meant', async () => {
    for (const [args, message] of [
      [['--fold', '2'], 'there is no fold 2 of 2'],
      [['--max-minutes', '1'], '--max-minutes cannot be given with --cross-validation'],
    ] as const) {
      const { code, stderr } = await run(train('refused', ...args));
      expect(code).toBe(1);
      expect(stderr).toContain(message);
    }
    expect(existsSync(join(folder, 'refused'))).toBe(false);
  }, 60_000);
});
