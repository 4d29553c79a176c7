import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { imageEnvironment } from '../../src/azure/jobs/environment.ts';
import { trainingJob } from '../../src/azure/jobs/training-job.ts';
import { clusterId, codeId, environmentId } from '../../src/azure/resource-ids.ts';
import type { Submission } from '../../src/azure/submit/submission.ts';
import { submit } from '../../src/azure/submit/submit.ts';
import { StandIn } from '../azureml/stand-in.ts';
import { connectTo, placeOf } from './against-stand-in.ts';

let standIn: StandIn;

beforeAll(async () => {
  standIn = await StandIn.start();
});
afterEach(() => standIn.faults.clear());
afterAll(() => standIn.close());

/** A small submission, whose command does nothing. */
function submission(name: string, cluster = 'cpu-cluster', more: Partial<Submission> = {}): Submission {
  const place = placeOf(standIn);
  const environment = imageEnvironment('node:20');
  const results = `azureml://datastores/workspaceblobstore/paths/innereye/runs/${name}`;
  const content = 'name: x\n';
  const job = trainingJob({
    displayName: name,
    experiment: 'tests',
    tags: {},
    clusterId: clusterId(place, cluster),
    codeId: codeId(place, 'innereye-1'),
    environmentId: environmentId(place, environment.name, environment.version),
    environmentVariables: {},
    nodes: 1,
    sharedMemory: '1g',
    dataset: { uri: 'azureml://datastores/workspaceblobstore/paths/innereye/data/d', access: 'mount' },
    results: `${results}/`,
  });
  return {
    place,
    name,
    cluster,
    code: { name: 'innereye-1', hash: '1', files: [{ path: 'a.yaml', source: { content }, bytes: 8 }] },
    leftOut: [],
    environment,
    uploads: [
      {
        what: 'the data set',
        from: '/d',
        datastore: 'workspaceblobstore',
        folder: 'innereye/data/d',
        files: [{ path: 'scan.txt', source: { content }, bytes: 8 }],
      },
    ],
    job: { ...job, command: 'true' },
    results,
    nodes: 1,
    trainings: 1,
    parallel: 1,
    ...more,
  };
}

const jobsNamed = (name: string) => standIn.jobs.all.filter(job => job.name === name);

describe('a submission', () => {
  it('is one job through throttling, errors of the service and three lost connections', async () => {
    standIn.faults.add([
      { kind: 'throttle', method: 'PUT', path: '/jobs/', retryAfterSeconds: 0.1 },
      { kind: 'drop-before', method: 'PUT', path: '/jobs/' },
      { kind: 'drop-after', method: 'PUT', path: '/jobs/', times: 2 },
      { kind: 'error', method: 'PUT', path: '/jobs/', status: 503 },
      { kind: 'drop-after', method: 'PUT', path: '/codes/' },
      { kind: 'error', method: 'PUT', path: 'scan.txt', status: 500 },
    ]);
    const job = await submit(connectTo(standIn), submission('shaken'));
    expect(job.name).toBe('shaken');
    expect(standIn.faults.left).toEqual([]);
    expect(jobsNamed('shaken')).toHaveLength(1);
  });

  it('that is repeated is the same job', async () => {
    const workspace = connectTo(standIn);
    await submit(workspace, submission('twice'));
    await submit(workspace, submission('twice'));
    expect(jobsNamed('twice')).toHaveLength(1);
  });

  it('is found again where every answer is lost', async () => {
    standIn.faults.add([{ kind: 'drop-after', method: 'PUT', path: '/jobs/', times: 7 }]);
    expect((await submit(connectTo(standIn), submission('unanswered'))).name).toBe('unanswered');
    expect(jobsNamed('unanswered')).toHaveLength(1);
  });
});

