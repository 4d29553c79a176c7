import {
  type AmlCompute,
  type AzureBlobDatastore,
  AzureMachineLearningWorkspaces,
  type ComputeResource,
} from '@azure/arm-machinelearning';
import { Fault } from '../../foundation/fault.ts';
import type {
  Cluster,
  Machine,
  NewCluster,
  NewDeployment,
  NewEnvironment,
  NewModel,
  WorkspacePlace,
} from '../workspace.ts';
import { type Connection, clientOptions, tokenScope, trimmed } from './connection.ts';
import { asServiceFault } from './service-faults.ts';

/** The first version with uploads that expire; the client speaks 2022-10-01, whose bodies it still takes. */
export const API_VERSION = '2023-10-01';

/** What the workspace says of itself. */
export interface WorkspaceFacts {
  readonly region: string;
  /** Gives the addresses of run history and artifacts. */
  readonly discoveryUrl: string;
  /** `azureml://HOST/…`; the same address by https speaks MLflow. */
  readonly trackingUri: string;
}

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

/**
 * Azure Resource Manager's part of a workspace. This file alone knows `@azure/arm-machinelearning`, whose version 2.1.1
 * loses `uri` and `mode` of a job's inputs and outputs: jobs are in `job-resources.ts`.
 */
export class ResourceManager {
  readonly #client: AzureMachineLearningWorkspaces;
  readonly #group: string;
  readonly #workspace: string;
  #facts: Promise<WorkspaceFacts> | undefined;

