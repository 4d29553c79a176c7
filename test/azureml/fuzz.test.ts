import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Client, computeId } from './client.ts';
import { milliseconds } from './jobs/duration.ts';
import { substitute } from './jobs/expressions.ts';
import { parseFilter, parseOrder } from './mlflow/filter.ts';
import { ServiceError } from './service-error.ts';
import { startOf } from './serving/dockerfile.ts';
import { StandIn } from './stand-in.ts';

/** Runs what may refuse its input, and gives what it threw beside that. */
function defectOf(work: () => unknown): unknown {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof ServiceError ? undefined : error;
  }
}

describe('whatever is sent', () => {
  let standIn: StandIn;
  let client: Client;

  beforeAll(async () => {
    standIn = await StandIn.start();
    client = new Client(standIn);
  });

  afterAll(() => standIn.close());

  it('is answered with an error of the service, never with a defect', async () => {
    const failed = vi.spyOn(console, 'error');
    const collections = [
      'jobs/a',
      'codes/a/versions/1',
      'environments/a/versions/1',
      'computes/abc',
      'onlineEndpoints/abc',
      'datastores/a',
    ];
    const properties = fc.dictionary(
      fc.constantFrom(
        'jobType',
        'command',
        'computeId',
        'environmentId',
        'inputs',
        'trial',
        'searchSpace',
        'jobs',
        'traffic',
        'tags',
      ),
      fc.oneof(
        fc.constantFrom('Command', 'Sweep', 'Pipeline', computeId('cpu-cluster')),
        fc.jsonValue({ maxDepth: 2 }),
      ),
    );
    const body = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.record({ properties, location: fc.constant('westeurope') }),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...collections), body, async (path, given) => {
        const { status } = await client.arm('PUT', `/${path}`, given);
        expect(status).toBeLessThan(500);
      }),
      { numRuns: 150, seed: 1 },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('log-batch', 'create', 'search', 'update', 'set-tag'),
        fc.jsonValue({ maxDepth: 2 }),
        async (path, given) => {
          const { status } = await client.mlflow('POST', `runs/${path}`, given);
          expect(status).toBeLessThan(500);
        },
      ),
      { numRuns: 100, seed: 1 },
    );
    // What the specification leaves open is read by the stand-in's own code.
    const environmentId = await client.makeEnvironment();
    const cluster = { computeId: computeId('cpu-cluster') };
    const componentSpec = {
      command: 'true',
      environment: environmentId,
      outputs: { o: { type: 'uri_folder' } },
    };
    const { id } = (await client.arm('PUT', '/components/c/versions/1', { properties: { componentSpec } }))
      .body;
    const sweep = (searchSpace: unknown): object => ({
      ...{ ...cluster, jobType: 'Sweep', searchSpace, trial: { command: 'true', environmentId } },
      samplingAlgorithm: { samplingAlgorithmType: 'Random' },
      objective: { goal: 'Minimize', primaryMetric: 'loss' },
      limits: { jobLimitsType: 'Sweep', maxTotalTrials: 1 },
    });
    const open = fc.jsonValue({ maxDepth: 3 });
    const step = fc.oneof(
      open,
      fc.record({ inputs: open, outputs: open }).map(given => ({ componentId: id, ...given })),
    );
    const dimension = fc.oneof(
      open,
      fc.tuple(fc.constantFrom('choice', 'uniform', 'qnormal', 'constructor'), open),
    );
    const given = fc.oneof(
      fc.dictionary(fc.string({ maxLength: 4 }), dimension, { maxKeys: 2 }).map(sweep),
      open.map(sweep),
      fc
        .dictionary(fc.string({ maxLength: 4 }), step, { maxKeys: 2 })
        .map(jobs => ({ ...cluster, jobType: 'Pipeline', jobs })),
    );
    let count = 0;
    await fc.assert(
      fc.asyncProperty(given, async properties => {
        const { status } = await client.arm('PUT', `/jobs/open-${count++}`, { properties });
        expect(status).toBeLessThan(500);
      }),
      { numRuns: 150, seed: 1 },
    );
    expect(failed).not.toHaveBeenCalled();
  });

  it('is found or not, by any path', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.string({ maxLength: 8 }).map(encodeURIComponent), fc.constant('%zz')), {
          maxLength: 4,
        }),
        async parts => {
          const { status } = await client.send('GET', `/${parts.join('/')}?api-version=2023-10-01`);
          expect(status).toBeLessThan(500);
        },
      ),
      { numRuns: 100, seed: 1 },
    );
  });
});

describe('parsers', () => {
  it('refuse or read any text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), text => {
        expect(defectOf(() => parseFilter(text))).toBeUndefined();
        expect(defectOf(() => parseOrder([text]))).toBeUndefined();
        expect(defectOf(() => substitute(text, {}))).toBeUndefined();
        expect(defectOf(() => startOf(`FROM a\nCMD ${text}\nENV ${text}`))).toBeUndefined();
      }),
      { seed: 1 },
    );
  });

  it('read durations as they are written', () => {
    const part = fc.integer({ min: 0, max: 99 });
    fc.assert(
      fc.property(part, part, part, part, (days, hours, minutes, seconds) => {
        const wanted = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
        expect(milliseconds(`P${days}DT${hours}H${minutes}M${seconds}S`)).toBe(wanted);
      }),
      { seed: 1 },
    );
  });
});
