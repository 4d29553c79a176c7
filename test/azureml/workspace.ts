/** The one workspace that the stand-in has, and the names of what lies in it. */
export const SUBSCRIPTION = '5a1d0000-0000-4000-8000-000000000001';
export const RESOURCE_GROUP = 'innereye';
export const WORKSPACE = 'stand-in';
export const REGION = 'westeurope';
/** The service's own number of the workspace, part of names and addresses. */
export const WORKSPACE_GUID = '5a1d0000-0000-4000-8000-000000000002';

export const PROVIDER = 'Microsoft.MachineLearningServices';
export const WORKSPACE_ID = `/subscriptions/${SUBSCRIPTION}/resourceGroups/${RESOURCE_GROUP}/providers/${PROVIDER}/workspaces/${WORKSPACE}`;

/** Containers of the storage account. */
export const BLOB_CONTAINER = `azureml-blobstore-${WORKSPACE_GUID}`;
export const ARTIFACT_CONTAINER = 'azureml';
export const DATA_CONTAINER = 'datasets';

/** Container of each datastore. */
export const DATASTORES: Readonly<Record<string, string>> = {
  workspaceblobstore: BLOB_CONTAINER,
  workspaceartifactstore: ARTIFACT_CONTAINER,
  datasets: DATA_CONTAINER,
};
