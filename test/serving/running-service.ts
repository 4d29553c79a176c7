import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export const SECRET = 'the secret of the tests';

/** `innereye serve` in a process of its own. */
export interface RunningService {
  readonly address: string;
  readonly child: ChildProcess;
  /** What it has printed. */
  output(): string;
  ask(path: string, options?: RequestInit & { secret?: string }): Promise<Response>;
  /** Ids of the processes that predict. */
  workers(): number[];
  /** Most memory that the service and its processes have had, in MiB; Linux only. */
  memory(): number[];
  /** Sends SIGTERM. @returns its exit code. */
  stop(): Promise<number | null>;
}

/** Starts the service and waits until it listens. */
export async function startService(
  program: string,
  bundle: string,
  spool: string,
  options: readonly string[] = [],
): Promise<RunningService> {
  const args = ['serve', '--model', bundle, '--port', '0', '--spool', spool, ...options];
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, API_AUTH_SECRET: SECRET },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = new Promise<number | null>(resolve => child.once('close', resolve));
  const address = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', chunk => {
        output += String(chunk);
        const [found] = /http:\/\/[\d.]+:\d+/.exec(output) ?? [];
        if (found) resolve(found);
      });
    }
    void ended.then(code => reject(new Error(`the service ended with ${code}: ${output}`)));
  });
  const workers = () => {
    const pid = child.pid!;
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(/\s+/)
      .filter(Boolean)
      .map(Number);
  };
  return {
    address,
    child,
    output: () => output,
    ask: (path, { secret = SECRET, headers, ...rest } = {}) =>
      fetch(`${address}${path}`, { ...rest, headers: { API_AUTH_SECRET: secret, ...headers } }),
    workers,
    memory: () =>
      [child.pid!, ...workers()].map(pid => {
        const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
        return Math.round(Number(kilobytes) / 1024);
      }),
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** The files below a folder. */
export const filesBelow = (folder: string): string[] => readdirSync(folder, { recursive: true }).map(String);
