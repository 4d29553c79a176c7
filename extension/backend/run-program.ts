import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Fault } from '../../src/foundation/fault.ts';
import { failureOf } from './messages.ts';
import { environmentOf, type Program } from './program.ts';

export interface RunProgramOptions {
  readonly cwd?: string | undefined;
  /** Exit code 1 says that a part has failed, and the output what became of the others: it is given where there is any. */
  readonly partly?: boolean | undefined;
  /** Asks the program to stop. */
  readonly signal?: AbortSignal | undefined;
  /** Speaks with the program over a channel (Node's IPC) while it runs. */
  channel?: ((child: ChildProcess) => void) | undefined;
  /** Called with each line of the standard output. */
  onLine?(line: string): void;
}

/**
 * Runs a command to its end.
 * @returns its standard output
 * @throws Fault with what the program said where it failed; the abort's reason where it was stopped
 */
export async function runProgram(
  program: Program,
  args: readonly string[],
  { cwd, partly = false, signal, channel, onLine }: RunProgramOptions = {},
): Promise<string> {
  signal?.throwIfAborted();
  const child = spawn(program.command, [...program.args, ...args], {
    cwd,
    env: environmentOf(program),
    stdio: ['ignore', 'pipe', 'pipe', ...(channel ? ['ipc' as const] : [])],
    windowsHide: true,
  });
  channel?.(child);
  const stop = () => child.kill('SIGTERM');
  signal?.addEventListener('abort', stop);
  const lines: string[] = [];
  const errors: Buffer[] = [];
  createInterface({ input: child.stdout! }).on('line', line => {
    lines.push(line);
    onLine?.(line);
  });
  child.stderr!.on('data', (data: Buffer) => errors.push(data));
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', error => reject(startFault(program, cwd, error)));
      child.once('close', resolve);
    });
    signal?.throwIfAborted();
    const hasPart = partly && code === 1 && lines.length > 0;
    if (code !== 0 && !hasPart) throw faultFrom(Buffer.concat(errors).toString('utf8'));
    return lines.join('\n');
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** The fault that a program reported. */
export function faultFrom(output: string): Fault {
  const { message, remedy, file, line, column } = failureOf(output);
  return new Fault(message, {
    ...(file && { place: { file, ...(line && { line }), ...(column && { column }) } }),
    ...(remedy && { remedy }),
  });
}

/** Why a program could not be started: Node says ENOENT of the program where it is the folder that is missing. */
export function startFault({ command }: Program, cwd: string | undefined, cause: unknown): Fault {
  if (cwd !== undefined && !existsSync(cwd))
    return new Fault('the folder that the training backend shall work in does not exist', {
      place: { file: cwd },
      remedy: 'Bring it back, or open the folder that the configuration has moved to.',
      cause,
    });
  return new Fault('the training backend could not be started', {
    place: { file: command },
    remedy: 'Check the setting innereye.nodePath.',
    cause,
  });
}
