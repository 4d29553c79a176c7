import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../contracts/events.ts';
import { EventLogger } from './event-logger.ts';
import { batches, metricsOf, parametersOf } from './log-batch.ts';

interface Asked {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Record<string, unknown>;
}

let server: Server;
let folder: string;
let asked: Asked[];
let status = 200;

beforeEach(async () => {
  asked = [];
  status = 200;
  folder = await mkdtemp(join(tmpdir(), 'innereye-mlflow-'));
  server = createServer((request, response) => {
    let text = '';
    request.on('data', chunk => {
      text += chunk;
    });
    request.on('end', () => {
      const path = new URL(request.url!, 'http://x').pathname.replace('/api/2.0/mlflow/', '');
      asked.push({ path, authorization: request.headers.authorization, body: text ? JSON.parse(text) : {} });
      const missing = path === 'experiments/get-by-name';
      const answer = { experiment_id: '7', run: { info: { run_id: 'r1' } } };
      response.writeHead(missing ? 404 : status).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  await writeFile(
    join(folder, 'config.resolved.yaml'),
    `name: m
task: segmentation
dataset: {path: /d, channels: [ct], structures: [{name: liver, label: 1}]}
sampling: {crop_size: [8, 8, 8]}
architecture: {name: plain_unet}
`,
  );
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const time = '2026-11-25T06:40:00.000Z';
const epoch: RunEvent = {
  sequence: 1,
  time,
  type: 'epoch',
  epoch: 0,
  step: 3,
  loss: 0.5,
  learningRate: 1e-3,
  seconds: 2,
  waiting: 0,
  residentMegabytes: 1,
};
const finished: RunEvent = { sequence: 2, time, type: 'finished', status: 'completed' };

describe('a training with MLFLOW_TRACKING_URI', () => {
  it('makes a run, logs settings and metrics, and ends it', async () => {
    const environment = { MLFLOW_TRACKING_URI: address(), MLFLOW_TRACKING_TOKEN: 't' };
    const logger = EventLogger.fromEnvironment(environment, () => {})!;
    logger.log(epoch, folder);
    logger.log(finished, folder);
    await logger.end();
    expect(asked.map(({ path }) => path)).toEqual([
      'experiments/get-by-name',
      'experiments/create',
      'runs/create',
      'runs/log-batch',
      'runs/log-batch',
      'runs/update',
    ]);
    expect(asked.every(({ authorization }) => authorization === 'Bearer t')).toBe(true);
    expect(asked[3]!.body.params).toContainEqual({ key: 'architecture.name', value: 'plain_unet' });
    expect(asked[4]!.body).toMatchObject({
      run_id: 'r1',
      metrics: [
        { key: 'train/loss', value: 0.5, step: 3, timestamp: Date.parse(time) },
        { key: 'train/seconds' },
        { key: 'epoch', value: 1 },
      ],
    });
    expect(asked[5]!.body).toMatchObject({ run_id: 'r1', status: 'FINISHED' });
  });

  it('signs in with name and password of the address, and shows them to nobody', async () => {
    const told: string[] = [];
    const uri = address().replace('//', '//jane:hush%21@');
    const logger = EventLogger.fromEnvironment({ MLFLOW_TRACKING_URI: uri }, text => told.push(text))!;
    logger.log(finished, folder);
    await logger.end();
    expect(asked[0]!.authorization).toBe(`Basic ${Buffer.from('jane:hush!').toString('base64')}`);
    EventLogger.fromEnvironment({ MLFLOW_TRACKING_URI: 'ftp://jane:hush@host' }, text => told.push(text));
    expect(told).toHaveLength(1);
    expect(told.join()).not.toContain('hush');
  });

  it('goes on with the run that the environment names, and leaves its end to whoever began it', async () => {
    const environment = { MLFLOW_TRACKING_URI: address(), MLFLOW_RUN_ID: 'job-1' };
    const logger = EventLogger.fromEnvironment(environment, () => {})!;
    logger.log(epoch, folder);
    await logger.end();
    expect(new Set(asked.map(({ path }) => path))).toEqual(new Set(['runs/log-batch']));
    expect(asked.at(-1)!.body.run_id).toBe('job-1');
  });

  it('goes on where the server does not work, and tells it once', async () => {
    status = 500;
    const told: string[] = [];
    const logger = EventLogger.fromEnvironment({ MLFLOW_TRACKING_URI: address() }, text => told.push(text))!;
    logger.log(epoch, folder);
    await logger.end();
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/^MLflow could not be reached, the training goes on: 500/);
  });

  it('is not logged to files, which only Python writes', () => {
    const told: string[] = [];
    expect(EventLogger.fromEnvironment({ MLFLOW_TRACKING_URI: './mlruns' }, text => told.push(text))).toBe(
      undefined,
    );
    expect(told).toHaveLength(1);
    expect(EventLogger.fromEnvironment({}, text => told.push(text))).toBe(undefined);
  });
});

describe('batches', () => {
  it("keep to MLflow's limits", () => {
    const metrics = Array.from({ length: 2500 }, (_, step) => ({ key: 'a', value: 1, step, timestamp: 0 }));
    const params = Array.from({ length: 250 }, (_, index) => ({ key: String(index), value: 'x' }));
    const made = batches({ metrics, params, tags: [] });
    expect(made.map(batch => [batch.params.length, batch.metrics.length])).toEqual([
      [100, 0],
      [100, 0],
      [50, 0],
      [0, 1000],
      [0, 1000],
      [0, 500],
    ]);
  });

  it('have names that MLflow takes, and values of at most 500 characters', () => {
    const metric: RunEvent = {
      ...epoch,
      type: 'metric',
      split: 'test',
      name: 'Dice/niere (links)',
      value: 1,
    };
    expect(metricsOf(metric)[0]!.key).toBe('test/Dice/niere _links_');
    expect(parametersOf({ a: { b: 'x'.repeat(600) } })[0]!.value).toHaveLength(500);
  });
});
