import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../src/foundation/fault.ts';

/** How the command line is started: `command ...args ...`, with `env` laid over the environment. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The settings of the same names; empty where they are not set. */
export interface ProgramSettings {
  readonly nodePath: string;
  readonly tensorflowLibrary: string;
}

/**
 * The command line of the extension in `extensionFolder`, run by the Node that the settings name, else by the editor's
 * own, which is Node when it is told so.
 * @throws Fault where the Node that the settings name does not exist
 */
export function findProgram(
  extensionFolder: string,
  { nodePath, tensorflowLibrary }: ProgramSettings,
  editor = process.execPath,
): Program {
  if (nodePath !== '' && !existsSync(nodePath)) {
    throw new Fault('the Node.js that the settings name does not exist', {
      place: { file: nodePath },
      remedy: 'Mend the setting innereye.nodePath, or empty it to use the Node.js of the editor.',
    });
  }
  return {
    command: nodePath || editor,
    args: [join(extensionFolder, 'dist', 'innereye.js')],
    env: {
      ...(nodePath === '' && { ELECTRON_RUN_AS_NODE: '1' }),
      ...(tensorflowLibrary !== '' && { INNEREYE_TENSORFLOW_LIBRARY: tensorflowLibrary }),
    },
  };
}

/** The environment of a child: this process's, without what a debugger of the editor has put in for its own children. */
export function environmentOf({ env }: Program): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, VSCODE_INSPECTOR_OPTIONS: __, ...inherited } = process.env;
  return { ...inherited, ...env };
}
