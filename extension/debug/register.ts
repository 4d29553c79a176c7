import * as vscode from 'vscode';
import { type Backend, baseFolder } from '../backend/backend.ts';
import { configurationFor } from '../backend/pick-configuration.ts';
import { environmentOf } from '../backend/program.ts';
import { reporting } from '../show-fault.ts';
import { requireTrust } from '../trust.ts';
import { DEBUG_TYPE, launchOf, TrainingConfigurationProvider } from './debug-configuration.ts';
import { openBeforeAndAfter, openDebuggedVolume } from './open-volume.ts';
import { debugPlugins } from './plugin-debugger.ts';
import { writeBack } from './write-back.ts';

/** Debugs trainings: F5, the code lens and the menus start them; the adapter is a process of the command line. */
export function registerDebugger(backend: Backend): vscode.Disposable {
  const adapter: vscode.DebugAdapterDescriptorFactory = {
    createDebugAdapterDescriptor: ({ configuration }) => {
      const scope = vscode.Uri.file(configuration.config ?? configuration.run);
      const program = backend.program(scope);
      const inspect = configuration.inspect ? [`--inspect=127.0.0.1:${configuration.inspect}`] : [];
      const args = [...inspect, ...program.args, 'debug-adapter'];
      return new vscode.DebugAdapterExecutable(program.command, args, {
        cwd: baseFolder(scope),
        env: environmentOf(program) as Record<string, string>,
      });
    },
  };
  const command = (name: string, run: (...args: never[]) => unknown) =>
    vscode.commands.registerCommand(name, reporting(run));
  return vscode.Disposable.from(
    vscode.debug.registerDebugConfigurationProvider(DEBUG_TYPE, new TrainingConfigurationProvider(backend)),
    vscode.debug.registerDebugAdapterDescriptorFactory(DEBUG_TYPE, adapter),
    vscode.debug.onDidStartDebugSession(session => {
      if (session.type === DEBUG_TYPE) void reporting(debugPlugins)(session);
    }),
    command('innereye.debug', async (argument?: vscode.Uri | string) => {
      requireTrust();
      const configuration = await configurationFor(argument);
      if (!configuration) return;
      const folder = vscode.workspace.getWorkspaceFolder(configuration);
      await vscode.debug.startDebugging(folder, launchOf(configuration.fsPath));
    }),
    command('innereye.debug.openVolume', openDebuggedVolume),
    command('innereye.debug.openBeforeAndAfter', openBeforeAndAfter),
    command('innereye.debug.writeBack', writeBack),
  );
}
