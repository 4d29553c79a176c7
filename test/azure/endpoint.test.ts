import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { servingEnvironment } from '../../src/azure/jobs/environment.ts';
import { freePorts } from '../azureml/jobs/free-ports.ts';
import { StandIn } from '../azureml/stand-in.ts';
import { BLOB_CONTAINER } from '../azureml/workspace.ts';
import { connectTo } from './against-stand-in.ts';

const SERVER = `
const { createServer } = require('node:http');
const { readdirSync } = require('node:fs');
createServer((request, response) => {
  console.log(request.method, request.url);
  response.end(JSON.stringify(readdirSync(process.env.AZUREML_MODEL_DIR, { recursive: true })));
}).listen(Number(process.argv[1]), '127.0.0.1');
`;

let standIn: StandIn;
let port: number;

beforeAll(async () => {
  [port] = (await freePorts(1)) as [number];
  const start = { command: [process.execPath, '-e', SERVER, String(port)], environment: {} };
  standIn = await StandIn.start({ images: { 'registry/innereye:1': start } });
});
afterAll(() => standIn.close());

describe('a model', () => {
  it('is registered with its tags, deployed, asked, and taken away', async () => {
    const workspace = connectTo(standIn);
    const folder = 'innereye/runs/x/x';
    await standIn.blobs
      .container(BLOB_CONTAINER)
      .uploadBlockBlob(`${folder}/checkpoints/best.safetensors`, 'w', 1);
    const model = await workspace.registerModel({
      name: 'abdomen',
      version: 'x',
      description: 'a model',
      uri: `azureml://datastores/workspaceblobstore/paths/${folder}`,
      tags: { 'test/Dice': '0.9' },
    });
    expect(model).toMatch(/\/models\/abdomen\/versions\/x$/);
    const environment = await workspace.ensureEnvironment(
      servingEnvironment('registry/innereye:1', { port, ready: '/health', score: '/predict' }),
    );
    const { address } = await workspace.deploy({
      endpoint: 'abdomen-endpoint',
      deployment: 'innereye',
      model,
      environment,
      machine: 'Standard_DS3_v2',
      instances: 1,
      tags: {},
    });
    expect(address).toMatch(/^https:/);
    const { status, text } = await workspace.invoke('abdomen-endpoint', address);
    expect(status).toBe(200);
    expect(text).toContain('best.safetensors');
    expect(await workspace.deploymentLogs('abdomen-endpoint', 'innereye')).toContain('GET ');
    await workspace.deleteEndpoint('abdomen-endpoint');
    await expect(workspace.invoke('abdomen-endpoint', address)).rejects.toMatchObject({ name: 'Fault' });
  });

  it('whose endpoint has a name that is taken is told to choose another', async () => {
    const deployment = {
      endpoint: 'taken',
      deployment: 'innereye',
      model: '',
      environment: '',
      machine: 'Standard_DS3_v2',
      instances: 1,
      tags: {},
    };
    await expect(connectTo(standIn).deploy(deployment)).rejects.toMatchObject({
      message: 'the name is taken',
      remedy: expect.stringContaining('Choose another name'),
    });
  });
});
