import { AzureMachineLearningWorkspaces } from '@azure/arm-machinelearning';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { computeId } from './client.ts';
import { StandIn } from './stand-in.ts';
import { RESOURCE_GROUP, SUBSCRIPTION, WORKSPACE } from './workspace.ts';

let standIn: StandIn;
let client: AzureMachineLearningWorkspaces;

beforeAll(async () => {
  standIn = await StandIn.start();
  const credential = {
    getToken: async () => ({ token: standIn.tokens.issue(), expiresOnTimestamp: Date.now() + 3600_000 }),
  };
  client = new AzureMachineLearningWorkspaces(credential, SUBSCRIPTION, {
    endpoint: standIn.origin,
    tlsOptions: { ca: standIn.authority },
    retryOptions: { retryDelayInMs: 10 },
  });
});

afterAll(() => standIn.close());

const scope = [RESOURCE_GROUP, WORKSPACE] as const;

describe("Microsoft's JavaScript client", () => {
  it('finds workspaces, clusters, datastores and sizes', async () => {
    const names = async (items: AsyncIterable<{ name?: string }>): Promise<(string | undefined)[]> => {
      const found = [];
      for await (const { name } of items) found.push(name);
      return found.sort();
    };
    const workspace = await client.workspaces.get(...scope);
    const sizes = await client.virtualMachineSizes.list('westeurope');
    const secrets = await client.datastores.listSecrets(...scope, 'workspaceblobstore');
    expect(workspace).toMatchObject({ name: WORKSPACE, provisioningState: 'Succeeded' });
    expect(await names(client.workspaces.listBySubscription())).toEqual([WORKSPACE]);
    expect(await names(client.computeOperations.list(...scope))).toEqual([
      'cpu-cluster',
      'gpu-low-priority',
      'gpu-no-quota',
    ]);
    expect(await names(client.datastores.list(...scope))).toEqual([
      'datasets',
      'workspaceartifactstore',
      'workspaceblobstore',
    ]);
    expect(sizes.value?.map(({ gpus }) => gpus)).toEqual([0, 1, 1]);
    expect(secrets.secretsType).toBe('AccountKey');
  });

  it('submits, lists, reads and cancels a job, retrying what is throttled', async () => {
    const { id } = await client.environmentVersions.createOrUpdate(...scope, 'image', '1', {
      properties: { image: 'ubuntu:22.04' },
    });
    standIn.faults.add([
      { kind: 'throttle', method: 'PUT', path: '/jobs/', retryAfterSeconds: 0 },
      { kind: 'error', method: 'PUT', path: '/jobs/' },
    ]);
    const made = await client.jobs.createOrUpdate(...scope, 'javascript', {
      properties: {
        jobType: 'Command',
        command: 'sleep 60',
        environmentId: id!,
        computeId: computeId('cpu-cluster'),
        tags: { from: 'javascript' },
      },
    });
    const listed = [];
    for await (const { name } of client.jobs.list(...scope, { tag: 'from=javascript' })) listed.push(name);
    await client.jobs.beginCancelAndWait(...scope, 'javascript', { updateIntervalInMs: 10 });
    const { properties } = await client.jobs.get(...scope, 'javascript');
    expect(made.properties).toMatchObject({ jobType: 'Command', experimentName: 'Default' });
    expect(listed).toEqual(['javascript']);
    expect(properties.status).toBe('Canceled');
    expect(standIn.faults.left).toEqual([]);
  });

  it('makes a cluster and an endpoint, and removes them', async () => {
    const wait = { updateIntervalInMs: 10 };
    await client.computeOperations.beginCreateOrUpdateAndWait(
      ...scope,
      'low',
      {
        location: 'westeurope',
        properties: {
          computeType: 'AmlCompute',
          properties: {
            vmSize: 'STANDARD_DS3_V2',
            vmPriority: 'LowPriority',
            scaleSettings: { minNodeCount: 0, maxNodeCount: 1, nodeIdleTimeBeforeScaleDown: 'PT120S' },
          },
        },
      },
      wait,
    );
    const endpoint = await client.onlineEndpoints.beginCreateOrUpdateAndWait(
      ...scope,
      'segment',
      { location: 'westeurope', properties: { authMode: 'Key' } },
      wait,
    );
    const keys = await client.onlineEndpoints.listKeys(...scope, 'segment');
    await client.onlineEndpoints.beginDeleteAndWait(...scope, 'segment', wait);
    await client.computeOperations.beginDeleteAndWait(...scope, 'low', 'Delete', wait);
    expect(endpoint.properties.scoringUri).toBe(`${standIn.origin}/endpoints/segment/score`);
    expect(keys.primaryKey).toMatch(/^[\w-]{32}$/);
    await expect(client.onlineEndpoints.get(...scope, 'segment')).rejects.toMatchObject({
      statusCode: 404,
      code: 'NotFound',
    });
    await expect(client.computeOperations.get(...scope, 'low')).rejects.toMatchObject({ statusCode: 404 });
  });
});
