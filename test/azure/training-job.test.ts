import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseEvents, validEvents } from '../../src/contracts/event-history.ts';
import { engineMissing } from '../../src/engine/testing.ts';
import { writeSmallConfiguration } from '../training/program.ts';
import { type JobProgram, startJobProgram } from './job-program.ts';

const RESULTS = [
  'checkpoints/best.safetensors',
  'Train/epoch_metrics.csv',
  'Val/epoch_metrics.csv',
  'best_validation_epoch/Test/metrics.csv',
];

const bits = async (folder: string): Promise<string[]> =>
  Promise.all(RESULTS.map(async file => (await readFile(join(folder, file))).toString('base64')));

const losses = async (folder: string): Promise<(number | null)[]> =>
  validEvents(parseEvents(await readFile(join(folder, 'events.ndjson'), 'utf8'))).flatMap(event =>
    event.type === 'step' ? [event.loss] : [],
  );

describe.skipIf(engineMissing)(`a training as a job ${engineMissing}`, () => {
  let program: JobProgram;
  let config: string;
  let local: string;

  beforeAll(async () => {
    program = await startJobProgram();
    config = await writeSmallConfiguration(program.folder);
    expect((await program.run(['cohort', 'data', '--subjects', '10', '--seed', '3'])).code).toBe(0);
    const { code, stderr } = await program.run(['train', config, '--output', 'local']);
    expect(code, stderr).toBe(0);
    local = join(program.folder, 'local', (await runsIn(join(program.folder, 'local')))[0]!);
  }, 180_000);
  afterAll(() => program?.close());

  const runsIn = async (folder: string) => (await readdir(folder)).filter(name => !name.startsWith('.'));

  const azure = (cluster: string) =>
    Object.entries({ ...program.place, cluster }).flatMap(([key, value]) => [
      '--set',
      `azure.${key}=${value}`,
    ]);

  async function submit(output: string, cluster: string): Promise<{ folder: string; job: string }> {
    const { code, stdout, stderr } = await program.run([
      'azure',
      'submit',
      config,
      '--json',
      '--output',
      output,
      ...azure(cluster),
    ]);
    expect(code, stderr).toBe(0);
    const { run: folder, job } = JSON.parse(stdout);
    return { folder, job };
  }

  it('shows beforehand what it will send, and sends nothing', async () => {
    const { code, stdout } = await program.run([
      'azure',
      'submit',
      config,
      '--dry-run',
      ...azure('cpu-cluster'),
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/list price \$0.27 an hour/);
    expect(stdout).toContain('"jobType": "Command"');
    expect(program.standIn.jobs.all).toEqual([]);
  }, 60_000);

  it('has the bits of a training here, and a folder like its', async () => {
    const { folder, job } = await submit('cloud', 'cpu-cluster');
    const watched = await program.run(['azure', 'watch', folder]);
    expect(watched.code, watched.stderr + watched.stdout).toBe(0);
    expect(await losses(folder)).toEqual(await losses(local));
    const brought = await program.run(['azure', 'download', job, '--output', 'cloud']);
    expect(brought.code, brought.stderr).toBe(0);
    expect(await bits(folder)).toEqual(await bits(local));
    const { code, stdout } = await program.run(['runs', 'show', folder, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'completed', azure: { job, status: 'Completed' } });
    const again = await program.run(['azure', 'download', folder]);
    expect(again.stdout).toMatch(/^2 files brought/);
  }, 180_000);

  it('that loses its node twice has the same bits', async () => {
    const { folder, job } = await submit('preempted', 'gpu-low-priority');
    const watching = program.run(['azure', 'watch', folder]);
    for (const step of [2, 4]) {
      await expect
        .poll(() => checkpointsOf(job), { timeout: 90_000, interval: 20 })
        .toBeGreaterThanOrEqual(step);
      const attempts = program.standIn.jobs.require(job).attempts;
      program.standIn.jobs.require(job).preempt!();
      await expect
        .poll(() => program.standIn.jobs.require(job).attempts, { timeout: 60_000 })
        .toBe(attempts + 1);
    }
    const { code, stderr, stdout } = await watching;
    expect(code, stderr + stdout).toBe(0);
    expect(program.standIn.jobs.require(job).attempts).toBe(3);
    expect(await losses(folder)).toEqual(await losses(local));
    expect((await program.run(['azure', 'download', folder])).code).toBe(0);
    expect(await bits(folder)).toEqual(await bits(local));
    expect(await losses(folder)).toEqual(await losses(local));
  }, 240_000);

  /** Checkpoints that the job has said it wrote, over all attempts that can be read. */
  async function checkpointsOf(job: string): Promise<number> {
    const files = program.standIn.blobs.container('azureml-blobstore-5a1d0000-0000-4000-8000-000000000002');
    const steps: string[] = [];
    for await (const { name } of files.listBlobsFlat({ prefix: `innereye/runs/${job}/${job}/checkpoints/` }))
      steps.push(name);
    return Math.max(0, ...steps.map(name => Number(/step-(\d+)/.exec(name)?.[1] ?? 0) / 3));
  }
});
