import type { NewDeployment } from '../../workspace.ts';
import type { ResourceManager } from './resource-manager.ts';

/** Managed online endpoints of a workspace. */
export class Endpoints {
  constructor(private readonly manager: ResourceManager) {}

  /** Makes or changes an endpoint and one deployment that gets all of its requests. @returns its address. */
  async deploy(wanted: NewDeployment): Promise<string> {
    const { region } = await this.manager.facts();
    const { endpoint, deployment, tags } = wanted;
    const at = [...this.manager.at, endpoint] as const;
    const of = { location: region, identity: { type: 'SystemAssigned' }, tags: { ...tags } };
    const properties = { authMode: 'Key' };
    await this.manager.call(() =>
      this.manager.client.onlineEndpoints.beginCreateOrUpdateAndWait(...at, { ...of, properties }),
    );
    await this.manager.call(() =>
      this.manager.client.onlineDeployments.beginCreateOrUpdateAndWait(...at, deployment, {
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
    const { properties: made } = await this.manager.call(() =>
      this.manager.client.onlineEndpoints.beginCreateOrUpdateAndWait(...at, {
        ...of,
        properties: { ...properties, traffic: { [deployment]: 100 } },
      }),
    );
    return made.scoringUri ?? '';
  }

  key(endpoint: string): Promise<{ readonly address: string; readonly key: string }> {
    return this.manager.call(async () => {
      const at = [...this.manager.at, endpoint] as const;
      const { properties } = await this.manager.client.onlineEndpoints.get(...at);
      const { primaryKey } = await this.manager.client.onlineEndpoints.listKeys(...at);
      return { address: properties.scoringUri ?? '', key: primaryKey ?? '' };
    });
  }

  logs(endpoint: string, deployment: string): Promise<string> {
    return this.manager.call(async () => {
      const request = { containerType: 'InferenceServer', tail: 1000 };
      const { content } = await this.manager.client.onlineDeployments.getLogs(
        ...this.manager.at,
        endpoint,
        deployment,
        request,
      );
      return content ?? '';
    });
  }

  async delete(name: string): Promise<void> {
    await this.manager.call(() =>
      this.manager.client.onlineEndpoints.beginDeleteAndWait(...this.manager.at, name),
    );
  }
}
