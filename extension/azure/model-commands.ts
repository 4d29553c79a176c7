import * as vscode from 'vscode';
import type { RunRow } from '../../src/contracts/runs-table.ts';
import { baseFolder } from '../backend/backend.ts';
import type { AzureBackend } from './azure-backend.ts';
import { scopeOf } from './job-commands.ts';

/** Registers the model of a completed job in its workspace. */
export async function registerModel(azure: AzureBackend, row: RunRow): Promise<void> {
  const name = await vscode.window.showInputBox({
    title: 'Register Model',
    prompt: 'Name of the model; its version is the name of the job',
    value: row.name.replaceAll(/[^\w.-]+/g, '-'),
    validateInput: text =>
      /^[\w.-]+$/.test(text) ? undefined : 'Letters, digits, dots, dashes and underscores.',
  });
  if (name === undefined) return;
  const args = ['register', row.folder, '--name', name];
  await azure.run(args, { scope: scopeOf(row), title: `Registering ${name}` });
  const copy = 'Copy Its Name';
  const id = `${name}:${row.job?.name}`;
  if ((await vscode.window.showInformationMessage(`The model ${id} is registered.`, copy)) === copy)
    await vscode.env.clipboard.writeText(id);
}

/** Serves a registered model at an endpoint, asks it whether it works, and tells its address. */
export async function deployModel(azure: AzureBackend, configuration: vscode.Uri): Promise<void> {
  const ask = (prompt: string, value: string, fits: RegExp, otherwise: string) =>
    vscode.window.showInputBox({
      title: 'Deploy Model',
      prompt,
      value,
      ignoreFocusOut: true,
      validateInput: text => (fits.test(text) ? undefined : otherwise),
    });
  const model = await ask('Registered model, as NAME:VERSION', '', /^[^:\s]+:[^:\s]+$/, 'Such as abdomen:2.');
  if (model === undefined) return;
  const endpoint = await ask(
    'Endpoint, unique in the region',
    model.split(':')[0]!.toLowerCase(),
    /^[a-z][a-z0-9-]{1,30}[a-z0-9]$/,
    'Small letters, digits and dashes, 3 to 32.',
  );
  if (endpoint === undefined) return;
  const image = await ask(
    'Container image that serves it',
    '',
    /^\S+$/,
    'Such as registry.example.org/innereye:1.',
  );
  if (image === undefined) return;
  const args = ['deploy', model, '--endpoint-name', endpoint, '--image', image];
  const said = await azure.run([...args, '--config', configuration.fsPath], {
    scope: configuration,
    cwd: baseFolder(configuration),
    title: `Deploying ${model}`,
  });
  const [address = endpoint] = said.split('\n');
  const copy = 'Copy the Address';
  if ((await vscode.window.showInformationMessage(`${model} is served at ${address}.`, copy)) === copy)
    await vscode.env.clipboard.writeText(address);
}

/** Deletes an endpoint with its deployments, when the user has confirmed it. */
export async function deleteEndpoint(azure: AzureBackend, configuration: vscode.Uri): Promise<void> {
  const endpoint = await vscode.window.showInputBox({
    title: 'Delete Endpoint',
    prompt: 'Name of the endpoint',
  });
  if (!endpoint) return;
  const remove = 'Delete';
  const options = {
    modal: true,
    detail: 'Who asks it afterwards gets no answer. The model stays registered.',
  };
  if (
    (await vscode.window.showWarningMessage(`Delete the endpoint ${endpoint}?`, options, remove)) !== remove
  )
    return;
  await azure.run(['delete', endpoint, '--config', configuration.fsPath], {
    scope: configuration,
    cwd: baseFolder(configuration),
    title: `Deleting ${endpoint}`,
  });
}
