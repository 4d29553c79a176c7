import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, computeId, expression } from './client.ts';
import { TENANT } from './identity/tokens.ts';
import { StandIn } from './stand-in.ts';
import { WORKSPACE_ID } from './workspace.ts';

let standIn: StandIn;
let client: Client;
let environmentId: string;

beforeAll(async () => {
  standIn = await StandIn.start();
  client = new Client(standIn);
  environmentId = await client.makeEnvironment();
});

afterAll(() => standIn.close());

const job = (properties: object): object => ({
  properties: {
    jobType: 'Command',
    command: 'true',
    environmentId,
    computeId: computeId('cpu-cluster'),
    ...properties,
  },
});

/** Status, code and the first sentence of what an answer says is wrong. */
const wrong = ({
  status,
  body,
}: {
  status: number;
  body: { error: { code: string; message: string } };
}): string => `${status} ${body.error.code}: ${body.error.message}`;

describe('the body of a job', () => {
  it.each([
    ['an unknown property', { comand: 'true' }, 'properties.comand: Could not find member'],
    [
      'a wrong kind of value',
      { resources: { instanceCount: 'two' } },
      'properties.resources.instanceCount: The value must be integer',
    ],
    [
      'a name that is no member of an enumeration',
      { inputs: { x: { jobInputType: 'uri_folder', uri: 'a', mode: 'Mounted' } } },
      'properties.inputs.x.mode: The value must be one of ReadOnlyMount',
    ],
    ['an unknown kind', { jobType: 'Comand' }, "properties.jobType: 'Comand' is not a known value"],
    [
      'a duration that is none',
      { limits: { jobLimitsType: 'Command', timeout: '3.5h' } },
      'properties.limits.timeout',
    ],
    ['a command that is missing', { command: undefined }, 'properties.command: The field is required'],
    [
      'an unknown property of a later version',
      { queueSettings: { jobTier: 'Spot' } },
      'properties.queueSettings: Could not find member',
    ],
  ])('is refused with %s', async (_, properties, message) => {
    const old = new Client(standIn, client.token, '2022-10-01');
    const answer = await old.arm('PUT', '/jobs/refused', job(properties));
    expect(wrong(answer)).toMatch(/^400 ValidationError/);
    expect(wrong(answer)).toContain(message);
    expect((await client.arm('GET', '/jobs/refused')).status).toBe(404);
  });

  it.each([
    [
      'an environment by label',
      { environmentId: `${WORKSPACE_ID}/environments/node@latest` },
      '@latest are not taken',
    ],
    [
      'an environment that there is not',
      { environmentId: `${WORKSPACE_ID}/environments/no/versions/1` },
      'was not found',
    ],
    ['a cluster that there is not', { computeId: computeId('no') }, "Unknown compute target 'no'"],
    ['code that there is not', { codeId: `${WORKSPACE_ID}/codes/no/versions/1` }, 'was not found'],
    [
      'an expression for nothing',
      { command: `echo ${expression('inputs.no')}` },
      'refers to no input or output',
    ],
    [
      'a datastore that there is not',
      { inputs: { x: { jobInputType: 'uri_folder', uri: 'azureml://datastores/no/paths/x' } } },
      "The datastore 'no'",
    ],
  ])('is refused with %s', async (_, properties, message) => {
    expect(wrong(await client.arm('PUT', '/jobs/refused', job(properties)))).toContain(message);
  });

  it('takes names of enumerations in any case, and properties that are the service’s to set', async () => {
    const body = {
      id: 'x',
      name: 'x',
      ...job({
        status: 'Running',
        inputs: {
          x: {
            jobInputType: 'uri_folder',
            uri: 'azureml://datastores/datasets/paths/x',
            mode: 'readonlymount',
          },
        },
      }),
    };
    const { status, body: made } = await client.arm('PUT', '/jobs/lenient', body);
    expect(status).toBe(201);
    expect(made.properties.inputs.x.mode).toBe('ReadOnlyMount');
    // Nothing lies there, which shows only when it runs.
    expect((await client.waitFor('lenient')).properties.status).toBe('Failed');
  });
});

