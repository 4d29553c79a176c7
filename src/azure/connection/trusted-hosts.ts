import type { PipelinePolicy } from '@azure/core-rest-pipeline';
import { Fault } from '../../foundation/fault.ts';
import type { WorkspacePlace } from '../workspace.ts';

/**
 * Hosts of Azure Resource Manager, AzureML and storage in Azure's clouds. Names in which customers have machines of their
 * own (`cloudapp.azure.com`, `instances.azureml.ms`, `inference.ml.azure.com`) are none of them.
 */
const AZURE = [
  /^management\.(azure\.com|chinacloudapi\.cn|usgovcloudapi\.net)$/,
  /\.api\.(azureml\.ms|ml\.azure\.cn|ml\.azure\.us)$/,
  /\.experiments\.azureml\.net$/,
  /^[a-z0-9]+\.blob\.core\.(windows\.net|chinacloudapi\.cn|usgovcloudapi\.net)$/,
  /^[a-z0-9]+\.z\d+\.blob\.storage\.azure\.net$/,
];
const LOOPBACK = /^(localhost|[a-z0-9]+\.blob\.localhost|127\.0\.0\.1|\[::1\])$/;

/**
 * Whether a host may be given the user's token: Azure's own, that of the configured Azure Resource Manager, and the blobs
 * of the same domain as its. What datastores, workspaces and answers name is written by others.
 */
export function isTrusted(address: string, { endpoint }: Pick<WorkspacePlace, 'endpoint'>): boolean {
  const { hostname } = new URL(address);
  const own = new URL(endpoint).hostname;
  if (hostname === own || AZURE.some(host => host.test(hostname))) return true;
  if (LOOPBACK.test(own)) return LOOPBACK.test(hostname);
  // Azure Stack Hub: management.REGION.DOMAIN beside ACCOUNT.blob.REGION.DOMAIN.
  const domain = /^management\.(.+)$/.exec(own)?.[1];
  return domain !== undefined && !AZURE[0]!.test(own) && hostname.endsWith(`.blob.${domain}`);
}

/** @throws Fault for an address that must not be given a token. */
export function requireTrusted(address: string, place: Pick<WorkspacePlace, 'endpoint'>): void {
  if (isTrusted(address, place)) return;
  throw new Fault(`${new URL(address).host} is no host of Azure: it is not given your sign-in`, {
    remedy:
      'Ask who looks after the workspace where its datastores and services lie; name a cloud of your own with azure.endpoint.',
  });
}

/** Keeps a client that signs in from asking other hosts, wherever their addresses come from. */
export const trustedHostsPolicy = (place: Pick<WorkspacePlace, 'endpoint'>): PipelinePolicy => ({
  name: 'trustedHosts',
  sendRequest(request, next) {
    requireTrusted(request.url, place);
    return next(request);
  },
});
