import { ACCOUNT, type Blobs } from '../blobs.ts';
import { TENANT } from '../identity/tokens.ts';
import { ok } from '../router.ts';
import { ServiceError } from '../service-error.ts';
import {
  PROVIDER,
  REGION,
  RESOURCE_GROUP,
  SUBSCRIPTION,
  WORKSPACE,
  WORKSPACE_GUID,
  WORKSPACE_ID,
} from '../workspace.ts';
import type { Arm } from './arm.ts';

/** What an account can see: subscriptions, groups, the workspace, its storage account, the addresses of its services. */
export function workspaceRoutes(arm: Arm, blobs: Blobs, origin: () => string): void {
  const subscription = {
    id: `/subscriptions/${SUBSCRIPTION}`,
    subscriptionId: SUBSCRIPTION,
    tenantId: TENANT,
    displayName: 'Stand-in',
    state: 'Enabled',
  };
  const group = {
    id: `/subscriptions/${SUBSCRIPTION}/resourceGroups/${RESOURCE_GROUP}`,
    name: RESOURCE_GROUP,
    type: 'Microsoft.Resources/resourceGroups',
    location: REGION,
    properties: { provisioningState: 'Succeeded' },
  };
  const tenant = {
    id: `/tenants/${TENANT}`,
    tenantId: TENANT,
    displayName: 'Stand-in',
    defaultDomain: 'example.org',
  };

  arm.on('GET', '/tenants', () => ok({ value: [tenant] }));
  arm.on('GET', '/subscriptions', () => ok({ value: [subscription] }));
  arm.on('GET', '/subscriptions/{subscription}', () => ok(subscription));
  arm.on('GET', '/subscriptions/{subscription}/resourceGroups', () => ok({ value: [group] }));
  arm.on('GET', '/subscriptions/{subscription}/resourceGroups/{group}', () => ok(group));
  for (const scope of [
    '/subscriptions/{subscription}',
    '/subscriptions/{subscription}/resourceGroups/{group}',
  ])
    arm.on('GET', `${scope}/providers/${PROVIDER}/workspaces`, () => ok({ value: [workspace(origin())] }));
  arm.onWorkspace('GET', '', () => ok(workspace(origin())));
  arm.on(
    'GET',
    '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Storage/storageAccounts/{account}',
    ({ names }) => {
      if (names.account !== ACCOUNT)
        throw new ServiceError(
          404,
          'ResourceNotFound',
          `The Resource 'Microsoft.Storage/storageAccounts/${names.account}' under resource group '${names.group}' was not found.`,
        );
      return ok(storageAccount(blobs));
    },
  );
  // The two that are asked for without a token and a version: the clouds, and the services of the workspace.
  arm.router.on('GET', '/metadata/endpoints', () => ok([cloud(origin(), blobs)]));
  arm.router.on('GET', '/discovery/workspaces/{workspace}', () => ok(services(origin())));
}

function workspace(origin: string): object {
  const { host } = new URL(origin);
  return {
    id: WORKSPACE_ID,
    name: WORKSPACE,
    type: `${PROVIDER}/workspaces`,
    location: REGION,
    tags: {},
    identity: { type: 'SystemAssigned', tenantId: TENANT },
    sku: { name: 'Basic', tier: 'Basic' },
    properties: {
      friendlyName: WORKSPACE,
      storageAccount: storageAccountId(),
      workspaceId: WORKSPACE_GUID,
      tenantId: TENANT,
      provisioningState: 'Succeeded',
      publicNetworkAccess: 'Enabled',
      hbiWorkspace: false,
      discoveryUrl: `${origin}/discovery/workspaces/${WORKSPACE_GUID}`,
      mlFlowTrackingUri: `azureml://${host}/mlflow/v1.0${WORKSPACE_ID}`,
    },
  };
}

const storageAccountId = (): string =>
  `/subscriptions/${SUBSCRIPTION}/resourceGroups/${RESOURCE_GROUP}/providers/Microsoft.Storage/storageAccounts/${ACCOUNT}`;

function storageAccount(blobs: Blobs): object {
  return {
    id: storageAccountId(),
    name: ACCOUNT,
    type: 'Microsoft.Storage/storageAccounts',
    location: REGION,
    kind: 'StorageV2',
    sku: { name: 'Standard_LRS', tier: 'Standard' },
    properties: {
      provisioningState: 'Succeeded',
      supportsHttpsTrafficOnly: true,
      primaryEndpoints: { blob: `${blobs.endpoint}/` },
    },
  };
}

/** The keys that the workspace's discovery address gives. */
function services(origin: string): object {
  const names = [
    'api',
    'experimentation',
    'history',
    'hyperdrive',
    'modelmanagement',
    'mlflow',
    'pipelines',
    'studio',
  ];
  return Object.fromEntries(names.map(name => [name, origin]));
}

/** What a client asks for that is told of this cloud by ARM_CLOUD_METADATA_URL. */
function cloud(origin: string, blobs: Blobs): object {
  return {
    name: 'StandInCloud',
    portal: 'https://portal.azure.com/',
    resourceManager: `${origin}/`,
    authentication: {
      loginEndpoint: `${origin}/`,
      audiences: [`${origin}/`, 'https://management.azure.com/'],
      tenant: 'common',
    },
    suffixes: { storage: blobs.suffix },
  };
}
