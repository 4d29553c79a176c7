import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, computeId, logOf } from '../client.ts';
import { findPython } from '../python/environment.ts';
import { StandIn } from '../stand-in.ts';
import { type MlflowServer, startMlflow } from './real-server.ts';

/** Sends a request of MLflow's REST, path from `runs/…` on, and gives status and body. */
type Send = (method: string, path: string, body?: object) => Promise<{ status: number; body: Message }>;

// biome-ignore lint/suspicious/noExplicitAny: answers have many shapes.
type Message = any;

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

const python = findPython();
const program = 'missing' in python ? '' : python.program;

describe.skipIf('missing' in python)(
  `MLflow's own server${'missing' in python ? ` (${python.missing})` : ''}`,
  () => {
    let standIn: StandIn;
    let client: Client;
    let server: MlflowServer;

    beforeAll(async () => {
      standIn = await StandIn.start();
      client = new Client(standIn);
      server = await startMlflow(program);
    });

    afterAll(async () => {
      await standIn.close();
      await server.stop();
    });

    const standInSend: Send = (method, path, body) => client.mlflow(method, path, body);
    const serverSend: Send = async (method, path, body) => {
      const answer = await fetch(`${server.address}/api/2.0/mlflow/${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      });
      return { status: answer.status, body: await answer.json() };
    };

    it('answers as the stand-in does', { timeout: 60_000 }, async () => {
      expect(await conversation(standInSend)).toEqual(await conversation(serverSend));
    });

    it("takes metrics of jobs by MLflow's own client, as the stand-in does", {
      timeout: 120_000,
    }, async () => {
      const properties = {
        jobType: 'Command',
        codeId: await client.uploadCode('log-metrics', {
          'log_metrics.py': readFileSync('test/azureml/python/log_metrics.py', 'utf8'),
        }),
        environmentId: await client.makeEnvironment(),
        computeId: computeId('cpu-cluster'),
        command: `${program} log_metrics.py`,
        experimentName: 'python-jobs',
      };
      const elsewhere = { MLFLOW_TRACKING_URI: server.address, MAKE_RUN: 'true' };
      await client.arm('PUT', '/jobs/here', { properties });
      await client.arm('PUT', '/jobs/there', {
        properties: { ...properties, environmentVariables: elsewhere },
      });
      const ended = await Promise.all(['here', 'there'].map(name => client.waitFor(name, undefined, 1200)));
      const logs = await Promise.all(['here', 'there'].map(name => logOf(standIn, name)));
      expect(
        ended.map(job => job.properties.status),
        logs.join('\n'),
      ).toEqual(['Completed', 'Completed']);
      const named = await serverSend('GET', 'experiments/get-by-name?experiment_name=python-jobs');
      const found = await serverSend('POST', 'runs/search', {
        experiment_ids: [named.body.experiment.experiment_id],
      });
      const runs = [(await standInSend('GET', 'runs/get?run_id=here')).body.run, found.body.runs[0]];
      const [here, there] = runs.map(({ info, data }) => ({
        status: info.status,
        metrics: sorted(data.metrics.map(({ timestamp: _, ...metric }: Message) => metric)),
        params: sorted(data.params),
        tags: sorted(data.tags),
      }));
      expect(here).toEqual(there);
      expect(here!.metrics).toContainEqual(expect.objectContaining({ key: 'loss', value: 0.25, step: 2 }));
    });
  },
);
