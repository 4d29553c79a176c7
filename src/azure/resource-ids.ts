import type { WorkspacePlace } from './workspace.ts';

/** ARM id of a workspace, and what begins the ids of everything in it. */
export const workspaceId = ({ subscription, resourceGroup, workspace }: WorkspacePlace): string =>
  `/subscriptions/${subscription}/resourceGroups/${resourceGroup}/providers/Microsoft.MachineLearningServices/workspaces/${workspace}`;

/** Snapshots have one version: their name has the hash of what is in them. */
export const codeId = (place: WorkspacePlace, name: string): string =>
  `${workspaceId(place)}/codes/${name}/versions/1`;

export const environmentId = (place: WorkspacePlace, name: string, version: string): string =>
  `${workspaceId(place)}/environments/${name}/versions/${version}`;

export const componentId = (place: WorkspacePlace, name: string, version: string): string =>
  `${workspaceId(place)}/components/${name}/versions/${version}`;

export const clusterId = (place: WorkspacePlace, name: string): string =>
  `${workspaceId(place)}/computes/${name}`;

/** A folder of a datastore as jobs and models name it. */
export const datastoreUri = (datastore: string, path: string): string =>
  `azureml://datastores/${datastore}/paths/${path}`;

/** Datastore and path of such an address; undefined for others. */
export function parseDatastoreUri(uri: string): { datastore: string; path: string } | undefined {
  const [, datastore, path] = /^azureml:\/\/(?:.*\/)?datastores\/([^/]+)\/paths\/(.*)$/.exec(uri) ?? [];
  return datastore === undefined ? undefined : { datastore, path: path!.replace(/\/+$/, '') };
}

export const modelId = (place: WorkspacePlace, name: string, version: string): string =>
  `${workspaceId(place)}/models/${name}/versions/${version}`;
