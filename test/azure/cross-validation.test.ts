import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineMissing } from '../../src/engine/testing.ts';
import { readSplit } from '../../src/runs/run-split.ts';
import { writeSmallConfiguration } from '../training/program.ts';
import { type JobProgram, startJobProgram } from './job-program.ts';

/** More for whoever wants to see it: `npm run prove:azureml-folds`. */
const FOLDS = Number(process.env.INNEREYE_FOLDS ?? 2);
/** What a fold comes to, and what all of them come to. */
const OF_A_FOLD = ['checkpoints/best.safetensors', 'best_validation_epoch/Val/metrics.csv'];
const OF_ALL = [
  'CrossValResults/MetricsAcrossAllRuns.csv',
  'CrossValResults/metrics_aggregates.csv',
  'ensemble/best_validation_epoch/Test/metrics.csv',
];

const bits = async (folder: string, files: readonly string[]): Promise<string[]> =>
  Promise.all(files.map(async file => (await readFile(join(folder, file))).toString('base64')));

describe.skipIf(engineMissing)(`a cross-validation as a job ${engineMissing}`, () => {
  let program: JobProgram;
  let config: string;

  beforeAll(async () => {
    program = await startJobProgram();
    config = await writeSmallConfiguration(program.folder, 2);
    expect((await program.run(['cohort', 'data', '--subjects', String(4 * FOLDS), '--seed', '3'])).code).toBe(
      0,
    );
  });
  afterAll(() => program?.close());

  const succeed = async (args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await program.run(args);
    expect(code, stderr + stdout).toBe(0);
    return stdout;
  };

  it('trains folds side by side, and has the bits of one on this machine, ensemble and all', async () => {
    const crossValidation = ['--cross-validation', String(FOLDS)];
    const told = await succeed(['train', config, ...crossValidation, '--output', 'local']);
    const local = /^run (.+)$/m.exec(told)![1]!;
    const azure = Object.entries({ ...program.place, cluster: 'cpu-cluster' }).flatMap(([key, value]) => [
      ...['--set', `azure.${key}=${value}`],
    ]);
    const said = await succeed([
      ...['azure', 'submit', config, ...crossValidation, '--json', '--output', 'cloud', ...azure],
    ]);
    const { run, job } = JSON.parse(said) as { run: string; job: string };
    await succeed(['azure', 'watch', run]);
    await succeed(['azure', 'download', run]);

    const [pipeline] = program.standIn.jobs.all.filter(({ name }) => name === job);
    const sweep = pipeline!.children.find(({ properties }) => properties.jobType === 'Sweep')!;
    const [first, second] = sweep.children;
    const seconds = (one: Date, other: Date) => ((other.getTime() - one.getTime()) / 1000).toFixed(1);
    for (const { name, started, ended } of FOLDS > 2 ? sweep.children : [])
      console.log(
        `${name.slice(-2)}: from ${seconds(sweep.started!, started!)} to ${seconds(sweep.started!, ended!)} s`,
      );
    expect(sweep.children).toHaveLength(FOLDS);
    // Each had begun before the other had ended.
    expect(first!.started!.getTime()).toBeLessThan(second!.ended!.getTime());
    expect(second!.started!.getTime()).toBeLessThan(first!.ended!.getTime());
    const ensemble = pipeline!.children.find(({ properties }) => properties.jobType === 'Command')!;
    expect(ensemble.started!.getTime()).toBeGreaterThanOrEqual(sweep.ended!.getTime());

    for (let fold = 0; fold < FOLDS; fold++) {
      const [here, there] = [local, run].map(folder => join(folder, 'folds', String(fold)));
      expect(await readSplit(there!)).toEqual(await readSplit(here!));
      expect(await bits(there!, OF_A_FOLD)).toEqual(await bits(here!, OF_A_FOLD));
    }
    expect(await bits(run, OF_ALL)).toEqual(await bits(local, OF_ALL));

    const runs = JSON.parse(await succeed(['runs', 'list', '--output', 'cloud', '--json']));
    expect(
      runs.map(({ kind, fold, status }: { kind?: string; fold?: number; status: string }) => [
        kind ?? fold,
        status,
      ]),
    ).toEqual(
      expect.arrayContaining([
        ['cross-validation', 'completed'],
        [0, 'completed'],
        [1, 'completed'],
      ]),
    );
    const table = await readFile(join(run, 'folds', '0', 'dataset.csv'), 'utf8');
    expect(table).toContain(join(program.folder, 'data'));
    expect(table).not.toContain('innereye-jobs');
  }, 900_000);

  it('shows beforehand both components, the pipeline, and what it will cost', async () => {
    const azure = Object.entries({ ...program.place, cluster: 'cpu-cluster' }).flatMap(([key, value]) => [
      ...['--set', `azure.${key}=${value}`],
    ]);
    const shown = await succeed([
      ...['azure', 'submit', config, '--cross-validation', '5', '--dry-run', ...azure],
      ...['--set', 'azure.time_limit=2h', '--set', 'azure.parallel_jobs=3'],
    ]);
    expect(shown).toMatch(/PUT .*\/components\/innereye_fold\/versions\/\w{16}, if there is none/);
    expect(shown).toMatch(/PUT .*\/components\/innereye_ensemble\/versions/);
    expect(shown).toContain('"type": "sweep"');
    expect(shown).toContain('uses up to 3 nodes of cpu-cluster');
    expect(shown).toContain('for 5 trainings');
    expect(shown).toMatch(/list price \$0\.81 an hour, at most 10 node hours, \$2\.70/);
  });

  it('is refused where each training would be spread over nodes, or be of unequal length', async () => {
    const azure = Object.entries({ ...program.place, cluster: 'cpu-cluster', nodes: '2' });
    const refused = await program.run([
      ...['azure', 'submit', config, '--cross-validation', '2', '--dry-run'],
      ...azure.flatMap(([key, value]) => ['--set', `azure.${key}=${value}`]),
    ]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/cannot each be spread over 2 nodes/);
    const unequal = await program.run([
      ...['azure', 'submit', config, '--cross-validation', '2', '--max-minutes', '3', '--dry-run'],
    ]);
    expect(unequal.stderr).toContain('folds would train unequally long');
  });
});
