import { describe, expect, it } from 'vitest';
import { BlobFiles } from './blob-files.ts';
import type { Connection } from './connection.ts';
import { JsonClient } from './json-client.ts';
import { isTrusted } from './trusted-hosts.ts';

const AZURE = 'https://management.azure.com';
const connection = (endpoint = AZURE) => {
  const asked: unknown[] = [];
  const getToken = async (scopes: unknown) => {
    asked.push(scopes);
    return { token: 't', expiresOnTimestamp: Date.now() + 3600_000 };
  };
  const place = { endpoint, subscription: 's', resourceGroup: 'g', workspace: 'w' };
  return { asked, connection: { place, credential: { getToken } } satisfies Connection };
};

describe('who is given a token', () => {
  it.each([
    'https://management.azure.com/x',
    'https://westeurope.api.azureml.ms/mlflow',
    'https://guid.workspace.westeurope.api.azureml.ms/discovery',
    'https://account.blob.core.windows.net/c',
    'https://chinaeast2.api.ml.azure.cn/x',
  ])('are hosts of Azure: %s', address => expect(isTrusted(address, { endpoint: AZURE })).toBe(true));

  it.each([
    'https://account.blob.evil.example/c',
    'https://account.blob.core.windows.net.evil.example/c',
    'https://management.azure.com.evil.example',
    'https://management.azure.com@evil.example/x',
    'https://vm.westeurope.cloudapp.azure.com',
    'https://account.blob.azure.com',
    'https://box.westeurope.instances.azureml.ms',
    'https://model.westeurope.inference.ml.azure.com',
    'https://localhost:1/x',
  ])('is not %s', address => expect(isTrusted(address, { endpoint: AZURE })).toBe(false));

  it('are the configured host, and the blobs of its domain', () => {
    const endpoint = 'https://management.local.azurestack.external';
    expect(isTrusted(`${endpoint}/x`, { endpoint })).toBe(true);
    expect(isTrusted('https://account.blob.local.azurestack.external/c', { endpoint })).toBe(true);
    expect(isTrusted('https://vm.cloudapp.local.azurestack.external', { endpoint })).toBe(false);
  });

  it('asks for no token for an address that an answer names', async () => {
    const { asked, connection: of } = connection();
    await expect(new JsonClient(of).send('GET', 'https://evil.invalid/next')).rejects.toMatchObject({
      name: 'Fault',
      message: expect.stringContaining('evil.invalid is no host of Azure'),
    });
    expect(asked).toEqual([]);
  });

  it('opens a datastore elsewhere by its own secret only', async () => {
    const blobs = { account: 'a', container: 'c', protocol: 'https', endpoint: 'evil.invalid' };
    const { connection: of } = connection();
    expect(() => BlobFiles.ofDatastore(blobs, { kind: 'none' }, of)).toThrow('a.blob.evil.invalid');
    expect(() => BlobFiles.ofDatastore(blobs, { kind: 'signature', value: 'sig=x' }, of)).not.toThrow();
  });
});
