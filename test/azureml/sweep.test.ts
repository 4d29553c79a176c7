import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, computeId, expression } from './client.ts';
import { isToEnd } from './jobs/early-termination.ts';
import { bayesianSample, gridSamples, parseSearchSpace, randomSample } from './jobs/search-space.ts';
import { StandIn } from './stand-in.ts';

/** Logs values of `loss` for the run that the process belongs to, as many as it has arguments. */
const LOG = `
const https = require('node:https');
const { readFileSync } = require('node:fs');
const uri = process.env.MLFLOW_TRACKING_URI.replace('azureml:', 'https:') + '/api/2.0/mlflow/runs/log-batch';
const options = {
  method: 'POST',
  ca: readFileSync(process.env.NODE_EXTRA_CA_CERTS),
  headers: { authorization: 'Bearer ' + process.env.MLFLOW_TRACKING_TOKEN, 'content-type': 'application/json' },
};
const log = (value, step) => new Promise((resolve, reject) => {
  const body = { run_id: process.env.MLFLOW_RUN_ID, metrics: [{ key: 'loss', value, step, timestamp: Date.now() }] };
  const sent = https.request(uri, options, answer => answer.resume().on('end', () => answer.statusCode === 200 ? resolve() : reject(answer.statusCode)));
  sent.on('error', reject);
  sent.end(JSON.stringify(body));
});
(async () => {
  for (const [step, value] of process.argv.slice(2).entries()) {
    await log(Number(value), step);
    await new Promise(resolve => setTimeout(resolve, 100));
  }
})();
`;

describe('a sweep', () => {
  let standIn: StandIn;
  let client: Client;
  let environmentId: string;
  let codeId: string;

  beforeAll(async () => {
    standIn = await StandIn.start();
    client = new Client(standIn);
    environmentId = await client.makeEnvironment();
    codeId = await client.uploadCode('log', { 'log.cjs': LOG });
  });

  afterAll(() => standIn.close());

  const sweep = (command: string, properties: object): object => ({
    properties: {
      jobType: 'Sweep',
      computeId: computeId('cpu-cluster'),
      objective: { goal: 'Minimize', primaryMetric: 'loss' },
      samplingAlgorithm: { samplingAlgorithmType: 'Grid' },
      trial: { command, codeId, environmentId },
      outputs: { model: { jobOutputType: 'uri_folder' } },
      ...properties,
    },
  });

  it('runs a trial for each fold, so many at a time, and names the best', async () => {
    const body = sweep(
      `node log.cjs ${expression('search_space.fold')} && echo > ${expression('outputs.model')}/x`,
      {
        searchSpace: { fold: ['choice', [[2, 0, 1]]] },
        limits: { jobLimitsType: 'Sweep', maxTotalTrials: 3, maxConcurrentTrials: 2 },
      },
    );
    expect((await client.arm('PUT', '/jobs/folds', body)).status).toBe(201);
    const ended = await client.waitFor('folds');
    const { value } = (await client.history('folds/children')).body;
    const trials = standIn.jobs.get('folds')!.children;
    const running = trials.map(({ started, ended }) => [started!.getTime(), ended!.getTime()] as const);
    const together = running.map(
      ([from]) => running.filter(([start, end]) => start <= from && from < end).length,
    );
    expect(ended.properties.status).toBe('Completed');
    expect(value.map(({ runId }: { runId: string }) => runId)).toEqual(['folds_0', 'folds_1', 'folds_2']);
    expect(value.map(({ tags }: { tags: Record<string, string> }) => tags.hyperparameters)).toEqual([
      '{"fold":2}',
      '{"fold":0}',
      '{"fold":1}',
    ]);
    expect(ended.properties.properties).toMatchObject({ best_child_run_id: 'folds_1', score: '0' });
    expect(Math.max(...together)).toBe(2);
    expect((await client.arm('GET', '/jobs/folds_2')).body.properties.outputs.model.uri).toContain(
      '/azureml/folds_2/model/',
    );
  });

  it('ends a trial that falls behind', async () => {
    const body = sweep(`node log.cjs ${expression('search_space.losses')}`, {
      searchSpace: { losses: ['choice', [['1 0.5 0.4 0.3', '9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9']]] },
      limits: { jobLimitsType: 'Sweep', maxTotalTrials: 2, maxConcurrentTrials: 2 },
      earlyTermination: { policyType: 'Bandit', slackFactor: 0.5, evaluationInterval: 1, delayEvaluation: 2 },
    });
    await client.arm('PUT', '/jobs/race', body);
    const ended = await client.waitFor('race');
    const statuses = standIn.jobs.get('race')!.children.map(({ status }) => status);
    expect(statuses).toEqual(['Completed', 'Canceled']);
    expect(ended.properties).toMatchObject({
      status: 'Completed',
      properties: { best_child_run_id: 'race_0', score: '0.3' },
    });
  });

  it.each([
    ['a distribution that there is not', { x: ['uniforme', [0, 1]] }, 'Random', "'uniforme' is not one of"],
    ['too few arguments', { x: ['uniform', [0]] }, 'Random', 'uniform takes 2 number(s)'],
    ['a grid of numbers without end', { x: ['uniform', [0, 1]] }, 'Grid', 'Grid sampling takes choice alone'],
    [
      'what Bayesian sampling does not know',
      { x: ['loguniform', [0, 1]] },
      'Bayesian',
      'Bayesian sampling takes',
    ],
    ['another form', { x: { choice: [1, 2] } }, 'Grid', 'must be [distribution, [arguments]]'],
    ['nothing', {}, 'Grid', 'at least one hyperparameter'],
  ])('is refused with %s', async (_, searchSpace, samplingAlgorithmType, message) => {
    const answer = await client.arm(
      'PUT',
      '/jobs/refused',
      sweep('true', { searchSpace, samplingAlgorithm: { samplingAlgorithmType } }),
    );
    expect(answer.status).toBe(400);
    expect(answer.body.error.message).toContain(message);
  });
});

