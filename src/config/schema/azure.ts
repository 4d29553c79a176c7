import { z } from 'zod';

const name = z.string().min(1);

/** How a training becomes a job on Azure Machine Learning. Nothing secret has a place here: signing in is Azure's part. */
export const azureSchema = z.strictObject({
  subscription: name.optional().describe('Id of the subscription, as `az account list` shows it.'),
  resource_group: name.optional().describe('Resource group of the workspace.'),
  workspace: name.optional().describe('Name of the AzureML workspace.'),
  tenant: name
    .optional()
    .describe('Id of the tenant to sign in to; default: the one that the account is in.'),
  endpoint: z
    .url({ protocol: /^https$/ })
    .default('https://management.azure.com')
    .describe(
      "Address of Azure Resource Manager; https://management.usgovcloudapi.net in Azure Government, https://management.chinacloudapi.cn in China. The workspace tells its other services' addresses itself.",
    ),
  cluster: name.optional().describe('Compute cluster that the job runs on.'),
  low_priority: z
    .boolean()
    .optional()
    .describe(
      'Demand that nodes of the cluster are low-priority ones (true) or dedicated ones (false); default: either. A training that loses its low-priority node goes on from its last checkpoint on another.',
    ),
  nodes: z
    .number()
    .int()
    .positive()
    .default(1)
    .describe(
      'Nodes that train one model together, each with the whole of it: batches are divided among them, and on each among `training.devices`. Not for folds and searches, whose trainings are side by side on nodes of their own.',
    ),
  parallel_jobs: z
    .number()
    .int()
    .positive()
    .default(4)
    .describe('Folds of a cross-validation, or trials of a search, that run at a time.'),
  datastore: name
    .default('workspaceblobstore')
    .describe('Datastore (blob container) that takes the code, results, and data sets that are uploaded.'),
  data_access: z
    .enum(['mount', 'download'])
    .default('mount')
    .describe(
      'How the job reads the data set: mount reads files when they are needed, download all before it begins.',
    ),
  code: z
    .string()
    .optional()
    .describe(
      'Folder whose files the job gets, less what .amlignore (or else .gitignore) names; default: only what the configuration needs, its plugins and the files that these import.',
    ),
  experiment: name
    .optional()
    .describe(
      'Experiment that the job is listed under; default: the git branch, or else the name of the model.',
    ),
  display_name: name.optional().describe('Name of the job in lists; default: the name of the model.'),
  tags: z.record(z.string(), z.string()).default({}).describe('Tags of the job beside those of the runs.'),
  time_limit: z
    .string()
    .regex(/^\d+(\.\d+)?[mhd]$/, 'a time is written such as 90m, 3.5h or 2d')
    .optional()
    .describe('The job is cancelled after this time, such as 90m, 3.5h or 2d; pre-empted times count.'),
  shared_memory: z
    .string()
    .regex(/^\d+[bkmg]$/, 'a size is written such as 16g')
    .default('16g')
    .describe("Size of the container's shared memory, such as 16g."),
  environment_variables: z
    .record(z.string(), z.string())
    .default({})
    .describe(
      'Environment variables of the job. They can be read by everyone who sees the workspace: no secrets.',
    ),
  image: name
    .optional()
    .describe(
      'Container image with `innereye` and its engine in it; default: one is built by the workspace, once for each version of this program.',
    ),
});

export type AzureSettings = z.output<typeof azureSchema>;
