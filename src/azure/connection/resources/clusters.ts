import type { AmlCompute, ComputeResource, VirtualMachineSizeListResult } from '@azure/arm-machinelearning';
import { Fault } from '../../../foundation/fault.ts';
import type { Cluster, Machine, NewCluster } from '../../workspace.ts';
import { isMissingItself } from '../service-faults.ts';
import type { ResourceManager } from './resource-manager.ts';

/** Clusters of a workspace, and what their machines have and cost. */
export class Clusters {
  #sizes: Promise<VirtualMachineSizeListResult> | undefined;

  constructor(private readonly manager: ResourceManager) {}

  list(): Promise<Cluster[]> {
    const { client, at } = this.manager;
    return this.manager.call(async () => {
      const found: Cluster[] = [];
      for await (const compute of client.computeOperations.list(...at))
        if (compute.properties?.computeType === 'AmlCompute') found.push(clusterOf(compute));
      return found;
    });
  }

  /** A cluster with what a node of it costs and has. */
  get(name: string): Promise<Cluster> {
    const { client, at, place } = this.manager;
    return this.manager.call(async () => {
      const found = await client.computeOperations.get(...at, name).catch(error => {
        throw isMissingItself(error) ? unknownCluster(name, place.workspace, error) : error;
      });
      const cluster = clusterOf(found);
      const machine = await this.#machineOf(cluster);
      return machine ? { ...cluster, machine } : cluster;
    });
  }

  async create({ name, size, lowPriority, maximumNodes }: NewCluster): Promise<void> {
    const { client, at } = this.manager;
    const { region } = await this.manager.facts();
    const properties: AmlCompute = {
      computeType: 'AmlCompute',
      computeLocation: region,
      properties: {
        vmSize: size,
        vmPriority: lowPriority ? 'LowPriority' : 'Dedicated',
        osType: 'Linux',
        scaleSettings: { minNodeCount: 0, maxNodeCount: maximumNodes, nodeIdleTimeBeforeScaleDown: 'PT120S' },
      },
    };
    await this.manager.call(() =>
      client.computeOperations.beginCreateOrUpdateAndWait(...at, name, { location: region, properties }),
    );
  }

  /** Asked for once: they change seldom, and a waiting job's cluster is asked for again and again. */
  #knownSizes(): Promise<VirtualMachineSizeListResult> {
    this.#sizes ??= this.manager
      .facts()
      .then(({ region }) => this.manager.client.virtualMachineSizes.list(region))
      .catch(error => {
        this.#sizes = undefined;
        throw error;
      });
    return this.#sizes;
  }

  async #machineOf({ size, lowPriority }: Cluster): Promise<Machine | undefined> {
    const { value = [] } = await this.#knownSizes();
    const found = value.find(({ name }) => name?.toLowerCase() === size.toLowerCase());
    if (!found) return undefined;
    const tier = lowPriority ? 'LowPriority' : 'Standard';
    const price = found.estimatedVMPrices?.values.find(
      ({ vmTier, osType }) => vmTier === tier && osType === 'Linux',
    )?.retailPrice;
    return {
      cores: found.vCPUs ?? 0,
      gpus: found.gpus ?? 0,
      memoryGigabytes: found.memoryGB ?? 0,
      ...(price !== undefined && { price }),
    };
  }
}

const unknownCluster = (name: string, workspace: string, cause: Error): Fault =>
  new Fault(`the workspace "${workspace}" has no cluster "${name}"`, {
    place: { setting: 'azure.cluster' },
    remedy:
      'Name one of `innereye azure clusters` in azure.cluster, or make one with `innereye azure create-cluster`.',
    cause: new Error(cause.message),
  });

function clusterOf({ name, properties }: ComputeResource): Cluster {
  const { properties: settings = {} } = properties as AmlCompute;
  return {
    name: name ?? '',
    size: settings.vmSize ?? '',
    lowPriority: settings.vmPriority === 'LowPriority',
    nodes: {
      minimum: settings.scaleSettings?.minNodeCount ?? 0,
      maximum: settings.scaleSettings?.maxNodeCount ?? 0,
      current: settings.currentNodeCount ?? 0,
    },
    problems: (settings.errors ?? []).flatMap(({ error }) => error?.message ?? []),
  };
}
