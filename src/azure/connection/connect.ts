import { Fault } from '../../foundation/fault.ts';
import { MlflowClient } from '../mlflow/mlflow-client.ts';
import { codeId, environmentId } from '../resource-ids.ts';
import type { AzureWorkspace, RemoteFiles } from '../workspace.ts';
import { BlobFiles } from './blob-files.ts';
import type { Connection } from './connection.ts';
import { askEndpoint } from './endpoint-client.ts';
import { JobResources } from './job-resources.ts';
import { JsonClient } from './json-client.ts';
import { PendingUploads } from './pending-uploads.ts';
import { ResourceManager } from './resource-manager.ts';
import { RunHistory } from './run-history.ts';

/** Datastore that every workspace has. */
const DEFAULT_DATASTORE = 'workspaceblobstore';

/** The workspace at a place, asked as the credential's user. Nothing is sent before something is asked for. */
export function connectWorkspace(connection: Connection): AzureWorkspace {
  const { place } = connection;
  const manager = new ResourceManager(connection);
  const json = new JsonClient(connection);
  const resources = new JobResources(json);
  const history = new RunHistory(manager, json);
  const pending = new PendingUploads(json);
  const mlflow = async () => new MlflowClient((await manager.facts()).trackingUri, json.send.bind(json));

  const files = async (datastore: string): Promise<RemoteFiles> => {
    const container = await manager.blobContainer(datastore);
    if (!container) {
      throw new Fault(`the datastore "${datastore}" is no blob container`, {
        remedy: 'Name a datastore of the kind Azure Blob Storage, such as workspaceblobstore.',
      });
    }
    return BlobFiles.ofDatastore(container, await manager.blobSecret(datastore), connection);
  };

  return {
    place,
    clusters: () => manager.clusters(),
    cluster: name => manager.cluster(name),
    createCluster: cluster => manager.createCluster(cluster),
    uploadCode: async ({ name, hash, files: code }, progress) => {
      if (!(await manager.hasCode(name))) {
        const { address, signed } = await pending.begin(name);
        const { files: target, folder } = BlobFiles.ofSignedFolder(signed, connection);
        await target.upload(code, folder, progress);
        await manager.registerCode(name, address, hash);
      }
      return codeId(place, name);
    },
    ensureEnvironment: async (environment, progress) => {
      const { name, version } = environment;
      if (!(await manager.hasEnvironment(name, version))) {
        if ('image' in environment) {
          await manager.registerEnvironment(name, version, environment, environment.serves);
        } else {
          const target = await files(DEFAULT_DATASTORE);
          const folder = `innereye/environments/${name}-${version}`;
          await target.upload(environment.context, folder, progress);
          const contextUri = target.address(folder);
          await manager.registerEnvironment(name, version, { contextUri }, environment.serves);
        }
      }
      return environmentId(place, name, version);
    },
    submit: (name, properties) => resources.submit(name, properties),
    job: async name => {
      const job = await resources.get(name);
      const { logs: _, ...more } = await history.details(name);
      return { ...job, ...more };
    },
    jobs: filter => resources.list(filter),
    children: name => history.children(name),
    cancel: name => resources.cancel(name),
    logs: async name => (await history.details(name)).logs,
    metricHistory: async (name, metric) => (await mlflow()).metricHistory(name, metric),
    files,
    registerModel: model => manager.registerModel(model),
    deploy: async wanted => ({ name: wanted.endpoint, address: await manager.deploy(wanted) }),
    invoke: async (endpoint, path) => askEndpoint(await manager.endpointKey(endpoint), path, connection),
    deploymentLogs: (endpoint, deployment) => manager.deploymentLogs(endpoint, deployment),
    deleteEndpoint: name => manager.deleteEndpoint(name),
  };
}
