import type { Cluster } from '../jobs/cluster.ts';
import type { Clusters } from '../jobs/clusters.ts';
import { checkBody } from '../request-bodies.ts';
import { ok } from '../router.ts';
import { userError } from '../service-error.ts';
import { REGION } from '../workspace.ts';
import { type Arm, type ArmRequest, page } from './arm.ts';
import type { Operations } from './operations.ts';
import type { Envelope, Resource, ResourceStore } from './resource-store.ts';
import { sizeNamed } from './virtual-machines.ts';

/** https://learn.microsoft.com/azure/machine-learning/how-to-create-attach-compute-cluster */
const VALID_NAME = /^[a-zA-Z](?![a-zA-Z0-9-]*-\d+$)[a-zA-Z0-9-]{1,31}$/;

interface AmlCompute {
  readonly computeType: string;
  readonly properties?: {
    readonly vmSize?: string;
    readonly vmPriority?: 'Dedicated' | 'LowPriority';
    readonly scaleSettings?: { readonly minNodeCount?: number; readonly maxNodeCount: number };
  };
}

/** Compute clusters: resources that have nodes behind them. */
export function computeRoutes(
  arm: Arm,
  store: ResourceStore,
  clusters: Clusters,
  operations: Operations,
  origin: () => string,
): void {
  const shown = (resource: Resource): object => withNodes(resource, clusters.get(resource.name));
  for (const [name, properties] of Object.entries(FIRST))
    define(store, clusters, name, { properties, location: REGION }, 'service');

  arm.onWorkspace('GET', '/computes', request => page(request, store.list('/computes').map(shown), origin()));
  arm.onWorkspace('GET', '/computes/{name}', ({ names }) =>
    ok(shown(store.require(`/computes/${names.name}`))),
  );
  arm.onWorkspace('PUT', '/computes/{name}', request => {
    checkBody(request.version, 'ComputeResource', request.body);
    const { resource, isNew } = define(
      store,
      clusters,
      request.names.name!,
      checked(request),
      request.caller!.name,
    );
    return {
      status: isNew ? 201 : 200,
      body: shown(resource),
      headers: operations.begin(request.version, async () => clusters.get(resource.name)?.demandQuota()),
    };
  });
  arm.onWorkspace('DELETE', '/computes/{name}', ({ names, version, query }) => {
    if (!['Delete', 'Detach'].includes(query.get('underlyingResourceAction') ?? ''))
      throw userError("The query parameter 'underlyingResourceAction' must be Delete or Detach.");
    const { name } = store.require(`/computes/${names.name}`);
    if (clusters.get(name)?.isBusy)
      throw userError(`The compute '${name}' runs jobs. Cancel them first.`, 'Conflict', 409);
    store.delete(`/computes/${name}`);
    clusters.remove(name);
    return { status: 202, headers: operations.begin(version, async () => {}) };
  });
  arm.onWorkspace('POST', '/computes/{name}/listNodes', ({ names }) =>
    ok({ nodes: clusters.get(store.require(`/computes/${names.name}`).name)?.nodes ?? [] }),
  );
}

/** The clusters that there are from the beginning. */
const FIRST: Record<string, AmlCompute & Record<string, unknown>> = {
  'cpu-cluster': cluster('STANDARD_DS3_V2', 'Dedicated', 4),
  'gpu-low-priority': cluster('STANDARD_NC4AS_T4_V3', 'LowPriority', 4),
  'gpu-no-quota': cluster('STANDARD_NC24ADS_A100_V4', 'Dedicated', 1),
};

function cluster(
  vmSize: string,
  vmPriority: 'Dedicated' | 'LowPriority',
  maxNodeCount: number,
): AmlCompute & Record<string, unknown> {
  return {
    computeType: 'AmlCompute',
    computeLocation: REGION,
    properties: {
      vmSize,
      vmPriority,
      osType: 'Linux',
      scaleSettings: { minNodeCount: 0, maxNodeCount, nodeIdleTimeBeforeScaleDown: 'PT120S' },
    },
  } as AmlCompute & Record<string, unknown>;
}

function define(
  store: ResourceStore,
  clusters: Clusters,
  name: string,
  envelope: Envelope,
  by: string,
): { resource: Resource; isNew: boolean } {
  const { properties: settings = {} } = envelope.properties as unknown as AmlCompute;
  const size = sizeNamed(settings.vmSize ?? '')!;
  const lowPriority = settings.vmPriority === 'LowPriority';
  const { minNodeCount = 0, maxNodeCount = 1 } = settings.scaleSettings ?? {};
  clusters.define(name, { size, lowPriority, minNodeCount, maxNodeCount });
  const properties = {
    computeLocation: REGION,
    isAttachedCompute: false,
    provisioningState: 'Succeeded',
    ...envelope.properties,
  };
  return store.put(`/computes/${name}`, { ...envelope, properties }, by);
}

/** What the schema cannot say about a cluster. */
function checked(request: ArmRequest): Envelope {
  const { name } = request.names;
  if (!VALID_NAME.test(name!))
    throw userError(
      `The compute name '${name}' is invalid. It can include letters, digits and dashes, begins with a letter, does not end with a dash and digits, and is 2 to 32 characters long.`,
      'InvalidComputeName',
    );
  const envelope = request.body as Envelope;
  const compute = envelope.properties as unknown as AmlCompute | undefined;
  if (compute?.computeType !== 'AmlCompute')
    throw userError('The stand-in has computes of type AmlCompute alone.');
  const { vmSize, scaleSettings } = compute.properties ?? {};
  if (!vmSize || !sizeNamed(vmSize))
    throw userError(
      `The specified VM size '${vmSize}' is not available in the region '${REGION}'.`,
      'InvalidVmSize',
    );
  if (scaleSettings && (scaleSettings.minNodeCount ?? 0) > scaleSettings.maxNodeCount)
    throw userError('minNodeCount must not exceed maxNodeCount.', 'InvalidScaleSettings');
  return envelope;
}

/** The resource with what its cluster does at the moment. */
function withNodes(resource: Resource, cluster: Cluster | undefined): object {
  const inner = (resource.properties.properties ?? {}) as Record<string, unknown>;
  return {
    ...resource,
    location: REGION,
    properties: { ...resource.properties, properties: { ...inner, ...cluster?.state } },
  };
}
