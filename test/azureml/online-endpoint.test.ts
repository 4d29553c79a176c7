import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from './client.ts';
import { freePorts } from './jobs/free-ports.ts';
import { startOf } from './serving/dockerfile.ts';
import { StandIn } from './stand-in.ts';
import { BLOB_CONTAINER } from './workspace.ts';

let standIn: StandIn;
let client: Client;

beforeAll(async () => {
  standIn = await StandIn.start();
  client = new Client(standIn);
});

afterAll(() => standIn.close());

const SERVER = `
const { createServer } = require('node:http');
const { readFileSync } = require('node:fs');
const weights = readFileSync(process.env.AZUREML_MODEL_DIR + '/net/weights.txt', 'utf8');
createServer((request, response) => {
  console.log(request.method, request.url);
  let body = '';
  request.on('data', chunk => (body += chunk));
  request.on('end', () => response.end(request.url === '/ready' ? 'ok' : weights + body));
}).listen(Number(process.argv[2]), '127.0.0.1');
`;

/** The end of a long-running operation. */
async function ended(answer: {
  headers: Record<string, unknown>;
}): Promise<{ status: string; error?: { code: string } }> {
  for (;;) {
    const { body } = await client.send('GET', answer.headers['azure-asyncoperation'] as string);
    if (body.status !== 'InProgress') return body;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

const endpoint = (traffic: object): object => ({
  location: 'westeurope',
  identity: { type: 'SystemAssigned' },
  properties: { authMode: 'Key', traffic },
});

async function upload(path: string, text: string): Promise<void> {
  await standIn.blobs.container(BLOB_CONTAINER).uploadBlockBlob(path, text, text.length);
}

async function environment(name: string, command: readonly string[], port: number): Promise<string> {
  await upload(`contexts/${name}/Dockerfile`, `FROM node:20\nCOPY . .\nCMD ${JSON.stringify(command)}\n`);
  await upload(`contexts/${name}/server.cjs`, SERVER);
  const route = (path: string): object => ({ path, port });
  const made = await client.arm('PUT', `/environments/${name}/versions/1`, {
    properties: {
      build: {
        contextUri: `${standIn.blobs.container(BLOB_CONTAINER).url}/contexts/${name}/`,
        dockerfilePath: 'Dockerfile',
      },
      inferenceConfig: {
        livenessRoute: route('/ready'),
        readinessRoute: route('/ready'),
        scoringRoute: route('/predict'),
      },
    },
  });
  return made.body.id;
}

const deployment = (environmentId: string, model: string): object => ({
  location: 'westeurope',
  sku: { name: 'Default', capacity: 1 },
  properties: { endpointComputeType: 'Managed', environmentId, model, instanceType: 'Standard_DS3_v2' },
});

describe('an online endpoint', () => {
  it('serves the model from a container, with a key', async () => {
    const [port] = await freePorts(1);
    await upload('models/net/weights.txt', 'w:');
    const modelUri = 'azureml://datastores/workspaceblobstore/paths/models/net';
    const model = await client.arm('PUT', '/models/net/versions/1', {
      properties: { modelType: 'custom_model', modelUri },
    });
    const environmentId = await environment('server', ['node', 'server.cjs', String(port)], port!);
    expect((await client.arm('PUT', '/onlineEndpoints/predict', endpoint({}))).status).toBe(201);
    const made = await client.arm(
      'PUT',
      '/onlineEndpoints/predict/deployments/blue',
      deployment(environmentId, model.body.id),
    );
    expect(await ended(made)).toMatchObject({ status: 'Succeeded' });
    await client.arm('PUT', '/onlineEndpoints/predict', endpoint({ blue: 100 }));
    const { scoringUri } = (await client.arm('GET', '/onlineEndpoints/predict')).body.properties;
    const { primaryKey } = (await client.arm('POST', '/onlineEndpoints/predict/listKeys')).body;
    const score = (key: string) =>
      client.send('POST', scoringUri, { x: 1 }, { authorization: `Bearer ${key}` });
    expect((await score(primaryKey)).body).toBe('w:{"x":1}');
    expect((await score('wrong')).status).toBe(401);
    const logs = await client.arm('POST', '/onlineEndpoints/predict/deployments/blue/getLogs', {
      containerType: 'InferenceServer',
      tail: 10,
    });
    expect(logs.body.content).toContain('POST /predict');
    const busy = await client.arm('DELETE', '/onlineEndpoints/predict/deployments/blue');
    expect(busy.status).toBe(409);
    expect(await ended(await client.arm('DELETE', '/onlineEndpoints/predict'))).toMatchObject({
      status: 'Succeeded',
    });
    expect((await client.arm('GET', '/onlineEndpoints/predict')).status).toBe(404);
  });

  it('tells why a container does not come up', async () => {
    await client.arm('PUT', '/onlineEndpoints/broken', endpoint({}));
    const [port] = await freePorts(1);
    const environmentId = await environment('broken', ['node', '-e', 'throw new Error("no weights")'], port!);
    const made = await client.arm(
      'PUT',
      '/onlineEndpoints/broken/deployments/blue',
      deployment(environmentId, ''),
    );
    expect(await ended(made)).toMatchObject({
      status: 'Failed',
      error: { code: 'ContainerCrashed', message: expect.stringContaining('no weights') },
    });
    expect(
      (await client.arm('GET', '/onlineEndpoints/broken/deployments/blue')).body.properties.provisioningState,
    ).toBe('Failed');
  });

  it('has a name that nobody else in the region has', async () => {
    expect(await client.arm('PUT', '/onlineEndpoints/taken', endpoint({}))).toMatchObject({
      status: 409,
      body: { error: { code: 'Conflict' } },
    });
    expect((await client.arm('PUT', '/onlineEndpoints/1-wrong', endpoint({}))).status).toBe(400);
  });
});

describe('a Dockerfile', () => {
  it('says what its last stage starts', () => {
    const text =
      'FROM a AS build\nCMD ["no"]\nFROM b\nENV A=1 B="two words"\nENV C three\nENTRYPOINT ["node", \\\n "x"]\nCMD ["y"]';
    expect(startOf(text)).toEqual({
      command: ['node', 'x', 'y'],
      environment: { A: '1', B: 'two words', C: 'three' },
    });
    expect(startOf('FROM b\nCMD node x')).toEqual({ command: ['/bin/sh', '-c', 'node x'], environment: {} });
    expect(startOf('FROM b\nRUN true')).toBeUndefined();
  });
});
