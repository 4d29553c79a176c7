import { Fault } from '../../foundation/fault.ts';
import { MlflowClient } from '../mlflow/mlflow-client.ts';
import { codeId, componentId, environmentId } from '../resource-ids.ts';
import type { AzureWorkspace, Job, RemoteFiles } from '../workspace.ts';
import { BlobFiles } from './blob-files.ts';
import type { Connection } from './connection.ts';
import { askEndpoint } from './endpoint-client.ts';
import { JobResources } from './job-resources.ts';
import { JsonClient } from './json-client.ts';
import { PendingUploads } from './pending-uploads.ts';
import { Assets } from './resources/assets.ts';
import { Clusters } from './resources/clusters.ts';
import { Datastores } from './resources/datastores.ts';
import { Endpoints } from './resources/endpoints.ts';
import { ResourceManager } from './resources/resource-manager.ts';
import { RunHistory } from './run-history.ts';

/** Datastore that every workspace has. */
const DEFAULT_DATASTORE = 'workspaceblobstore';

/** The workspace at a place, asked as the credential's user. Nothing is sent before something is asked for. */
export function connectWorkspace(connection: Connection): AzureWorkspace {
  const { place } = connection;
  const manager = new ResourceManager(connection);
  const clusters = new Clusters(manager);
  const datastores = new Datastores(manager);
  const assets = new Assets(manager);
  const endpoints = new Endpoints(manager);
  const json = new JsonClient(connection);
  const resources = new JobResources(json);
  const history = new RunHistory(manager, json);
  const pending = new PendingUploads(json);
  const mlflow = async () => new MlflowClient((await manager.facts()).trackingUri, json.send.bind(json));

  const files = async (datastore: string): Promise<RemoteFiles> => {
    const container = await datastores.container(datastore);
    if (!container) {
      throw new Fault(`the datastore "${datastore}" is no blob container`, {
        remedy: 'Name a datastore of the kind Azure Blob Storage, such as workspaceblobstore.',
      });
    }
    return BlobFiles.ofDatastore(container, await datastores.secret(datastore), connection);
  };

  /** What the history knows of a job beside. */
  const withHistory = async (job: Job): Promise<Job> => {
    const { logs: _, ...more } = await history.details(job.name);
    return { ...job, ...more };
  };

  return {
    place,
    clusters: () => clusters.list(),
    cluster: name => clusters.get(name),
    createCluster: cluster => clusters.create(cluster),
    uploadCode: async ({ name, hash, files: code }, progress) => {
      if (!(await assets.hasCode(name))) {
        const { address, signed } = await pending.begin(name);
        const { files: target, folder } = BlobFiles.ofSignedFolder(signed, connection);
        await target.upload(code, folder, progress);
        await assets.registerCode(name, address, hash);
      }
      return codeId(place, name);
    },
    ensureEnvironment: async (environment, progress) => {
      const { name, version } = environment;
      if (!(await assets.hasEnvironment(name, version))) {
        if ('image' in environment) {
          await assets.registerEnvironment(name, version, environment, environment.serves);
        } else {
          const target = await files(DEFAULT_DATASTORE);
          const folder = `innereye/environments/${name}-${version}`;
          await target.upload(environment.context, folder, progress);
          const contextUri = target.address(folder);
          await assets.registerEnvironment(name, version, { contextUri }, environment.serves);
        }
      }
      return environmentId(place, name, version);
    },
    ensureComponent: async component => {
      const { name, version } = component;
      if (!(await assets.hasComponent(name, version))) await assets.registerComponent(component);
      return componentId(place, name, version);
    },
    submit: (name, properties) => resources.submit(name, properties),
    job: async name => withHistory(await resources.get(name)),
    findJob: async name => {
      const job = await resources.find(name);
      return job && withHistory(job);
    },
    jobs: filter => resources.list(filter),
    children: name => history.children(name),
    cancel: name => resources.cancel(name),
    logs: async name => (await history.details(name)).logs,
    metricHistory: async (name, metric) => (await mlflow()).metricHistory(name, metric),
    datastores: () => datastores.names(),
    files,
    registerModel: model => assets.registerModel(model),
    deploy: async wanted => ({ name: wanted.endpoint, address: await endpoints.deploy(wanted) }),
    invoke: async (endpoint, path) => askEndpoint(await endpoints.key(endpoint), path, connection),
    deploymentLogs: (endpoint, deployment) => endpoints.logs(endpoint, deployment),
    deleteEndpoint: name => endpoints.delete(name),
  };
}
