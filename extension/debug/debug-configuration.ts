import * as vscode from 'vscode';
import { type Backend, outputFolder } from '../backend/backend.ts';
import { ensureEngine } from '../backend/engine.ts';
import { configurationFor } from '../backend/pick-configuration.ts';
import { showFault } from '../show-fault.ts';
import { withAbsolutePaths } from './launch-paths.ts';
import { freePort, pluginsOf } from './plugin-debugger.ts';

/** The debug type of trainings, as package.json contributes it. */
export const DEBUG_TYPE = 'innereye';

/** Fills in what a launch needs: F5 in a configuration debugs that configuration, without any launch.json. */
export class TrainingConfigurationProvider implements vscode.DebugConfigurationProvider {
  constructor(private readonly backend: Backend) {}

  provideDebugConfigurations(): vscode.DebugConfiguration[] {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the editor puts the file in.
    return [{ ...launchOf('${file}'), name: 'Debug this configuration' }];
  }

  /** Nothing is started where this gives undefined. */
  async resolveDebugConfigurationWithSubstitutedVariables(
    folder: vscode.WorkspaceFolder | undefined,
    written: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    try {
      const around = folder ?? vscode.workspace.workspaceFolders?.[0];
      const given = withAbsolutePaths(written, around?.uri.fsPath);
      const { config, run } = given as { config?: string; run?: string };
      const file = config ?? (run === undefined ? (await configurationFor(undefined))?.fsPath : undefined);
      if (file === undefined && run === undefined) return undefined;
      if (!(await ensureEngine(this.backend))) return undefined;
      const scope = vscode.Uri.file(file ?? run!);
      const plugins = file === undefined ? [] : await pluginsOf(this.backend, file);
      return {
        ...launchOf(file),
        output: outputFolder(scope),
        ...given,
        ...(file !== undefined && { config: file }),
        ...(plugins.length > 0 && { plugins, inspect: await freePort() }),
      };
    } catch (error) {
      await showFault(error);
      return undefined;
    }
  }

  /** F5 without a launch.json gives an empty configuration. */
  resolveDebugConfiguration(
    _folder: vscode.WorkspaceFolder | undefined,
    given: vscode.DebugConfiguration,
  ): vscode.DebugConfiguration {
    return given.type ? given : { ...launchOf(undefined), ...given, type: DEBUG_TYPE };
  }
}

/** The launch of a configuration. */
export function launchOf(config: string | undefined): vscode.DebugConfiguration {
  return {
    type: DEBUG_TYPE,
    request: 'launch',
    name: 'Debug training',
    ...(config !== undefined && { config }),
  };
}
