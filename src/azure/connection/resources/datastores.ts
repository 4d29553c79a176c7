import type { AzureBlobDatastore } from '@azure/arm-machinelearning';
import type { ResourceManager } from './resource-manager.ts';

export interface BlobContainer {
  readonly account: string;
  readonly container: string;
  readonly protocol: string;
  /** `core.windows.net`, or what another cloud has instead. */
  readonly endpoint: string;
}

export type BlobSecret =
  | { readonly kind: 'key'; readonly value: string }
  | { readonly kind: 'signature'; readonly value: string }
  | { readonly kind: 'none' };

/** Datastores of a workspace, as far as they are blob containers. */
export class Datastores {
  constructor(private readonly manager: ResourceManager) {}

  /** Names of those that are blob containers, the default one first. */
  names(): Promise<string[]> {
    const { client, at } = this.manager;
    return this.manager.call(async () => {
      const found: { name: string; isDefault: boolean }[] = [];
      for await (const { name, properties } of client.datastores.list(...at))
        if (name && properties.datastoreType === 'AzureBlob')
          found.push({ name, isDefault: properties.isDefault === true });
      found.sort((a, b) => Number(b.isDefault) - Number(a.isDefault));
      return found.map(({ name }) => name);
    });
  }

  container(datastore: string): Promise<BlobContainer | undefined> {
    const { client, at } = this.manager;
    return this.manager.call(async () => {
      const { properties } = await client.datastores.get(...at, datastore);
      if (properties.datastoreType !== 'AzureBlob') return undefined;
      const { accountName, containerName, protocol, endpoint } = properties as AzureBlobDatastore;
      return {
        account: accountName ?? '',
        container: containerName ?? '',
        protocol: protocol ?? 'https',
        endpoint: endpoint ?? 'core.windows.net',
      };
    });
  }

  /** What opens a datastore; `none` where it is opened by who the user is. */
  secret(datastore: string): Promise<BlobSecret> {
    const { client, at } = this.manager;
    return this.manager.call(async () => {
      try {
        const secrets = await client.datastores.listSecrets(...at, datastore);
        if (secrets.secretsType === 'AccountKey' && 'key' in secrets && secrets.key)
          return { kind: 'key', value: secrets.key };
        if (secrets.secretsType === 'Sas' && 'sasToken' in secrets && secrets.sasToken)
          return { kind: 'signature', value: secrets.sasToken };
        return { kind: 'none' };
      } catch (error) {
        const status = (error as { statusCode?: number }).statusCode;
        // Neither a datastore without secrets nor one whose secrets are not for this account is a refusal yet.
        if (status === 400 || status === 403 || status === 404) return { kind: 'none' };
        throw error;
      }
    });
  }
}
