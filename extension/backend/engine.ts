import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import type { Backend } from './backend.ts';
import { installStep } from './install-step.ts';

/** Installs the training engine, with progress; finished downloads are kept when it is cancelled. */
export async function installEngine(backend: Backend, gpu = false): Promise<void> {
  let last = 0;
  await backend.run(['engine', 'install', '--json', ...(gpu ? ['--gpu'] : [])], {
    title: 'Installing the training engine',
    progressOf: line => {
      const step = installStep(line);
      if (step?.percent === undefined) return step && { message: step.message };
      const increment = Math.max(0, step.percent - last);
      last += increment;
      return { message: step.message, increment };
    },
  });
  await markInstalled();
  void vscode.window.showInformationMessage('The training engine is installed.');
}

/** Completes the step of the walkthrough. */
const markInstalled = (): Thenable<unknown> =>
  vscode.commands.executeCommand('setContext', 'innereye.engineInstalled', true);

/**
 * Offers to install the engine where there is none.
 * @param scope what it is needed for: its folder's settings may name a library
 * @returns whether there is one now
 */
export async function ensureEngine(backend: Backend, scope?: vscode.Uri): Promise<boolean> {
  const said = await backend.run(['engine', 'path', '--json'], { scope });
  const { folder } = JSON.parse(said) as { folder: string | null };
  if (folder !== null) {
    await markInstalled();
    return true;
  }
  const [install, installGpu] = ['Install', 'Install for NVIDIA GPU'];
  const chosen = await vscode.window.showInformationMessage(
    'Training needs its engine, TensorFlow’s library. It is downloaded once for all projects: about 280 MB, or 3 GB for NVIDIA GPUs.',
    install,
    ...(hasNvidia() ? [installGpu] : []),
  );
  if (chosen === undefined) return false;
  await installEngine(backend, chosen === installGpu);
  return true;
}

/** Says which device, threads and precision a training would use. */
export async function checkEngine(backend: Backend): Promise<void> {
  if (!(await ensureEngine(backend))) return;
  const content = await backend.run(['engine', 'check'], { title: 'Checking the training engine' });
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content }));
}

const hasNvidia = (): boolean => existsSync('/proc/driver/nvidia/version');