describe('refused with the next step is', () => {
  const told = (what: RegExp, remedy: RegExp) => ({
    name: 'Fault',
    message: expect.stringMatching(what),
    remedy: expect.stringMatching(remedy),
  });

  it('an unknown workspace', async () => {
    await expect(connectTo(standIn, { workspace: 'nowhere' }).clusters()).rejects.toMatchObject(
      told(/no AzureML workspace "nowhere"/, /azure\.workspace/),
    );
  });

  it('an unknown subscription', async () => {
    const subscription = '00000000-0000-4000-8000-00000000dead';
    await expect(connectTo(standIn, { subscription }).clusters()).rejects.toMatchObject(
      told(/no subscription 0000/, /az account list/),
    );
  });

  it('a sign-in that has expired', async () => {
    const token = standIn.tokens.issue({ expiresInSeconds: -10 });
    await expect(connectTo(standIn, { token }).clusters()).rejects.toMatchObject(told(/expired/, /az login/));
  });

  it('a sign-in to another tenant', async () => {
    const token = standIn.tokens.issue({ tenant: '11111111-1111-4111-8111-111111111111' });
    await expect(connectTo(standIn, { token }).clusters()).rejects.toMatchObject(
      told(/another tenant/, /azure\.tenant/),
    );
  });

  it('an account without the right', async () => {
    const token = standIn.tokens.issue({ actions: ['*/read'] });
    const environment = imageEnvironment('node:22');
    const unpermitted = submission('unpermitted', 'cpu-cluster', { environment });
    await expect(submit(connectTo(standIn, { token }), unpermitted)).rejects.toMatchObject(
      told(/lacks a right: Microsoft/, /AzureML Data Scientist/),
    );
    expect(jobsNamed('unpermitted')).toEqual([]);
  });

  it('a cluster that there is not', async () => {
    await expect(submit(connectTo(standIn), submission('lost', 'no-cluster'))).rejects.toMatchObject(
      told(/cluster "no-cluster"/, /innereye azure clusters/),
    );
  });

  it('a cluster with nodes of another kind, or too few', async () => {
    const low = submission('kind', 'cpu-cluster', { lowPriority: true });
    await expect(submit(connectTo(standIn), low)).rejects.toMatchObject(
      told(/has dedicated nodes/, /azure\.low_priority/),
    );
    const many = submission('many', 'cpu-cluster', { nodes: 9 });
    await expect(submit(connectTo(standIn), many)).rejects.toMatchObject(
      told(/at most 4 nodes/, /azure\.nodes/),
    );
  });

  it('a blob that may not be written', async () => {
    standIn.faults.add([
      {
        kind: 'error',
        method: 'PUT',
        path: 'scan.txt',
        status: 403,
        code: 'AuthorizationPermissionMismatch',
        times: 10,
      },
    ]);
    const denied = submission('denied');
    const [upload] = denied.uploads;
    const elsewhere = { ...denied, uploads: [{ ...upload!, folder: 'innereye/data/other' }] };
    await expect(submit(connectTo(standIn), elsewhere)).rejects.toMatchObject(
      told(/may not read or write these blobs/, /Storage Blob Data Contributor/),
    );
  });

  it('a name that is taken', async () => {
    const workspace = connectTo(standIn);
    const taken = submission('taken');
    await submit(workspace, taken);
    const tags = { ...taken.job.tags, innereye_run: 'of somebody else' };
    const other = { ...taken, job: { ...taken.job, command: 'false', tags } as typeof taken.job };
    const refused = told(/another job of this name/, /Submit again/);
    await expect(workspace.submit('taken', other.job)).rejects.toMatchObject(refused);
    await expect(submit(workspace, other)).rejects.toMatchObject(refused);
  });

  it('nodes beyond the quota, while the job waits', async () => {
    const workspace = connectTo(standIn);
    await submit(workspace, submission('waiting', 'gpu-no-quota'));
    await expect
      .poll(async () => (await workspace.cluster('gpu-no-quota')).problems[0])
      .toMatch(/quota limits/);
    await workspace.cancel('waiting');
  });
});
