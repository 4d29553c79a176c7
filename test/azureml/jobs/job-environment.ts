import { RESOURCE_GROUP, SUBSCRIPTION, WORKSPACE, WORKSPACE_GUID, WORKSPACE_ID } from '../workspace.ts';
import type { Job } from './job.ts';

/** What the processes of a job find in their environment, as on a node of the service. */
export interface NodeEnvironment {
  readonly origin: string;
  /** A token of the run, for the workspace's services. */
  readonly token: string;
  readonly tokenExpires: Date;
  /** File with the authority of the stand-in's certificate: the one thing that a real node does not need. */
  readonly authorityFile: string;
  /** What the image would bring, such as where Node.js is. */
  readonly image: Readonly<Record<string, string>>;
}

/** Variables by the names that Azure Machine Learning gives them. */
export function jobEnvironment(
  job: Job,
  node: NodeEnvironment,
  folders: {
    readonly inputs: Readonly<Record<string, string>>;
    readonly outputs: Readonly<Record<string, string>>;
  },
): Record<string, string> {
  const { experiment } = job.run;
  const { host } = new URL(node.origin);
  const prefixed = (prefix: string, values: Readonly<Record<string, string>>): [string, string][] =>
    Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]);
  const kept = ['PATH', 'HOME', 'TMPDIR', 'LANG'].flatMap(name => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(kept),
    ...node.image,
    AZUREML_RUN_ID: job.name,
    AZUREML_ROOT_RUN_ID: rootOf(job).name,
    AZUREML_EXPERIMENT_ID: experiment.id,
    AZUREML_ARM_SUBSCRIPTION: SUBSCRIPTION,
    AZUREML_ARM_RESOURCEGROUP: RESOURCE_GROUP,
    AZUREML_ARM_WORKSPACE_NAME: WORKSPACE,
    AZUREML_ARM_PROJECT_NAME: experiment.name,
    AZUREML_WORKSPACE_ID: WORKSPACE_GUID,
    AZUREML_WORKSPACE_SCOPE: WORKSPACE_ID,
    AZUREML_SERVICE_ENDPOINT: node.origin,
    AZUREML_RUN_HISTORY_SERVICE_ENDPOINT: node.origin,
    AZUREML_DISCOVERY_SERVICE_ENDPOINT: `${node.origin}/discovery`,
    AZUREML_RUN_TOKEN: node.token,
    AZUREML_RUN_TOKEN_EXPIRY: String(Math.floor(node.tokenExpires.getTime() / 1000)),
    AZUREML_NODE_COUNT: String(job.properties.resources?.instanceCount ?? 1),
    MLFLOW_TRACKING_URI: `azureml://${host}/mlflow/v1.0${WORKSPACE_ID}`,
    MLFLOW_TRACKING_TOKEN: node.token,
    MLFLOW_RUN_ID: job.name,
    MLFLOW_EXPERIMENT_ID: experiment.id,
    MLFLOW_EXPERIMENT_NAME: experiment.name,
    NODE_EXTRA_CA_CERTS: node.authorityFile,
    REQUESTS_CA_BUNDLE: node.authorityFile,
    ...Object.fromEntries(prefixed('AZURE_ML_INPUT_', folders.inputs)),
    ...Object.fromEntries(prefixed('AZURE_ML_OUTPUT_', folders.outputs)),
  };
}

const rootOf = (job: Job): Job => (job.parent ? rootOf(job.parent) : job);
