import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ContainerClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Blobs } from './blobs.ts';
import { makeCertificate } from './certificate.ts';
import { FaultPlan } from './faults.ts';

let folder: string;
let authority: string;
let blobs: Blobs;
const faults = new FaultPlan();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stand-in-blobs-'));
  const certificate = await makeCertificate();
  authority = certificate.authority;
  blobs = await Blobs.start(folder, certificate, faults);
  await blobs.container('data').create();
});

afterAll(async () => {
  await blobs.close();
  await rm(folder, { recursive: true });
});

/** The container as a client outside sees it: by a signature alone. */
function container(permissions: string): ContainerClient {
  const options = { tlsOptions: { ca: authority }, retryOptions: { maxTries: 1 } };
  return new ContainerClient(
    `${blobs.endpoint}/data?${blobs.containerSignature('data', permissions)}`,
    undefined,
    options,
  );
}

describe('blobs of the stand-in', () => {
  it('are written, listed and read in part with a signature', async () => {
    await container('rcwl').uploadBlockBlob('folder/a.txt', 'abcdef', 6);
    const names = [];
    for await (const blob of container('rl').listBlobsFlat({ prefix: 'folder/' })) names.push(blob.name);
    const part = await container('r').getBlobClient('folder/a.txt').downloadToBuffer(2, 3);
    expect(names).toEqual(['folder/a.txt']);
    expect(part.toString()).toBe('cde');
  });

  it('have addresses by number and by name', () => {
    const { port } = new URL(blobs.endpoint);
    for (const start of [
      `127.0.0.1:${port}/devstoreaccount1`,
      `localhost:${port}/devstoreaccount1`,
      `devstoreaccount1.blob.localhost:${port}`,
    ])
      expect(blobs.pathOf(`https://${start}/data/a%20b/c`)).toBe('data/a b/c');
    expect(blobs.pathOf('https://127.0.0.1:1/devstoreaccount1/data/a')).toBeUndefined();
    expect(blobs.pathOf('azureml:data:1')).toBeUndefined();
  });

  it('are refused to a signature without the right', async () => {
    const writing = container('r').uploadBlockBlob('b.txt', 'b', 1);
    await expect(writing).rejects.toMatchObject({ statusCode: 403, code: 'AuthorizationPermissionMismatch' });
  });

  it('are refused to a client that does not know the authority', async () => {
    const stranger = new ContainerClient(container('r').url, undefined, { retryOptions: { maxTries: 1 } });
    await expect(stranger.getProperties()).rejects.toThrow(/certificate/);
  });

  it('answer with the faults that were asked for', async () => {
    faults.add([
      { kind: 'error', status: 403, code: 'AuthorizationFailure', path: '/data/c.txt' },
      { kind: 'drop-after', path: '/data/d.txt' },
    ]);
    const write = (name: string) => container('rcw').uploadBlockBlob(name, 'x', 1);
    await expect(write('c.txt')).rejects.toMatchObject({ statusCode: 403, code: 'AuthorizationFailure' });
    await expect(write('d.txt')).rejects.toThrow(/socket hang up|ECONNRESET/);
    expect(await container('r').getBlobClient('d.txt').exists()).toBe(true);
    expect(faults.left).toEqual([]);
  });
});
