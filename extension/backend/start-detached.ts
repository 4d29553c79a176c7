import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '../../src/foundation/folder.ts';
import { environmentOf, type Program } from './program.ts';
import { startFault } from './run-program.ts';

/** A process that goes on when the editor ends. */
export interface DetachedProcess {
  readonly pid: number;
  /** Its exit code, where it ends while the editor still runs; null where a signal ended it. */
  readonly ended: Promise<number | null>;
}

/**
 * Starts a program as the leader of a group of its own, so that no signal to the editor's group reaches it, with its
 * output appended to a file.
 * @throws Fault where it cannot be started
 */
export async function startDetached(
  program: Program,
  args: readonly string[],
  { cwd, log }: { readonly cwd: string; readonly log: string },
): Promise<DetachedProcess> {
  await makeFolder(dirname(log));
  const output = openSync(log, 'a');
  try {
    const child = spawn(program.command, [...program.args, ...args], {
      cwd,
      env: environmentOf(program),
      stdio: ['ignore', output, output],
      detached: true,
      windowsHide: true,
    });
    const ended = new Promise<number | null>(resolve => child.once('exit', resolve));
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', error => reject(startFault(program, cwd, error)));
    });
    child.unref();
    return { pid: child.pid!, ended };
  } finally {
    closeSync(output);
  }
}
