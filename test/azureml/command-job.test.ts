import { get } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, computeId, expression, logOf } from './client.ts';
import { StandIn } from './stand-in.ts';
import { ARTIFACT_CONTAINER, BLOB_CONTAINER, DATA_CONTAINER } from './workspace.ts';

let standIn: StandIn;
let client: Client;
let environmentId: string;

beforeAll(async () => {
  standIn = await StandIn.start();
  client = new Client(standIn);
  environmentId = await client.makeEnvironment();
});

afterAll(() => standIn.close());

const text = async (container: string, blob: string): Promise<string> =>
  (await standIn.blobs.container(container).getBlobClient(blob).downloadToBuffer()).toString();

const command = (properties: object): object => ({
  properties: { jobType: 'Command', environmentId, computeId: computeId('cpu-cluster'), ...properties },
});

function download(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { ca: standIn.authority }, response => {
      let body = '';
      response.on('data', chunk => {
        body += chunk;
      });
      response.once('end', () => resolve(body));
    }).once('error', reject);
  });
}

describe('a command job', () => {
  it('runs the snapshot with inputs and leaves outputs and logs in the blobs', async () => {
    const codeId = await client.uploadCode('greeting', {
      'main.sh':
        'cat "$1/a.txt"; echo " $2 $COLOUR"; echo done > "$3/result.txt"; mkdir outputs; echo own > outputs/own.txt',
    });
    const blob = standIn.blobs.container(DATA_CONTAINER).getBlockBlobClient('scans/a.txt');
    await blob.upload('hello', 5);
    const body = command({
      codeId,
      command: `bash main.sh ${['inputs.data', 'inputs.word', 'outputs.model'].map(expression).join(' ')}`,
      environmentVariables: { COLOUR: 'red' },
      inputs: {
        data: {
          jobInputType: 'uri_folder',
          mode: 'ReadOnlyMount',
          uri: 'azureml://datastores/datasets/paths/scans',
        },
        word: { jobInputType: 'literal', value: 'world' },
      },
      outputs: { model: { jobOutputType: 'uri_folder', mode: 'ReadWriteMount' } },
    });
    const submitted = await client.arm('PUT', '/jobs/greeting', body);
    expect(submitted.status).toBe(201);
    const ended = await client.waitFor('greeting');
    const { body: details } = await client.history('greeting/details');
    expect(ended.properties.status).toBe('Completed');
    expect(Object.keys(details.logFiles)).toEqual(['user_logs/std_log.txt']);
    expect(await download(details.logFiles['user_logs/std_log.txt'])).toBe('hello world red\n');
    expect(await text(BLOB_CONTAINER, 'azureml/greeting/model/result.txt')).toBe('done\n');
    expect(await text(ARTIFACT_CONTAINER, 'ExperimentRun/dcid.greeting/outputs/own.txt')).toBe('own\n');
  });

  it('fails with the exit code of its process', async () => {
    await client.arm('PUT', '/jobs/failing', command({ command: 'echo no; exit 3' }));
    const ended = await client.waitFor('failing');
    const { body } = await client.history('failing');
    expect(ended.properties.status).toBe('Failed');
    expect(body.error.error.message).toContain('exited with status code 3');
  });

  it('is one job however often the same request is sent, and refuses another of its name', async () => {
    const body = command({ command: 'true', displayName: 'first' });
    const answers = [
      await client.arm('PUT', '/jobs/once', body),
      await client.arm('PUT', '/jobs/once', body),
    ];
    const other = await client.arm('PUT', '/jobs/once', command({ command: 'false' }));
    expect(answers.map(({ status }) => status)).toEqual([201, 200]);
    expect(other).toMatchObject({ status: 400, body: { error: { code: 'UserError' } } });
    expect(standIn.jobs.all.filter(({ name }) => name === 'once')).toHaveLength(1);
    expect((await client.waitFor('once')).properties.status).toBe('Completed');
  });

  it('ends when it is cancelled, and tells so by the long-running operation', async () => {
    await client.arm('PUT', '/jobs/long', command({ command: 'sleep 60' }));
    await client.waitFor('long', status => status === 'Running');
    const { status, headers } = await client.arm('POST', '/jobs/long/cancel');
    expect(status).toBe(202);
    expect((await client.waitFor('long')).properties.status).toBe('Canceled');
    expect((await client.send('GET', headers['azure-asyncoperation'] as string)).body.status).toBe(
      'Succeeded',
    );
    expect((await client.send('GET', headers.location as string)).status).toBe(204);
  });

  it('can be deleted when it has ended, and takes the output of another as its input', async () => {
    const produce = command({
      command: `mkdir outputs; echo 1 > ${expression('outputs.kept')}/a; echo 2 > outputs/b`,
      outputs: { kept: { jobOutputType: 'uri_folder' } },
    });
    await client.arm('PUT', '/jobs/producer', produce);
    await client.waitFor('producer');
    const input = (uri: string): object => ({ jobInputType: 'uri_folder', uri });
    const inputs = {
      kept: input('azureml://jobs/producer/outputs/kept'),
      own: input('azureml://jobs/producer/outputs/artifacts/paths/outputs'),
    };
    await client.arm(
      'PUT',
      '/jobs/consumer',
      command({
        command: `cat ${expression('inputs.kept')}/a ${expression('inputs.own')}/b; sleep 1`,
        inputs,
      }),
    );
    await client.waitFor('consumer', status => status === 'Running');
    expect((await client.arm('DELETE', '/jobs/consumer')).status).toBe(409);
    await client.waitFor('consumer');
    expect(await logOf(standIn, 'consumer')).toBe('1\n2\n');
    expect((await client.arm('DELETE', '/jobs/consumer')).status).toBe(202);
    expect((await client.arm('GET', '/jobs/consumer')).status).toBe(404);
  });

  it('sees in a mounted output what was there, and keeps the blobs like the folder', async () => {
    const folder = standIn.blobs.container(BLOB_CONTAINER);
    await folder.uploadBlockBlob('shared/old.txt', 'old', 3);
    await folder.uploadBlockBlob('shared/gone.txt', 'gone', 4);
    const out = expression('outputs.shared');
    const body = command({
      command: `cat ${out}/old.txt; rm ${out}/gone.txt; echo new > ${out}/part; sleep 1; mv ${out}/part ${out}/whole.txt`,
      outputs: {
        shared: {
          jobOutputType: 'uri_folder',
          mode: 'ReadWriteMount',
          uri: 'azureml://datastores/workspaceblobstore/paths/shared',
        },
      },
    });
    await client.arm('PUT', '/jobs/mounting', body);
    await client.waitFor('mounting');
    const names = [];
    for await (const { name } of folder.listBlobsFlat({ prefix: 'shared/' })) names.push(name);
    expect(await logOf(standIn, 'mounting')).toBe('old');
    expect(names).toEqual(['shared/old.txt', 'shared/whole.txt']);
  });

  it('ends at its time limit', async () => {
    const limits = { jobLimitsType: 'Command', timeout: 'PT1S' };
    await client.arm('PUT', '/jobs/limited', command({ command: 'sleep 60', limits }));
    expect((await client.waitFor('limited')).properties.status).toBe('Canceled');
  });

  it('is listed by tag, page by page', async () => {
    const tags = { purpose: 'listing' };
    for (const name of ['listed-1', 'listed-2', 'listed-3'])
      await client.arm('PUT', `/jobs/${name}`, command({ command: 'true', tags }));
    const first = await client.arm('GET', '/jobs?tag=purpose=listing&$top=2');
    const rest = await client.send('GET', first.body.nextLink);
    const names = [...first.body.value, ...rest.body.value].map(({ name }) => name);
    expect(names).toEqual(['listed-3', 'listed-2', 'listed-1']);
  });
});

describe('a job on several nodes', () => {
  it('has a process a worker that finds itself in TF_CONFIG', async () => {
    const body = command({
      command: 'echo "$TF_CONFIG"',
      distribution: { distributionType: 'TensorFlow', workerCount: 2, parameterServerCount: 0 },
      resources: { instanceCount: 2 },
    });
    await client.arm('PUT', '/jobs/nodes', body);
    await client.waitFor('nodes');
    const { logFiles } = (await client.history('nodes/details')).body;
    const configurations = await Promise.all(
      [0, 1].map(async index =>
        JSON.parse(await download(logFiles[`user_logs/std_log_worker_${index}.txt`])),
      ),
    );
    expect(configurations.map(({ task }) => task)).toEqual([
      { type: 'worker', index: 0 },
      { type: 'worker', index: 1 },
    ]);
    expect(configurations[0].cluster).toEqual(configurations[1].cluster);
    expect(new Set(configurations[0].cluster.worker).size).toBe(2);
  });
});
