import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, computeId } from '../client.ts';
import { StandIn } from '../stand-in.ts';

let standIn: StandIn;
let client: Client;

beforeAll(async () => {
  standIn = await StandIn.start();
  client = new Client(standIn);
});

afterAll(() => standIn.close());

describe('the tracking service', () => {
  it('keeps a metric that is sent twice once, and values that JSON has no word for', async () => {
    const { experiment_id } = (await client.mlflow('POST', 'experiments/create', { name: 'twice' })).body;
    const { run_id } = (await client.mlflow('POST', 'runs/create', { experiment_id })).body.run.info;
    const batch = {
      run_id,
      metrics: [
        { key: 'loss', value: 'NaN', timestamp: 1, step: 1 },
        { key: 'loss', value: 2, timestamp: 2, step: 2 },
      ],
    };
    await client.mlflow('POST', 'runs/log-batch', batch);
    await client.mlflow('POST', 'runs/log-batch', batch);
    const { body } = await client.mlflow('GET', `metrics/get-history?run_id=${run_id}&metric_key=loss`);
    expect(body.metrics.map(({ value }: { value: unknown }) => value)).toEqual(['NaN', 2]);
  });

  it('has a run for each job, with its artifacts', async () => {
    const environmentId = await client.makeEnvironment();
    const properties = {
      jobType: 'Command',
      command: 'mkdir -p outputs/a; echo x > outputs/a/b.txt',
      environmentId,
      computeId: computeId('cpu-cluster'),
      experimentName: 'jobs',
      tags: { fold: '1' },
    };
    await client.arm('PUT', '/jobs/tracked', { properties });
    await client.waitFor('tracked');
    const { body } = await client.mlflow('GET', 'runs/get?run_id=tracked');
    const list = async (path: string) =>
      (await client.mlflow('GET', `artifacts/list?run_id=tracked&path=${path}`)).body.files;
    expect(body.run.info).toMatchObject({ status: 'FINISHED', run_id: 'tracked' });
    expect(body.run.data.tags).toContainEqual({ key: 'fold', value: '1' });
    expect(await list('outputs')).toEqual([{ path: 'outputs/a', is_dir: true }]);
    expect(await list('outputs/a')).toEqual([{ path: 'outputs/a/b.txt', is_dir: false, file_size: 2 }]);
  });

  it('needs a token and the right to write', async () => {
    const reader = new Client(standIn, standIn.tokens.issue({ actions: ['*/read'] }));
    expect((await new Client(standIn, '').mlflow('GET', 'runs/get?run_id=x')).status).toBe(401);
    expect((await reader.mlflow('POST', 'runs/log-batch', { run_id: 'x' })).status).toBe(403);
  });
});
