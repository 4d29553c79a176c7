import { createHash, randomUUID } from 'node:crypto';
import type { Blobs } from '../blobs.ts';
import { ACCOUNT } from '../blobs.ts';
import { type BodyName, checkBody, isKnownBody } from '../request-bodies.ts';
import { ok } from '../router.ts';
import { ServiceError, userError } from '../service-error.ts';
import { BLOB_CONTAINER, RESOURCE_GROUP, SUBSCRIPTION } from '../workspace.ts';
import { type Arm, type ArmRequest, page } from './arm.ts';
import type { Envelope, Resource, ResourceStore } from './resource-store.ts';

interface AssetKind {
  readonly collection: string;
  readonly container: BodyName;
  readonly version: BodyName;
  /** The property that says where an asset's files lie, which cannot be changed. */
  readonly place?: string;
  /** What the service adds where nothing was given. */
  readonly defaults?: Readonly<Record<string, unknown>>;
}

const KINDS: readonly AssetKind[] = [
  { collection: 'codes', container: 'CodeContainer', version: 'CodeVersion', place: 'codeUri' },
  { collection: 'data', container: 'DataContainer', version: 'DataVersionBase', place: 'dataUri' },
  { collection: 'environments', container: 'EnvironmentContainer', version: 'EnvironmentVersion' },
  {
    collection: 'models',
    container: 'ModelContainer',
    version: 'ModelVersion',
    place: 'modelUri',
    defaults: { flavors: {}, stage: 'None' },
  },
  {
    collection: 'components',
    container: 'ComponentContainer',
    version: 'ComponentVersion',
    place: 'componentSpec',
  },
];

/** Versioned assets: code, data, environments, models and components. */
export function assetRoutes(arm: Arm, store: ResourceStore, blobs: Blobs, origin: () => string): void {
  for (const kind of KINDS) {
    const all = `/${kind.collection}`;
    arm.onWorkspace('GET', all, request => page(request, store.list(all), origin()));
    arm.onWorkspace('GET', `${all}/{name}`, ({ names }) => ok(store.require(`${all}/${names.name}`)));
    arm.onWorkspace('PUT', `${all}/{name}`, request => {
      checkBody(request.version, kind.container, request.body);
      const path = `${all}/${request.names.name}`;
      const { resource, isNew } = store.put(path, request.body as Envelope, request.caller!.name);
      return { status: isNew ? 201 : 200, body: resource };
    });
    arm.onWorkspace('DELETE', `${all}/{name}`, ({ names }) => remove(store, `${all}/${names.name}`));
    arm.onWorkspace('GET', `${all}/{name}/versions`, request => {
      const hash = request.query.get('hash');
      const versions =
        hash === null ? store.list(`${all}/${request.names.name}/versions`) : withHash(store, all, hash);
      return page(request, versions, origin());
    });
    arm.onWorkspace('GET', `${all}/{name}/versions/{version}`, ({ names }) =>
      ok(store.require(versionPath(kind, names))),
    );
    arm.onWorkspace('PUT', `${all}/{name}/versions/{version}`, request => putVersion(store, kind, request));
    arm.onWorkspace('DELETE', `${all}/{name}/versions/{version}`, ({ names }) =>
      remove(store, versionPath(kind, names)),
    );
  }
  arm.onWorkspace('POST', '/codes/{name}/versions/{version}/startPendingUpload', request => {
    if (!isKnownBody(request.version, 'PendingUploadRequestDto'))
      throw new ServiceError(
        404,
        'NotFound',
        `startPendingUpload is not part of version ${request.version}.`,
      );
    checkBody(request.version, 'PendingUploadRequestDto', request.body);
    return ok(pendingUpload(blobs, versionPath(KINDS[0]!, request.names)));
  });
}

const versionPath = (kind: AssetKind, names: Readonly<Record<string, string>>): string =>
  `/${kind.collection}/${names.name}/versions/${names.version}`;

function putVersion(
  store: ResourceStore,
  kind: AssetKind,
  request: ArmRequest,
): { status: number; body: unknown } {
  checkBody(request.version, kind.version, request.body);
  const envelope = request.body as Envelope;
  const path = versionPath(kind, request.names);
  const before = store.get(path)?.properties;
  const changed =
    kind.place &&
    before &&
    JSON.stringify(before[kind.place]) !== JSON.stringify(envelope.properties[kind.place]);
  if (changed)
    throw userError(
      `The asset '${request.names.name}:${request.names.version}' already exists and its ${kind.place} cannot be changed. Use another version.`,
      'Conflict',
      409,
    );
  const container = `/${kind.collection}/${request.names.name}`;
  if (!store.get(container))
    store.put(container, { properties: { isArchived: false } }, request.caller!.name);
  const added = { isAnonymous: false, isArchived: false, tags: {}, properties: {}, ...kind.defaults };
  const properties = { ...added, ...withText(envelope.properties) };
  const { resource, isNew } = store.put(path, { ...envelope, properties }, request.caller!.name);
  return { status: isNew ? 201 : 200, body: resource };
}

function remove(store: ResourceStore, path: string): { status: number } {
  return { status: store.delete(path) ? 200 : 204 };
}

/**
 * Clients look for code by the hash of its content before they upload it, whatever its name was: Microsoft's take the name
 * from what is found.
 */
function withHash(store: ResourceStore, collection: string, hash: string): Resource[] {
  return store
    .list(collection)
    .flatMap(({ name }) => store.list(`${collection}/${name}/versions`))
    .filter(
      ({ properties }) => (properties.properties as Record<string, string> | undefined)?.hash_sha256 === hash,
    );
}

/** A place of its own in the workspace's container, with a signature to fill it. */
function pendingUpload(blobs: Blobs, path: string): object {
  const folder = createHash('sha256').update(path).digest('hex').slice(0, 32);
  const blobUri = `${blobs.container(BLOB_CONTAINER).url}/LocalUpload/${folder}`;
  return {
    pendingUploadId: randomUUID(),
    pendingUploadType: 'TemporaryBlobReference',
    blobReferenceForConsumption: {
      blobUri,
      storageAccountArmId: `/subscriptions/${SUBSCRIPTION}/resourceGroups/${RESOURCE_GROUP}/providers/Microsoft.Storage/storageAccounts/${ACCOUNT}`,
      credential: {
        credentialType: 'SAS',
        sasUri: `${blobUri}?${blobs.containerSignature(BLOB_CONTAINER, 'racwl')}`,
      },
    },
  };
}

/** The service keeps values of these dictionaries as text, whatever was sent. */
function withText(properties: Record<string, unknown>): Record<string, unknown> {
  const texts = ['tags', 'properties'].flatMap(name => {
    const values = properties[name];
    const isFlat = typeof values === 'object' && values !== null && Object.values(values).every(isPlain);
    return isFlat
      ? [[name, Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]))]]
      : [];
  });
  return { ...properties, ...Object.fromEntries(texts) };
}

const isPlain = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);
