import type { ResourceStore } from '../arm/resource-store.ts';
import type { Blobs } from '../blobs.ts';
import { userError } from '../service-error.ts';

/** Where something lies in the storage account. */
export interface StoragePath {
  readonly container: string;
  /** Name of a blob, or what the names of a folder's blobs begin with, without a slash at the end. */
  readonly path: string;
}

/**
 * The place that a job's input, output or snapshot names: a datastore's path in one of its two forms, a data asset by id
 * or as `azureml:name:version`, an output of a job, or the address of a blob.
 */
export function storagePath(uri: string, store: ResourceStore, blobs: Blobs): StoragePath {
  const inDatastore = /^azureml:\/\/(?:.*\/)?datastores\/([^/]+)\/(?:paths\/)?(.*)$/.exec(uri);
  if (inDatastore) {
    const datastore = store.get(`/datastores/${inDatastore[1]}`);
    if (!datastore) throw userError(`The datastore '${inDatastore[1]}' of '${uri}' was not found.`);
    return { container: datastore.properties.containerName as string, path: trimmed(inDatastore[2]!) };
  }
  const ofJob = /^azureml:\/\/jobs\/([^/]+)\/outputs\/([^/]+)(?:\/paths)?(?:\/(.*))?$/.exec(uri);
  if (ofJob) {
    const outputs = store.get(`/jobs/${ofJob[1]}`)?.properties.outputs as
      | Record<string, { uri?: string }>
      | undefined;
    // The folder `outputs` and the logs of every job are called artifacts here.
    const output = outputs?.[ofJob[2] === 'artifacts' ? 'default' : ofJob[2]!];
    if (!output?.uri) throw userError(`The job '${ofJob[1]}' has no output '${ofJob[2]}'.`);
    const { container, path } = storagePath(output.uri, store, blobs);
    return { container, path: trimmed(`${path}/${ofJob[3] ?? ''}`) };
  }
  const inAccount = blobs.pathOf(uri);
  if (inAccount !== undefined) {
    const [container, ...path] = inAccount.split('/');
    return { container: container!, path: trimmed(path.join('/')) };
  }
  const asset = /^azureml:([\w.-]+):([\w.-]+)$/.exec(uri);
  const version = asset
    ? store.get(`/data/${asset[1]}/versions/${asset[2]}`)
    : store.byId(uri.replace(/^azureml:(?=\/subscriptions)/, ''));
  const dataUri = version?.properties.dataUri ?? version?.properties.modelUri;
  if (typeof dataUri === 'string') return storagePath(dataUri, store, blobs);
  throw userError(`The path '${uri}' names no datastore, data asset or blob of this workspace.`);
}

const trimmed = (path: string): string => path.replace(/^\/+|\/+$/g, '');
