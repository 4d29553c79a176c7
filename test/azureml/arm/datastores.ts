import { ACCOUNT, ACCOUNT_KEY, type Blobs } from '../blobs.ts';
import { checkBody } from '../request-bodies.ts';
import { ok } from '../router.ts';
import { userError } from '../service-error.ts';
import { DATASTORES } from '../workspace.ts';
import { type Arm, page } from './arm.ts';
import type { Envelope, ResourceStore } from './resource-store.ts';

/** Datastores: containers of the workspace's storage account under a name, with their secrets. */
export function datastoreRoutes(arm: Arm, store: ResourceStore, blobs: Blobs, origin: () => string): void {
  for (const [name, container] of Object.entries(DATASTORES)) {
    // As in a workspace that was just made: its own datastores by key, one added by signature.
    const credentialsType = name === 'datasets' ? 'Sas' : 'AccountKey';
    const properties = blobDatastore(container, credentialsType, blobs, name === 'workspaceblobstore');
    store.put(`/datastores/${name}`, { properties }, 'service');
  }
  arm.onWorkspace('GET', '/datastores', request => {
    const isDefault = request.query.get('isDefault');
    const all = store.list('/datastores');
    const found = all.filter(
      ({ properties }) => isDefault === null || String(properties.isDefault) === isDefault,
    );
    return page(request, found, origin());
  });
  arm.onWorkspace('GET', '/datastores/{name}', ({ names }) => ok(store.require(`/datastores/${names.name}`)));
  arm.onWorkspace('PUT', '/datastores/{name}', request => {
    checkBody(request.version, 'Datastore', request.body);
    const { properties, ...rest } = request.body as Envelope;
    const { secrets: _kept, ...credentials } = properties.credentials as Record<string, unknown>;
    const container = properties.containerName as string;
    if (properties.datastoreType !== 'AzureBlob' || properties.accountName !== ACCOUNT)
      throw userError(`The stand-in has blob containers of the account ${ACCOUNT} alone.`);
    if (request.query.get('skipValidation') !== 'true' && !Object.values(DATASTORES).includes(container))
      throw userError(`The container '${container}' was not found in the account ${ACCOUNT}.`);
    const put = { ...rest, properties: { ...properties, credentials } };
    const { resource, isNew } = store.put(`/datastores/${request.names.name}`, put, request.caller!.name);
    return { status: isNew ? 201 : 200, body: resource };
  });
  arm.onWorkspace('DELETE', '/datastores/{name}', ({ names }) => ({
    status: store.delete(`/datastores/${names.name}`) ? 200 : 204,
  }));
  arm.onWorkspace('POST', '/datastores/{name}/listSecrets', ({ names, body }) => {
    const { properties } = store.require(`/datastores/${names.name}`);
    const credentials = properties.credentials as { credentialsType: string };
    // Later versions are asked for secrets that expire.
    const expirable = (body as { expirableSecret?: boolean } | undefined)?.expirableSecret === true;
    if (credentials.credentialsType === 'AccountKey' && !expirable)
      return ok({ secretsType: 'AccountKey', key: ACCOUNT_KEY });
    if (credentials.credentialsType === 'None')
      throw userError(`The datastore '${names.name}' has no secrets.`, 'NotFound', 404);
    const sasToken = blobs.containerSignature(properties.containerName as string, 'racwl');
    return ok({ secretsType: 'Sas', sasToken });
  });
}

function blobDatastore(
  containerName: string,
  credentialsType: string,
  blobs: Blobs,
  isDefault: boolean,
): Record<string, unknown> {
  return {
    datastoreType: 'AzureBlob',
    accountName: ACCOUNT,
    containerName,
    endpoint: blobs.suffix,
    protocol: 'https',
    credentials: { credentialsType },
    isDefault,
    serviceDataAccessAuthIdentity: 'None',
  };
}
