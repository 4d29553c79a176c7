import { Command } from 'commander';
import type { Account } from '../../azure/connection/account.ts';
import { formatColumns } from '../columns.ts';
import { secureUrl } from '../option-values.ts';
import {
  connectTo,
  credentialFor,
  DEFAULT_ENDPOINT,
  type PlaceOptions,
  withPlaceOptions,
} from './connection.ts';

interface AccountOptions {
  readonly endpoint?: string;
  readonly tenant?: string;
  readonly json?: boolean;
}

const withAccountOptions = (command: Command): Command =>
  command
    .option(
      '--endpoint <url>',
      "Azure Resource Manager's address; default: that of the public cloud",
      secureUrl,
    )
    .option('--tenant <id>', 'tenant to sign in to; default: that of the account')
    .option('--json', 'print JSON');

export const tenantsCommand = (): Command =>
  withAccountOptions(new Command('tenants'))
    .description('list the tenants that the account is in')
    .action(listTenants);

export const workspacesCommand = (): Command =>
  withAccountOptions(new Command('workspaces'))
    .description('list the workspaces that the account sees')
    .action(listWorkspaces);

export const datastoresCommand = (): Command =>
  withPlaceOptions(new Command('datastores'))
    .description('list the datastores of the workspace that are blob containers')
    .option('--json', 'print JSON')
    .action(listDatastores);

async function accountOf({ endpoint = DEFAULT_ENDPOINT, tenant }: AccountOptions): Promise<Account> {
  const { Account } = await import('../../azure/connection/account.ts');
  return new Account({ endpoint, credential: await credentialFor(tenant) });
}

async function listTenants(options: AccountOptions): Promise<void> {
  const tenants = await (await accountOf(options)).tenants();
  if (options.json) return console.log(JSON.stringify(tenants, null, 2));
  for (const line of formatColumns([['tenant', 'name'], ...tenants.map(({ id, name }) => [id, name])]))
    console.log(line);
}

async function listWorkspaces(options: AccountOptions): Promise<void> {
  const account = await accountOf(options);
  const workspaces = await account.workspaces((subscription, error) =>
    console.error(`warning: ${subscription}: ${error instanceof Error ? error.message : error}`),
  );
  if (options.json) return console.log(JSON.stringify(workspaces, null, 2));
  if (workspaces.length === 0)
    return console.log('The account sees no workspace; https://ml.azure.com makes one.');
  const rows = workspaces.map(one => [one.workspace, one.resourceGroup, one.subscription, one.region]);
  for (const line of formatColumns([['workspace', 'resource group', 'subscription', 'region'], ...rows]))
    console.log(line);
}

async function listDatastores(options: PlaceOptions & { json?: boolean }): Promise<void> {
  const names = await (await connectTo(options)).datastores();
  if (options.json) return console.log(JSON.stringify(names, null, 2));
  for (const name of names) console.log(name);
}
