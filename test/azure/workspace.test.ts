import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { datastoreUri } from '../../src/azure/resource-ids.ts';
import type { AzureWorkspace } from '../../src/azure/workspace.ts';
import { StandIn } from '../azureml/stand-in.ts';
import { connectTo } from './against-stand-in.ts';

let standIn: StandIn;
let workspace: AzureWorkspace;

beforeAll(async () => {
  standIn = await StandIn.start();
  workspace = connectTo(standIn);
});

afterAll(() => standIn.close());

describe('clusters', () => {
  it('are listed, and told with what a node has and costs', async () => {
    expect((await workspace.clusters()).map(({ name }) => name)).toContain('gpu-low-priority');
    expect(await workspace.cluster('gpu-low-priority')).toMatchObject({
      lowPriority: true,
      nodes: { minimum: 0, maximum: 4 },
      machine: { cores: 4, gpus: 1, price: 0.12 },
    });
  });
});

describe('files of a datastore', () => {
  it.each(['workspaceblobstore', 'datasets'])('in %s are uploaded once and listed', async datastore => {
    const files = await workspace.files(datastore);
    const local = [{ path: 'a b/ä.txt', source: { content: 'hello' }, bytes: 5 }];
    expect(await files.upload(local, 'some/folder')).toBe(1);
    expect(await files.upload(local, 'some/folder')).toBe(0);
    expect(await files.list('some/folder')).toMatchObject([{ path: 'some/folder/a b/ä.txt', bytes: 5 }]);
  });
});

describe('a job', () => {
  it('is submitted, watched and ends, with logs that are read piece by piece', async () => {
    const code = await workspace.uploadCode({
      name: 'innereye-abc',
      hash: 'abc',
      files: [{ path: 'main.sh', source: { content: 'echo "$1"; echo done > "$2/x.txt"' }, bytes: 0 }],
    });
    const environment = await workspace.ensureEnvironment({ name: 'e', version: '1', image: 'node:20' });
    const job = await workspace.submit('job-1', {
      jobType: 'Command',
      command: 'bash main.sh ${{inputs.word}} ${{outputs.run}}',
      codeId: code,
      environmentId: environment,
      computeId: `${code.split('/codes/')[0]}/computes/cpu-cluster`,
      displayName: 'one',
      experimentName: 'tests',
      tags: { a: 'b' },
      environmentVariables: {},
      resources: { instanceCount: 1, shmSize: '1g' },
      inputs: { word: { jobInputType: 'literal', value: 'hello' } },
      outputs: {
        run: {
          jobOutputType: 'uri_folder',
          mode: 'ReadWriteMount',
          uri: datastoreUri('workspaceblobstore', 'innereye/job-1'),
        },
      },
    });
    expect(job).toMatchObject({ name: 'job-1', kind: 'command', cluster: 'cpu-cluster', tags: { a: 'b' } });
    await expect
      .poll(async () => (await workspace.job('job-1')).status, { timeout: 20_000 })
      .toBe('Completed');
    const [log] = await workspace.logs('job-1');
    expect(log!.name).toBe('user_logs/std_log.txt');
    expect((await log!.read(0)).toString()).toBe('hello\n');
    expect((await log!.read(6)).length).toBe(0);
    const files = await workspace.files('workspaceblobstore');
    expect((await files.list('innereye/job-1')).map(({ path }) => path)).toEqual(['innereye/job-1/x.txt']);
  });
});
