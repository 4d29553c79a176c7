import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseEvents, validEvents } from '../../src/contracts/event-history.ts';
import { engineMissing } from '../../src/engine/testing.ts';
import { ACCOUNT_KEY } from '../azureml/blobs.ts';
import { BLOB_CONTAINER } from '../azureml/workspace.ts';
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

/** Files below a folder that hold one of the texts. */
async function filesWith(folder: string, texts: readonly string[]): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.filter(one => one.isFile())) {
    const content = await readFile(join(entry.parentPath, entry.name));
    if (texts.some(text => content.includes(text))) found.push(entry.name);
  }
  return found;
}

describe.skipIf(engineMissing)(`a training as a job ${engineMissing}`, () => {
  let program: JobProgram;
  let config: string;
  let local: string;

  beforeAll(async () => {
    program = await startJobProgram();
    config = await writeSmallConfiguration(program.folder, 30);
    expect((await program.run(['cohort', 'data', '--subjects', '10', '--seed', '3'])).code).toBe(0);
    const { code, stderr } = await program.run(['train', config, '--output', 'local']);
    expect(code, stderr).toBe(0);
    local = join(program.folder, 'local', (await runsIn(join(program.folder, 'local')))[0]!);
  }, 180_000);
  afterAll(() => program?.close());

  const runsIn = async (folder: string) => (await readdir(folder)).filter(name => !name.startsWith('.'));

  const set = (...settings: string[]) => settings.flatMap(setting => ['--set', setting]);
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
  });

  it('has the bits of a training here, and a folder like its', async () => {
    const { folder, job } = await submit('cloud', 'cpu-cluster');
    const watched = await program.run(['azure', 'watch', folder]);
    expect(watched.code, watched.stderr + watched.stdout).toBe(0);
    const logged = program.standIn.jobs.require(job).run.metrics;
    expect(logged.get('train/step_loss')!.map(({ value }) => value)).toEqual(await losses(local));
    expect(await losses(folder)).toEqual(await losses(local));
    const brought = await program.run(['azure', 'download', job, '--output', 'cloud']);
    expect(brought.code, brought.stderr).toBe(0);
    expect(await bits(folder)).toEqual(await bits(local));
    const { code, stdout } = await program.run(['runs', 'show', folder, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'completed', azure: { job, status: 'Completed' } });
    const again = await program.run(['azure', 'download', folder]);
    expect(again.stdout).toMatch(/^6 files brought/);
  }, 180_000);

  it('on two nodes has the bits of one on two devices, and one log', async () => {
    const short = ['training.epochs=2', 'training.devices=2'];
    const here = await program.run(['train', config, '--output', 'devices', ...set(...short)]);
    expect(here.code, here.stderr).toBe(0);
    const spread = set('training.epochs=2', 'azure.nodes=2');
    const sent = await program.run([
      ...['azure', 'submit', config, '--json', '--output', 'nodes', ...azure('cpu-cluster'), ...spread],
    ]);
    expect(sent.code, sent.stderr).toBe(0);
    const { run: folder } = JSON.parse(sent.stdout);
    const watched = await program.run(['azure', 'watch', folder]);
    expect(watched.code, watched.stderr + watched.stdout).toBe(0);
    expect((await program.run(['azure', 'download', folder])).code).toBe(0);
    const [made] = await runsIn(join(program.folder, 'devices'));
    expect(await bits(folder)).toEqual(await bits(join(program.folder, 'devices', made!)));
  }, 240_000);

  it('cannot be spread where batches have no equal parts', async () => {
    const uneven = set('azure.nodes=3', 'training.batch_size=4');
    const refused = await program.run([
      ...['azure', 'submit', config, '--dry-run', ...azure('cpu-cluster'), ...uneven],
    ]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('a batch of 4 cannot be divided equally among 3 devices of 3 nodes');
  });

  it('that loses its node twice has the same bits', async () => {
    const { folder, job } = await submit('preempted', 'gpu-low-priority');
    const watching = program.run(['azure', 'watch', folder]);
    for (const step of [2, 4]) {
      await expect
        .poll(() => checkpointsOf(job), { timeout: 90_000, interval: 20 })
        .toBeGreaterThanOrEqual(step);
      // It may stand between two nodes.
      await expect
        .poll(() => program.standIn.jobs.require(job).preempt, { timeout: 60_000, interval: 20 })
        .toBeDefined();
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

  it('of a search is a sweep, whose trials overwrite settings', async () => {
    const { code, stdout, stderr } = await program.run([
      ...['azure', 'submit', config, '--search', '--json', '--output', 'search', ...azure('cpu-cluster')],
      ...[
        '--set',
        'search={parameters: {optimizer.learning_rate: {distribution: choice, values: [0.01, 0.02]}}}',
      ],
      ...['--set', 'search.algorithm={name: grid}', '--set', 'training.epochs=1', '--set', 'search.trials=2'],
    ]);
    expect(code, stderr).toBe(0);
    const { job, run } = JSON.parse(stdout);
    const sweep = program.standIn.jobs.require(job);
    await expect.poll(() => sweep.status, { timeout: 90_000 }).toBe('Completed');
    const rates = sweep.children.map(child => child.run.parameters.get('optimizer.learning_rate'));
    expect(rates.sort()).toEqual(['0.01', '0.02']);
    expect(sweep.properties.properties?.best_child_run_id).toBeDefined();
    const whole = await program.run(['azure', 'download', run]);
    expect(whole.code, whole.stderr).toBe(0);
    for (const part of ['trials/001', 'trials/002']) expect(await losses(join(run, part))).toHaveLength(3);
    const trial = sweep.children[0]!.name;
    const watched = await program.run(['azure', 'watch', trial, '--output', 'trials', ...placeOptions()]);
    expect(watched.code, watched.stderr).toBe(0);
    const brought = await program.run(['azure', 'download', trial, '--output', 'trials']);
    expect(brought.code, brought.stderr).toBe(0);
    expect(await losses(join(program.folder, 'trials', trial))).toHaveLength(3);
  }, 180_000);

  it('lets no secret of this machine out', async () => {
    const secret = 'Tr0ub4dor-and-3-more';
    await writeFile(join(program.folder, '.env'), `PASSWORD=${secret}\n`);
    await writeFile(join(program.folder, 'keys.txt'), `client_secret = ${secret}\n`);
    const refused = await program.run([
      ...['azure', 'submit', config, '--output', 'secret', ...azure('cpu-cluster')],
      ...['--set', `azure.environment_variables.API_KEY=${secret}`],
    ]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('the environment variable API_KEY looks like a password or key');
    expect(refused.stderr + refused.stdout).not.toContain(secret);
    const environment = { AZURE_CLIENT_SECRET: secret, MLFLOW_TRACKING_PASSWORD: secret };
    const submitted = await program.run(
      [
        ...['azure', 'submit', config, '--output', 'secret', '--json', ...azure('cpu-cluster')],
        ...['--set', 'azure.code=.', '--set', 'training.epochs=1'],
      ],
      environment,
    );
    expect(submitted.code, submitted.stderr).toBe(0);
    const { run: folder } = JSON.parse(submitted.stdout);
    const watched = await program.run(['azure', 'watch', folder], environment);
    expect(watched.code, watched.stderr).toBe(0);
    expect((await program.run(['azure', 'download', folder], environment)).code).toBe(0);
    const told = [submitted, watched].map(({ stdout, stderr }) => stdout + stderr).join('');
    expect(told).not.toContain(secret);
    expect(await filesWith(folder, [secret, ACCOUNT_KEY, 'sig=', 'Bearer '])).toEqual([]);
    for (const container of ['azureml', BLOB_CONTAINER]) {
      const client = program.standIn.blobs.container(container);
      for await (const { name } of client.listBlobsFlat()) {
        const content = await client.getBlobClient(name).downloadToBuffer();
        expect(content.includes(secret), name).toBe(false);
      }
    }
    expect(JSON.stringify(program.standIn.jobs.all.map(({ properties }) => properties))).not.toContain(
      secret,
    );
  });

  const placeOptions = () =>
    Object.entries(program.place).flatMap(([key, value]) => [`--${key.replace('_', '-')}`, value]);

  /** Checkpoints that the job has said it wrote, over all attempts that can be read. */
  async function checkpointsOf(job: string): Promise<number> {
    const files = program.standIn.blobs.container(BLOB_CONTAINER);
    const steps: string[] = [];
    for await (const { name } of files.listBlobsFlat({ prefix: `innereye/runs/${job}/${job}/checkpoints/` }))
      steps.push(name);
    return Math.max(0, ...steps.map(name => Number(/step-(\d+)/.exec(name)?.[1] ?? 0) / 3));
  }
});
