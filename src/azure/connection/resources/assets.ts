import type { CommandComponent } from '../../jobs/pipeline-job.ts';
import type { NewEnvironment, NewModel } from '../../workspace.ts';
import type { ResourceManager } from './resource-manager.ts';

/** What jobs and endpoints are made of and what they leave: code, environments, models, each with its versions. */
export class Assets {
  constructor(private readonly manager: ResourceManager) {}

  async hasCode(name: string): Promise<boolean> {
    return this.manager.isThere(() => this.manager.client.codeVersions.get(...this.manager.at, name, '1'));
  }

  async registerCode(name: string, codeUri: string, hash: string): Promise<void> {
    const properties = { codeUri, properties: { hash_sha256: hash, hash_version: '202208' } };
    await this.manager.call(() =>
      this.manager.client.codeVersions.createOrUpdate(...this.manager.at, name, '1', { properties }),
    );
  }

  async hasEnvironment(name: string, version: string): Promise<boolean> {
    return this.manager.isThere(() =>
      this.manager.client.environmentVersions.get(...this.manager.at, name, version),
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
    await this.manager.call(() =>
      this.manager.client.environmentVersions.createOrUpdate(...this.manager.at, name, version, {
        properties,
      }),
    );
  }

  async hasComponent(name: string, version: string): Promise<boolean> {
    return this.manager.isThere(() =>
      this.manager.client.componentVersions.get(...this.manager.at, name, version),
    );
  }

  async registerComponent(component: CommandComponent): Promise<void> {
    const { name, version } = component;
    const properties = { componentSpec: { ...component } };
    await this.manager.call(() =>
      this.manager.client.componentVersions.createOrUpdate(...this.manager.at, name, version, { properties }),
    );
  }

  async registerModel({ name, version, description, uri, job, tags }: NewModel): Promise<string> {
    const properties = { modelUri: uri, modelType: 'custom_model', description, tags: { ...tags } };
    const { id } = await this.manager.call(() =>
      this.manager.client.modelVersions.createOrUpdate(...this.manager.at, name, version, {
        properties: { ...properties, ...(job !== undefined && { jobName: job }) },
      }),
    );
    return id!;
  }
}
