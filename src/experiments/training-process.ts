import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** How the command line is called: program and first arguments. */
export type CommandLine = readonly string[];

/** The program that this code runs in, as it was called. */
export const thisProgram = (): CommandLine => [process.execPath, ...process.execArgv, process.argv[1]!];

/** A training in a process of its own, which outlives this one. */
export interface TrainingProcess {
  readonly pid: number | undefined;
  /** Resolves with the exit code when it has ended; undefined where it could not be started, or a signal ended it. */
  readonly ended: Promise<number | undefined>;
}

/**
 * Starts `innereye` in a group of its own, so that a Ctrl-C in the terminal does not reach it beside what it is told
 * from here. What it prints is added to a log file.
 */
export function startProcess(
  command: CommandLine,
  args: readonly string[],
  log: string,
  environment: NodeJS.ProcessEnv = {},
): TrainingProcess {
  mkdirSync(dirname(log), { recursive: true });
  const output = openSync(log, 'a');
  const [program = '', ...first] = command;
  const child = spawn(program, [...first, ...args], {
    detached: true,
    windowsHide: true,
    stdio: ['ignore', output, output],
    // A cluster is for one training.
    env: { ...process.env, TF_CONFIG: undefined, ...environment },
  });
  closeSync(output);
  const ended = new Promise<number | undefined>(resolve => {
    child.once('exit', code => resolve(code ?? undefined));
    child.once('error', () => resolve(undefined));
  });
  return { pid: child.pid, ended };
}

/** Sends a signal to a process; nothing where it is gone, or was never there. */
export function signalProcess(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

const LINES = 6;

/** The last lines that a process printed, for a user to see why it ended. */
export async function lastLines(log: string): Promise<string> {
  const text = await readFile(log, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-LINES).join('\n');
}
