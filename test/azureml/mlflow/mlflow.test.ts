import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from '../client.ts';
import { freePorts } from '../jobs/free-ports.ts';
import { findPython } from '../python/environment.ts';
import { StandIn } from '../stand-in.ts';

/** Sends a request of MLflow's REST, path from `runs/…` on, and gives status and body. */
type Send = (method: string, path: string, body?: object) => Promise<{ status: number; body: Message }>;

// biome-ignore lint/suspicious/noExplicitAny: answers have many shapes.
type Message = any;

let standIn: StandIn;
let client: Client;

beforeAll(async () => {
  standIn = await StandIn.start();
  client = new Client(standIn);
});

afterAll(() => standIn.close());

/** A run with metrics, parameters and tags, asked for in every way; the answers without what differs from run to run. */
async function conversation(send: Send): Promise<unknown[]> {
  const said: unknown[] = [];
  const ask = async (method: string, path: string, body?: object): Promise<Message> => {
    const answer = await send(method, path, body);
    said.push({ asked: path.split('?')[0], status: answer.status, answer: comparable(answer.body) });
    return answer.body;
  };
  const { experiment_id } = await ask('POST', 'experiments/create', { name: 'folds' });
  await ask('POST', 'experiments/create', { name: 'folds' });
  await ask('GET', 'experiments/get-by-name?experiment_name=folds');
  await ask('GET', 'experiments/get-by-name?experiment_name=none');
  const created = await ask('POST', 'runs/create', {
    experiment_id,
    run_name: 'fold-0',
    start_time: 1000,
    tags: [{ key: 'kind', value: 'fold' }],
  });
  const { run_id } = created.run.info;
  const metric = (key: string, value: number | string, step: number, timestamp = 5000 + step): object => ({
    key,
    value,
    step,
    timestamp,
  });
  await ask('POST', 'runs/log-batch', {
    run_id,
    metrics: [
      metric('loss', 1, 0),
      metric('loss', 0.5, 1),
      metric('loss', 0.25, 2),
      metric('val/dice', 0.9, 2),
    ],
    params: [{ key: 'lr', value: '0.01' }],
    tags: [{ key: 'host', value: 'a' }],
  });
  await ask('POST', 'runs/log-metric', { run_id, ...metric('late', 3, 0) });
  await ask('POST', 'runs/log-parameter', { run_id, key: 'lr', value: '0.02' });
  await ask('POST', 'runs/set-tag', { run_id, key: 'host', value: 'b' });
  await ask('POST', 'runs/delete-tag', { run_id, key: 'none' });
  await ask('GET', `metrics/get-history?run_id=${run_id}&metric_key=loss`);
  await ask('GET', `metrics/get-history?run_id=${run_id}&metric_key=none`);
  const page = await ask('GET', `metrics/get-history?run_id=${run_id}&metric_key=loss&max_results=2`);
  await ask(
    'GET',
    `metrics/get-history?run_id=${run_id}&metric_key=loss&max_results=2&page_token=${page.next_page_token}`,
  );
  await ask('POST', 'runs/update', { run_id, status: 'FINISHED', end_time: 9000 });
  await ask('GET', `runs/get?run_id=${run_id}`);
  await ask('GET', 'runs/get?run_id=none');
  const search = (filter: string): Promise<Message> =>
    ask('POST', 'runs/search', { experiment_ids: [experiment_id], filter });
  await search("metrics.loss < 0.3 and params.lr = '0.01' and tags.kind = 'fold'");
  await search('metrics.`val/dice` >= 0.95');
  await search("attributes.status = 'FINISHED'");
  await search('loss is small');
  await ask('POST', 'runs/log-batch', {
    run_id,
    metrics: Array.from({ length: 1001 }, (_, step) => metric('many', 1, step)),
  });
  await ask('POST', 'runs/log-batch', {
    run_id,
    params: Array.from({ length: 101 }, (_, at) => ({ key: `p${at}`, value: 'x' })),
  });
  await ask('POST', 'runs/log-metric', { run_id, key: 'loss', value: 'much', timestamp: 1 });
  return said;
}

/** What two servers must agree on: all but ids, places, times of creation, wording, and what one version adds. */
function comparable(message: Message): unknown {
  if (Array.isArray(message)) return message.map(comparable);
  if (typeof message !== 'object' || message === null) return message;
  const entries = Object.entries(message)
    .filter(([key]) => !LEFT_OUT.includes(key))
    .map(([key, value]): [string, unknown] => [
      key,
      key === 'tags' || key === 'params' || key === 'metrics' ? sorted(value) : comparable(value),
    ]);
  return Object.fromEntries(entries.filter(([, value]) => !(Array.isArray(value) && value.length === 0)));
}

const LEFT_OUT = [
  ...[
    'run_id',
    'run_uuid',
    'experiment_id',
    'artifact_uri',
    'artifact_location',
    'user_id',
    'message',
    'next_page_token',
  ],
  ...['creation_time', 'last_update_time', 'inputs', 'outputs'],
  // New in MLflow 3.17.
  ...['error_class', 'sqlstate', 'workspace'],
];

const sorted = (items: Message): unknown =>
  (items as Message[])
    .filter(({ key }) => !String(key).startsWith('mlflow.'))
    .map(comparable)
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

const standInSend: Send = (method, path, body) => client.mlflow(method, path, body);

const python = findPython();

describe.skipIf('missing' in python)(
  `MLflow's own server${'missing' in python ? ` (${python.missing})` : ''}`,
  () => {
    let server: ChildProcess;
    let folder: string;
    let address: string;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'mlflow-'));
      const [port] = await freePorts(1);
      address = `http://127.0.0.1:${port}`;
      const given = [
        '-m',
        'mlflow',
        'server',
        '--backend-store-uri',
        `sqlite:///${folder}/runs.db`,
        '--default-artifact-root',
        join(folder, 'artifacts'),
      ];
      const listening = ['--host', '127.0.0.1', '--port', String(port), '--workers', '1'];
      server = spawn((python as { program: string }).program, [...given, ...listening], {
        cwd: folder,
        detached: true,
        stdio: 'ignore',
        env: {
          PATH: process.env.PATH,
          HOME: folder,
          MLFLOW_DISABLE_TELEMETRY: 'true',
          MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
        },
      });
      for (let attempt = 0; attempt < 240; attempt++) {
        if (
          await fetch(`${address}/health`).then(
            ({ ok }) => ok,
            () => false,
          )
        )
          return;
        await new Promise(resolve => setTimeout(resolve, 250));
      }
      throw new Error('The server of MLflow did not start.');
    }, 90_000);

    afterAll(async () => {
      const ended = new Promise(resolve => server.once('close', resolve));
      process.kill(-server.pid!, 'SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    });

    it('answers as the stand-in does', { timeout: 60_000 }, async () => {
      const send: Send = async (method, path, body) => {
        const answer = await fetch(`${address}/api/2.0/mlflow/${path}`, {
          method,
          headers: { 'content-type': 'application/json' },
          ...(body && { body: JSON.stringify(body) }),
        });
        return { status: answer.status, body: await answer.json() };
      };
      expect(await conversation(standInSend)).toEqual(await conversation(send));
    });
  },
);

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
    const computeId = (await client.arm('GET', '/computes/cpu-cluster')).body.id;
    const properties = {
      jobType: 'Command',
      command: 'mkdir -p outputs/a; echo x > outputs/a/b.txt',
      environmentId,
      computeId,
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