describe('samples', () => {
  it('of a grid are all combinations', () => {
    const space = parseSearchSpace({ a: ['choice', [[1, 2]]], b: ['choice', [['x', 'y']]] }, 'Grid');
    expect(gridSamples(space)).toEqual([
      { a: 1, b: 'x' },
      { a: 1, b: 'y' },
      { a: 2, b: 'x' },
      { a: 2, b: 'y' },
    ]);
  });

  it('at random follow their distributions', () => {
    const space = parseSearchSpace(
      {
        u: ['uniform', [2, 4]],
        l: ['loguniform', [-4, -2]],
        q: ['quniform', [0, 10, 5]],
        n: ['normal', [3, 2]],
        r: ['randint', [3]],
        c: ['choice', [[true]]],
      },
      'Random',
    );
    const drawn = Array.from({ length: 4000 }, (_, index) => randomSample(space, 1, index));
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    const column = (name: string): number[] => drawn.map(sample => sample[name] as number);
    // Means of the distributions; four standard errors of 4000 draws.
    expect(mean(column('u'))).toBeCloseTo(3, 1);
    expect(Math.abs(mean(column('l').map(Math.log)) + 3)).toBeLessThan((4 * 2) / Math.sqrt(12 * 4000));
    expect(Math.abs(mean(column('n')) - 3)).toBeLessThan((4 * 2) / Math.sqrt(4000));
    expect([...new Set(column('q'))].sort((a, b) => a - b)).toEqual([0, 5, 10]);
    expect([...new Set(column('r'))].sort()).toEqual([0, 1, 2]);
    expect(randomSample(space, 1, 7)).toEqual(drawn[7]);
  });

  it('by what was learnt come near to the best', () => {
    const space = parseSearchSpace({ x: ['uniform', [0, 10]] }, 'Bayesian');
    const finished: { sample: { x: number }; score: number }[] = [];
    for (let index = 0; index < 25; index++) {
      const x = bayesianSample(space, 3, index, finished).x as number;
      finished.push({ sample: { x }, score: -((x - 7) ** 2) });
    }
    const distance = (from: number, to: number): number =>
      finished.slice(from, to).reduce((sum, { sample }) => sum + Math.abs(sample.x - 7), 0) / (to - from);
    expect(distance(15, 25)).toBeLessThan(distance(0, 3) / 2);
  });
});

/** Examples of https://learn.microsoft.com/azure/machine-learning/how-to-tune-hyperparameters#early-termination */
describe('a policy of early termination', () => {
  it('bandit: worse than 91 % of the best with a slack factor of 0.1, from the fifth value on', () => {
    const policy = {
      policyType: 'Bandit',
      slackFactor: 0.1,
      evaluationInterval: 1,
      delayEvaluation: 5,
    } as const;
    const best = [[0.8, 0.8, 0.8, 0.8, 1]];
    expect(isToEnd(policy, 'Maximize', [0.9, 0.9, 0.9, 0.9, 0.9], best)).toBe(true);
    expect(isToEnd(policy, 'Maximize', [0.9, 0.9, 0.9, 0.9, 0.92], best)).toBe(false);
    expect(isToEnd(policy, 'Maximize', [0.1, 0.1, 0.1, 0.1], best)).toBe(false);
  });

  it('bandit: an amount from the best, also where less is better', () => {
    const policy = { policyType: 'Bandit', slackAmount: 0.2 } as const;
    expect(isToEnd(policy, 'Minimize', [1.3], [[1]])).toBe(true);
    expect(isToEnd(policy, 'Minimize', [1.1], [[1]])).toBe(false);
  });

  it('median stopping: best worse than the median of the averages', () => {
    const policy = { policyType: 'MedianStopping', evaluationInterval: 1, delayEvaluation: 2 } as const;
    const others = [
      [1, 3],
      [2, 2],
      [3, 5],
    ];
    expect(isToEnd(policy, 'Maximize', [1, 1.5], others)).toBe(true);
    expect(isToEnd(policy, 'Maximize', [1, 2.5], others)).toBe(false);
  });

  it('truncation: among the lowest 20 % of all, at every second value', () => {
    const policy = {
      policyType: 'TruncationSelection',
      truncationPercentage: 20,
      evaluationInterval: 2,
    } as const;
    const others = [
      [5, 5],
      [4, 4],
      [3, 3],
      [2, 2],
    ];
    expect(isToEnd(policy, 'Maximize', [1, 1], others)).toBe(true);
    expect(isToEnd(policy, 'Maximize', [2.5, 2.5], others)).toBe(false);
    expect(isToEnd(policy, 'Maximize', [1], others)).toBe(false);
  });
});
