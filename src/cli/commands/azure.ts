import { Command } from 'commander';

/** Subcommands, each loaded when it is called. */
const COMMANDS: Record<string, { description: string; load: () => Promise<Command>; hidden?: boolean }> = {
  submit: {
    description: 'train a configuration as a job',
    load: async () => (await import('../azure/submit.ts')).submitCommand(),
  },
  list: {
    description: 'list jobs of the workspace, newest first',
    load: async () => (await import('../azure/jobs.ts')).listCommand(),
  },
  watch: {
    description: 'follow a job, its events written into a local run folder',
    load: async () => (await import('../azure/watch.ts')).watchCommand(),
  },
  attach: {
    description: 'make a local run folder for a job that was submitted elsewhere',
    load: async () => (await import('../azure/watch.ts')).attachCommand(),
  },
  cancel: {
    description: 'end a job',
    load: async () => (await import('../azure/jobs.ts')).cancelCommand(),
  },
  download: {
    description: "bring a job's results into a local run folder",
    load: async () => (await import('../azure/download.ts')).downloadCommand(),
  },
  tenants: {
    description: 'list the tenants that the account is in',
    load: async () => (await import('../azure/workspaces.ts')).tenantsCommand(),
  },
  workspaces: {
    description: 'list the workspaces that the account sees',
    load: async () => (await import('../azure/workspaces.ts')).workspacesCommand(),
  },
  datastores: {
    description: 'list the datastores of the workspace',
    load: async () => (await import('../azure/workspaces.ts')).datastoresCommand(),
  },
  clusters: {
    description: 'list the clusters of the workspace',
    load: async () => (await import('../azure/clusters.ts')).clustersCommand(),
  },
  'create-cluster': {
    description: 'make a cluster that has nodes only while jobs run',
    load: async () => (await import('../azure/clusters.ts')).createClusterCommand(),
  },
  register: {
    description: "register a job's model in the workspace",
    load: async () => (await import('../azure/models.ts')).registerCommand(),
  },
  deploy: {
    description: 'serve a registered model at a managed online endpoint',
    load: async () => (await import('../azure/models.ts')).deployCommand(),
  },
  delete: {
    description: 'delete an endpoint with its deployments',
    load: async () => (await import('../azure/models.ts')).deleteCommand(),
  },
  follow: {
    description: 'for editors: follow jobs that are named over a channel',
    load: async () => (await import('../azure/follow.ts')).followCommand(),
    hidden: true,
  },
  'in-job': {
    description: 'what jobs run on their nodes',
    load: async () => (await import('../azure/in-job.ts')).inJobCommand(),
    hidden: true,
  },
};

/** `innereye azure`. @param called the subcommand that is called, whose code alone is loaded. */
export async function azureCommand(called: string | undefined): Promise<Command> {
  const azure = new Command('azure').description('train, watch and serve on Azure Machine Learning');
  for (const [name, { description, load, hidden = false }] of Object.entries(COMMANDS)) {
    const command = name === called ? await load() : new Command(name);
    azure.addCommand(command.description(command.description() || description), { hidden });
  }
  return azure;
}
