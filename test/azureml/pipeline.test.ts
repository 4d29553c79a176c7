import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, computeId, expression } from './client.ts';
import { StandIn } from './stand-in.ts';
import { BLOB_CONTAINER } from './workspace.ts';

let standIn: StandIn;
let client: Client;

beforeAll(async () => {
  standIn = await StandIn.start();
  client = new Client(standIn);
  const environment = `azureml:${await client.makeEnvironment()}`;
  const component = (name: string, spec: object) =>
    client.arm('PUT', `/components/${name}/versions/1`, {
      properties: { componentSpec: { name, version: '1', type: 'command', environment, ...spec } },
    });
  await component('train', {
    command: `echo ${expression('inputs.fold')} > ${expression('outputs.model')}/fold.txt`,
    inputs: { fold: { type: 'integer', default: 0 } },
    outputs: { model: { type: 'uri_folder' } },
  });
  await component('ensemble', {
    command: `cat ${expression('inputs.first')}/fold.txt ${expression('inputs.second')}/fold.txt > ${expression('outputs.all')}/folds.txt`,
    inputs: { first: { type: 'uri_folder' }, second: { type: 'uri_folder' } },
    outputs: { all: { type: 'uri_folder' } },
  });
  await component('fail', { command: 'exit 1', outputs: { model: { type: 'uri_folder' } } });
});

afterAll(() => standIn.close());

const componentId = async (name: string): Promise<string> =>
  (await client.arm('GET', `/components/${name}/versions/1`)).body.id;
const reference = (path: string): { job_input_type: string; value: string } => ({
  job_input_type: 'literal',
  value: expression(`parent.${path}`),
});

async function pipeline(jobs: Record<string, object>): Promise<object> {
  return {
    properties: {
      jobType: 'Pipeline',
      computeId: computeId('cpu-cluster'),
      inputs: { second: { jobInputType: 'literal', value: '4' } },
      outputs: {
        result: {
          jobOutputType: 'uri_folder',
          uri: 'azureml://datastores/workspaceblobstore/paths/results/all',
        },
      },
      jobs,
    },
  };
}

describe('a pipeline', () => {
  it('runs steps after those whose outputs they take, and binds its own inputs and outputs', async () => {
    const body = await pipeline({
      ensemble: {
        type: 'command',
        componentId: await componentId('ensemble'),
        inputs: { first: reference('jobs.one.outputs.model'), second: reference('jobs.two.outputs.model') },
        outputs: { all: { value: expression('parent.outputs.result') } },
      },
      one: { type: 'command', componentId: await componentId('train') },
      two: {
        type: 'command',
        componentId: await componentId('train'),
        inputs: { fold: reference('inputs.second') },
      },
    });
    expect((await client.arm('PUT', '/jobs/ensemble', body)).status).toBe(201);
    expect((await client.waitFor('ensemble')).properties.status).toBe('Completed');
    const written = await standIn.blobs
      .container(BLOB_CONTAINER)
      .getBlobClient('results/all/folds.txt')
      .downloadToBuffer();
    expect(written.toString()).toBe('0\n4\n');
    const { value } = (await client.history('ensemble/children')).body;
    expect(value).toHaveLength(3);
  });

  it('fails with the step that failed and does not run what waits for it', async () => {
    const body = await pipeline({
      bad: { componentId: await componentId('fail') },
      good: { componentId: await componentId('train') },
      ensemble: {
        componentId: await componentId('ensemble'),
        inputs: { first: reference('jobs.bad.outputs.model'), second: reference('jobs.good.outputs.model') },
      },
    });
    await client.arm('PUT', '/jobs/broken', body);
    expect((await client.waitFor('broken')).properties.status).toBe('Failed');
    const { body: run } = await client.history('broken');
    expect(run.error.error.message).toContain('/bad');
    expect(standIn.jobs.get('broken')!.children).toHaveLength(2);
  });

  it.each([
    [
      'steps that wait for each other',
      {
        a: { inputs: { fold: reference('jobs.b.outputs.model') } },
        b: { inputs: { fold: reference('jobs.a.outputs.model') } },
      },
      'wait for each other',
    ],
    [
      'a step that there is not',
      { a: { inputs: { fold: reference('jobs.z.outputs.model') } } },
      "refers to a step 'z'",
    ],
    [
      'an input that the component does not have',
      { a: { inputs: { x: { job_input_type: 'literal', value: '1' } } } },
      "has no input 'x'",
    ],
  ])('is refused with %s', async (_, steps, message) => {
    const id = await componentId('train');
    const jobs = Object.fromEntries(
      Object.entries(steps).map(([name, step]) => [name, { componentId: id, ...step }]),
    );
    const answer = await client.arm('PUT', '/jobs/refused', await pipeline(jobs));
    expect(answer.status).toBe(400);
    expect(answer.body.error.message).toContain(message);
  });
});