  constructor(readonly connection: Connection) {
    const { place, credential } = connection;
    const endpoint = trimmed(place.endpoint);
    this.#group = place.resourceGroup;
    this.#workspace = place.workspace;
    this.#client = new AzureMachineLearningWorkspaces(credential, place.subscription, {
      ...clientOptions(connection),
      endpoint,
      $host: endpoint,
      credentialScopes: tokenScope(place),
      apiVersion: API_VERSION,
    });
  }

  get place(): WorkspacePlace {
    return this.connection.place;
  }

  /** Asked for once. */
  facts(): Promise<WorkspaceFacts> {
    this.#facts ??= this.#call(async () => {
      const { location, discoveryUrl, mlFlowTrackingUri } = await this.#client.workspaces.get(
        this.#group,
        this.#workspace,
      );
      return {
        region: location ?? '',
        discoveryUrl: discoveryUrl ?? '',
        trackingUri: mlFlowTrackingUri ?? '',
      };
    }).catch(error => {
      this.#facts = undefined;
      throw error;
    });
    return this.#facts;
  }

  clusters(): Promise<Cluster[]> {
    return this.#call(async () => {
      const found: Cluster[] = [];
      for await (const compute of this.#client.computeOperations.list(this.#group, this.#workspace))
        if (compute.properties?.computeType === 'AmlCompute') found.push(clusterOf(compute));
      return found;
    });
  }

  /** A cluster with what a node of it costs and has. */
  cluster(name: string): Promise<Cluster> {
    return this.#call(async () => {
      const found = await this.#client.computeOperations
        .get(this.#group, this.#workspace, name)
        .catch(error => {
          throw isMissingItself(error) ? unknownCluster(name, this.#workspace, error) : error;
        });
      const cluster = clusterOf(found);
      const { region } = await this.facts();
      const { value = [] } = await this.#client.virtualMachineSizes.list(region);
      const size = value.find(({ name: one }) => one?.toLowerCase() === cluster.size.toLowerCase());
      if (!size) return cluster;
      const tier = cluster.lowPriority ? 'LowPriority' : 'Standard';
      const price = size.estimatedVMPrices?.values.find(
        ({ vmTier, osType }) => vmTier === tier && osType === 'Linux',
      )?.retailPrice;
      const machine: Machine = {
        cores: size.vCPUs ?? 0,
        gpus: size.gpus ?? 0,
        memoryGigabytes: size.memoryGB ?? 0,
        ...(price !== undefined && { price }),
      };
      return { ...cluster, machine };
    });
  }

  async createCluster({ name, size, lowPriority, maximumNodes }: NewCluster): Promise<void> {
    const { region } = await this.facts();
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
    await this.#call(() =>
      this.#client.computeOperations.beginCreateOrUpdateAndWait(this.#group, this.#workspace, name, {
        location: region,
        properties,
      }),
    );
  }

  async hasCode(name: string): Promise<boolean> {
    return this.#isThere(() => this.#client.codeVersions.get(this.#group, this.#workspace, name, '1'));
  }

  async registerCode(name: string, codeUri: string, hash: string): Promise<void> {
    const properties = { codeUri, properties: { hash_sha256: hash, hash_version: '202208' } };
    await this.#call(() =>
      this.#client.codeVersions.createOrUpdate(this.#group, this.#workspace, name, '1', { properties }),
    );
  }

  async hasEnvironment(name: string, version: string): Promise<boolean> {
    return this.#isThere(() =>
      this.#client.environmentVersions.get(this.#group, this.#workspace, name, version),
    );
  }

  async registerEnvironment(
    name: string,
    version: string,
    source: { readonly image: string } | { readonly contextUri: string },
    serves?: NewEnvironment['serves'],
  ): Promise<void> {
    const route = (path: string) => ({ path, port: serves?.port ?? 0 });
    const properties = {
      osType: 'Linux',
      ...('image' in source
        ? { image: source.image }
        : { build: { contextUri: source.contextUri, dockerfilePath: 'Dockerfile' } }),
      ...(serves && {
        inferenceConfig: {
          livenessRoute: route(serves.ready),
          readinessRoute: route(serves.ready),
          scoringRoute: route(serves.score),
        },
      }),
    };
    await this.#call(() =>
      this.#client.environmentVersions.createOrUpdate(this.#group, this.#workspace, name, version, {
        properties,
      }),
    );
  }

  blobContainer(datastore: string): Promise<BlobContainer | undefined> {
    return this.#call(async () => {
      const { properties } = await this.#client.datastores.get(this.#group, this.#workspace, datastore);
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
  blobSecret(datastore: string): Promise<BlobSecret> {
    return this.#call(async () => {
      try {
        const secrets = await this.#client.datastores.listSecrets(this.#group, this.#workspace, datastore);
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

  async registerModel({ name, version, description, uri, job, tags }: NewModel): Promise<string> {
    const properties = { modelUri: uri, modelType: 'custom_model', description, tags: { ...tags } };
    const { id } = await this.#call(() =>
      this.#client.modelVersions.createOrUpdate(this.#group, this.#workspace, name, version, {
        properties: { ...properties, ...(job !== undefined && { jobName: job }) },
      }),
    );
    return id!;
  }

  /** Makes or changes an endpoint and one deployment that gets all of its requests. @returns its address. */
  async deploy(wanted: NewDeployment): Promise<string> {
    const { region } = await this.facts();
    const { endpoint, deployment, tags } = wanted;
    const at = [this.#group, this.#workspace, endpoint] as const;
    const of = { location: region, identity: { type: 'SystemAssigned' }, tags: { ...tags } };
    const properties = { authMode: 'Key' };
    await this.#call(() =>
      this.#client.onlineEndpoints.beginCreateOrUpdateAndWait(...at, { ...of, properties }),
    );
    await this.#call(() =>
      this.#client.onlineDeployments.beginCreateOrUpdateAndWait(...at, deployment, {
        location: region,
        tags: { ...tags },
        sku: { name: 'Default', capacity: wanted.instances },
        properties: {
          endpointComputeType: 'Managed',
          model: wanted.model,
          environmentId: wanted.environment,
          instanceType: wanted.machine,
          // A volume takes minutes on a processor.
          requestSettings: { requestTimeout: 'PT3M', maxConcurrentRequestsPerInstance: 1 },
        },
      }),
    );
    const { properties: made } = await this.#call(() =>
      this.#client.onlineEndpoints.beginCreateOrUpdateAndWait(...at, {
        ...of,
        properties: { ...properties, traffic: { [deployment]: 100 } },
      }),
    );
    return made.scoringUri ?? '';
  }

  endpointKey(endpoint: string): Promise<{ readonly address: string; readonly key: string }> {
    return this.#call(async () => {
      const at = [this.#group, this.#workspace, endpoint] as const;
      const { properties } = await this.#client.onlineEndpoints.get(...at);
      const { primaryKey } = await this.#client.onlineEndpoints.listKeys(...at);
      return { address: properties.scoringUri ?? '', key: primaryKey ?? '' };
    });
  }

  deploymentLogs(endpoint: string, deployment: string): Promise<string> {
    return this.#call(async () => {
      const request = { containerType: 'InferenceServer', tail: 1000 };
      const { content } = await this.#client.onlineDeployments.getLogs(
        this.#group,
        this.#workspace,
        endpoint,
        deployment,
        request,
      );
      return content ?? '';
    });
  }

  async deleteEndpoint(name: string): Promise<void> {
    await this.#call(() =>
      this.#client.onlineEndpoints.beginDeleteAndWait(this.#group, this.#workspace, name),
    );
  }

  async #isThere(get: () => Promise<unknown>): Promise<boolean> {
    return this.#call(async () => {
      try {
        await get();
        return true;
      } catch (error) {
        if ((error as { statusCode?: number }).statusCode === 404) return false;
        throw error;
      }
    });
  }

  async #call<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw asServiceFault(error, this.place);
    }
  }
}

/** A 404 may also mean the workspace, its group or its subscription, which have codes of their own. */
function isMissingItself(error: unknown): boolean {
  const { statusCode, code } = error as { statusCode?: number; code?: string };
  return statusCode === 404 && !/^(Resource|ResourceGroup|Subscription)NotFound$/.test(code ?? '');
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