describe('a request', () => {
  it('needs a version that the service knows', async () => {
    const without = await client.send('GET', `${WORKSPACE_ID}/jobs`);
    const unknown = await client.send('GET', `${WORKSPACE_ID}/jobs?api-version=2021-01-01`);
    expect(wrong(without)).toMatch(/^400 MissingApiVersionParameter/);
    expect(wrong(unknown)).toMatch(/^400 NoRegisteredProviderFound/);
  });

  it('may only use what its version has', async () => {
    const old = new Client(standIn, client.token, '2022-10-01');
    const body = { pendingUploadType: 'TemporaryBlobReference' };
    expect((await old.arm('POST', '/codes/a/versions/1/startPendingUpload', body)).status).toBe(404);
    expect((await client.arm('POST', '/codes/a/versions/1/startPendingUpload', body)).status).toBe(200);
  });

  it('finds the part of its scope that is missing', async () => {
    const ask = async (path: string): Promise<string> =>
      wrong(await client.send('GET', `${path}?api-version=2023-10-01`));
    expect(await ask(WORKSPACE_ID.replace(/subscriptions\/[^/]+/, 'subscriptions/none'))).toMatch(
      /^404 SubscriptionNotFound/,
    );
    expect(await ask(WORKSPACE_ID.replace('/innereye/', '/none/'))).toMatch(/^404 ResourceGroupNotFound/);
    expect(await ask(WORKSPACE_ID.replace('/stand-in', '/none'))).toMatch(/^404 ResourceNotFound/);
    expect(await ask(`${WORKSPACE_ID}/jobs/none`)).toMatch(/^404 NotFound/);
  });

  it('needs a token that is in force and meant for the service', async () => {
    const ask = async (token: string): Promise<string> =>
      wrong(await new Client(standIn, token).arm('GET', '/jobs'));
    const { tokens } = standIn;
    expect(await ask('')).toMatch(/^401 AuthenticationFailed/);
    expect(await ask(`${tokens.issue()}x`)).toMatch(/^401 InvalidAuthenticationToken/);
    expect(await ask(tokens.issue({ expiresInSeconds: -1 }))).toMatch(/^401 ExpiredAuthenticationToken/);
    expect(await ask(tokens.issue({ audience: 'https://graph.microsoft.com' }))).toMatch(
      /^401 InvalidAuthenticationTokenAudience/,
    );
    expect(await ask(tokens.issue({ tenant: TENANT.replace('7', '8') }))).toMatch(
      /^401 InvalidAuthenticationTokenTenant/,
    );
  });

  it('needs the right to do what it asks', async () => {
    const reader = new Client(standIn, standIn.tokens.issue({ actions: ['*/read'] }));
    expect((await reader.arm('GET', '/jobs')).status).toBe(200);
    expect(wrong(await reader.arm('PUT', '/jobs/mine', job({})))).toContain(
      "perform action 'Microsoft.MachineLearningServices/workspaces/jobs/write'",
    );
    expect(wrong(await reader.arm('POST', '/datastores/workspaceblobstore/listSecrets'))).toMatch(
      /^403 AuthorizationFailed/,
    );
  });
});

describe('sign-in', () => {
  it('gives a managed identity its token', async () => {
    const ask = (header: string) =>
      client.send(
        'GET',
        '/identity/token?api-version=2019-08-01&resource=https://management.azure.com',
        undefined,
        { 'x-identity-header': header },
      );
    const { body } = await ask('stand-in');
    expect((await new Client(standIn, body.access_token).arm('GET', '/jobs')).status).toBe(200);
    expect((await ask('wrong')).status).toBe(403);
  });
});

describe('a cluster', () => {
  const cluster = (vmSize: string, minNodeCount = 0): object => ({
    location: 'westeurope',
    properties: {
      computeType: 'AmlCompute',
      properties: { vmSize, vmPriority: 'LowPriority', scaleSettings: { minNodeCount, maxNodeCount: 2 } },
    },
  });

  it('is made by a long-running operation', async () => {
    const { status, headers } = await client.arm('PUT', '/computes/made', cluster('Standard_DS3_v2'));
    expect(status).toBe(201);
    expect((await client.send('GET', headers['azure-asyncoperation'] as string)).body.status).toBe(
      'Succeeded',
    );
    const { body } = await client.arm('GET', '/computes/made');
    expect(body.properties.properties).toMatchObject({
      vmPriority: 'LowPriority',
      allocationState: 'Steady',
      currentNodeCount: 0,
    });
  });

  it('is refused with a size or a name that is none', async () => {
    expect(wrong(await client.arm('PUT', '/computes/other', cluster('Standard_X')))).toMatch(
      /^400 InvalidVmSize/,
    );
    expect(wrong(await client.arm('PUT', '/computes/a-1', cluster('Standard_DS3_v2')))).toMatch(
      /^400 InvalidComputeName/,
    );
  });

  it('fails where its nodes exceed the quota', async () => {
    await client.control('quota', { name: 'lowPriority', cores: 4 });
    const { headers } = await client.arm('PUT', '/computes/large', cluster('Standard_DS3_v2', 2));
    const { body } = await client.send('GET', headers['azure-asyncoperation'] as string);
    expect(body).toMatchObject({ status: 'Failed', error: { code: 'ClusterMinNodesExceedCoreQuota' } });
  });

  it('lets jobs wait that exceed the quota, and says why', async () => {
    await client.arm('PUT', '/jobs/waiting', job({ computeId: computeId('gpu-no-quota') }));
    const waiting = await client.waitFor('waiting', status => status === 'Queued');
    const { body } = await client.arm('GET', '/computes/gpu-no-quota');
    expect(waiting.properties.status).toBe('Queued');
    expect(body.properties.properties.errors[0].error).toMatchObject({
      code: 'ClusterCoreQuotaReached',
      message: expect.stringContaining('Maximum allowed: 0'),
    });
    await client.control('quota', { name: 'StandardNCADSA100v4Family', cores: 24 });
    expect((await client.waitFor('waiting')).properties.status).toBe('Completed');
  });

  it('tells quota, usage and sizes of its region', async () => {
    const region = WORKSPACE_ID.replace(
      /resourceGroups.*/,
      'providers/Microsoft.MachineLearningServices/locations/westeurope',
    );
    const ask = async (what: string) =>
      (await client.send('GET', `${region}/${what}?api-version=2023-10-01`)).body.value;
    const [usages, quotas, sizes] = [await ask('usages'), await ask('quotas'), await ask('vmSizes')];
    expect(
      usages.find(({ name }: { name: { value: string } }) => name.value === 'standardDSv2Family'),
    ).toMatchObject({ currentValue: 0, limit: 24, unit: 'Count' });
    expect(quotas).toHaveLength(usages.length);
    expect(sizes[0]).toMatchObject({ name: 'Standard_DS3_v2', vCPUs: 4, gpus: 0 });
  });
});
