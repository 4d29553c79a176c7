import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { environmentOf, type Program } from '../backend/program.ts';
import { faultFrom, startFault } from '../backend/run-program.ts';

/** `innereye serve` as a child of this window. */
export interface LocalService {
  /** `http://127.0.0.1:PORT` */
  readonly address: string;
  /** `NAME:VERSION` */
  readonly model: string;
  /** What it wants of those who ask; made for this one time. */
  readonly secret: string;
  /** Settles when the process is gone. */
  readonly ended: Promise<void>;
  stop(): void;
}

/** What the service prints when it listens: its models and where. */
const LISTENS = /^(\S+) at (http:\/\/\S+)$/;

/**
 * Serves a bundle at a free port of this machine, to those alone who know its secret.
 * @param onLog is given its lines.
 * @param signal ends it while it starts.
 * @throws Fault with what the service said where it cannot.
 */
export async function startLocalService(
  program: Program,
  bundle: string,
  onLog: (line: string) => void,
  signal?: AbortSignal,
): Promise<LocalService> {
  const secret = randomBytes(24).toString('base64url');
  const child = spawn(program.command, [...program.args, 'serve', '--model', bundle, '--port', '0'], {
    env: { ...environmentOf(program), API_AUTH_SECRET: secret },
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  const said: string[] = [];
  createInterface({ input: child.stderr }).on('line', line => {
    said.push(line);
    if (said.length > 50) said.shift();
    onLog(line);
  });
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()));
  const stop = () => void child.kill('SIGTERM');
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  const [model, address] = await new Promise<[string, string]>((resolve, reject) => {
    child.once('error', error => reject(startFault(program, undefined, error)));
    void ended.then(() => reject(signal?.aborted ? signal.reason : faultFrom(said.join('\n'))));
    createInterface({ input: child.stdout }).on('line', line => {
      onLog(line);
      const [, name, where] = LISTENS.exec(line) ?? [];
      if (name !== undefined && where !== undefined) resolve([name, where]);
    });
  });
  return { address, model, secret, ended, stop };
}
