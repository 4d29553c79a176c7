import * as vscode from 'vscode';
import { Fault } from '../../src/foundation/fault.ts';
import { type Backend, baseFolder } from '../backend/backend.ts';
import type { AzureBackend } from './azure-backend.ts';
import { type AzureChoice, changesForAzure } from './azure-section.ts';
import { chooseCluster } from './choose-cluster.ts';

interface Tenant {
  readonly id: string;
  readonly name: string;
}

interface Workspace {
  readonly subscription: string;
  readonly subscriptionName: string;
  readonly resourceGroup: string;
  readonly workspace: string;
  readonly region: string;
}

/**
 * Lets the user choose tenant, workspace, cluster and datastore of what the account sees, and writes them into the section
 * `azure` of a configuration. Where there is one alone, nothing is asked.
 * @returns whether it was written.
 */
export async function chooseWorkspace(
  backend: Backend,
  azure: AzureBackend,
  configuration: vscode.Uri,
): Promise<boolean> {
  const options = { scope: configuration, cwd: baseFolder(configuration) };
  const endpoint = await endpointOf(backend, configuration);
  const at = endpoint === undefined ? [] : ['--endpoint', endpoint];
  const ask = <T>(args: readonly string[], title: string) => azure.ask<T>(args, { ...options, title });

  const tenants = await ask<Tenant[]>(['tenants', ...at], 'Looking up tenants');
  const tenant = await pickOne(
    tenants.map(one => ({ label: one.name, description: one.id, value: one })),
    'Tenant',
  );
  if (!tenant) return false;
  // Of an account in one tenant, no tenant need be named.
  const ofTenant = tenants.length > 1 ? ['--tenant', tenant.id] : [];

  const workspaces = await ask<Workspace[]>(['workspaces', ...at, ...ofTenant], 'Looking up workspaces');
  if (workspaces.length === 0) return tellNoWorkspace();
  const workspace = await pickOne(
    workspaces.map(one => ({
      label: one.workspace,
      description: `${one.resourceGroup}, ${one.region}`,
      detail: `Subscription ${one.subscriptionName}`,
      value: one,
    })),
    'AzureML Workspace',
  );
  if (!workspace) return false;

  const place = [
    ...at,
    ...ofTenant,
    ...['--subscription', workspace.subscription, '--resource-group', workspace.resourceGroup],
    ...['--workspace', workspace.workspace],
  ];
  const cluster = await chooseCluster(azure, place, options);
  if (cluster === undefined) return false;
  const datastores = await ask<string[]>(['datastores', ...place], 'Looking up datastores');
  const datastore = await pickOne(
    datastores.map((name, index) => ({
      label: name,
      value: name,
      ...(index === 0 && { description: 'default' }),
    })),
    'Datastore for code, data and results',
  );
  if (datastore === undefined) return false;

  await write(configuration, {
    subscription: workspace.subscription,
    resource_group: workspace.resourceGroup,
    workspace: workspace.workspace,
    ...(tenants.length > 1 && { tenant: tenant.id }),
    cluster,
    ...(datastore !== 'workspaceblobstore' && { datastore }),
  });
  return true;
}

/** Where Azure Resource Manager is, if the configuration or what it extends says so. */
async function endpointOf(backend: Backend, configuration: vscode.Uri): Promise<string | undefined> {
  const options = { scope: configuration, partly: true };
  const said = await backend.run(['resolve', configuration.fsPath, '--json'], options);
  const { settings } = JSON.parse(said) as { settings: { azure?: { endpoint?: string } } | null };
  return settings?.azure?.endpoint;
}

type Choice<T> = vscode.QuickPickItem & { readonly value: T };

/** Asks where there is more than one. */
async function pickOne<T>(items: readonly Choice<T>[], title: string): Promise<T | undefined> {
  if (items.length === 1) return items[0]!.value;
  const options = { title, matchOnDescription: true, matchOnDetail: true, ignoreFocusOut: true };
  return (await vscode.window.showQuickPick(items, options))?.value;
}

async function tellNoWorkspace(): Promise<false> {
  const make = 'Open Azure Machine Learning Studio';
  const message = 'The account sees no AzureML workspace. Make one in the studio, or choose another account.';
  if ((await vscode.window.showInformationMessage(message, make)) === make)
    await vscode.env.openExternal(vscode.Uri.parse('https://ml.azure.com'));
  return false;
}

/** Writes what was chosen, undoably, and saves it: the next step reads the file. */
async function write(configuration: vscode.Uri, choice: AzureChoice): Promise<void> {
  const document = await vscode.workspace.openTextDocument(configuration);
  const changes = changesForAzure(document.getText(), choice);
  if (!changes) {
    throw new Fault('the section azure is written in a form that is not changed by itself', {
      place: { file: configuration.fsPath },
      remedy: `Write there: ${Object.entries(choice)
        .map(([key, value]) => `${key}: ${value}`)
        .join(', ')}.`,
    });
  }
  const edit = new vscode.WorkspaceEdit();
  for (const { start, end, text } of changes) {
    const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
    edit.replace(configuration, range, text);
  }
  if (!(await vscode.workspace.applyEdit(edit)) || !(await document.save())) {
    throw new Fault('the editor did not take the section azure', {
      place: { file: configuration.fsPath },
      remedy: 'Check that the file can be written.',
    });
  }
}
