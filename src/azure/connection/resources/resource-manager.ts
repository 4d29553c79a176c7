import { AzureMachineLearningWorkspaces } from '@azure/arm-machinelearning';
import type { WorkspacePlace } from '../../workspace.ts';
import { API_VERSION, type Connection, clientOptions, tokenScope, trimmed } from '../connection.ts';
import { asServiceFault } from '../service-faults.ts';
import { trustedHostsPolicy } from '../trusted-hosts.ts';

/** What the workspace says of itself. */
export interface WorkspaceFacts {
  readonly region: string;
  /** Gives the addresses of run history and artifacts. */
  readonly discoveryUrl: string;
  /** `azureml://HOST/…`; the same address by https speaks MLflow. */
  readonly trackingUri: string;
}

/**
 * Azure Resource Manager's part of a workspace. This folder alone knows `@azure/arm-machinelearning`, a file a kind of
 * resource; its version 2.1.1 loses `uri` and `mode` of a job's inputs and outputs: jobs are in `job-resources.ts`.
 */
export class ResourceManager {
  readonly client: AzureMachineLearningWorkspaces;
  /** What begins the arguments of every call of the client: resource group and workspace. */
  readonly at: readonly [group: string, workspace: string];
  #facts: Promise<WorkspaceFacts> | undefined;

  constructor(readonly connection: Connection) {
    const { place, credential } = connection;
    const endpoint = trimmed(place.endpoint);
    this.at = [place.resourceGroup, place.workspace];
    this.client = new AzureMachineLearningWorkspaces(credential, place.subscription, {
      ...clientOptions(connection),
      endpoint,
      $host: endpoint,
      credentialScopes: tokenScope(place),
      apiVersion: API_VERSION,
      additionalPolicies: [{ policy: trustedHostsPolicy(place), position: 'perCall' }],
    });
  }

  get place(): WorkspacePlace {
    return this.connection.place;
  }

  /** Asked for once. */
  facts(): Promise<WorkspaceFacts> {
    this.#facts ??= this.call(async () => {
      const { location, discoveryUrl, mlFlowTrackingUri } = await this.client.workspaces.get(...this.at);
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

  async isThere(get: () => Promise<unknown>): Promise<boolean> {
    return this.call(async () => {
      try {
        await get();
        return true;
      } catch (error) {
        if ((error as { statusCode?: number }).statusCode === 404) return false;
        throw error;
      }
    });
  }

  /** @throws Fault where the service refuses. */
  async call<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw asServiceFault(error, this.place);
    }
  }
}
