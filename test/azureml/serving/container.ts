import { type ChildProcess, spawn } from 'node:child_process';
import { get } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

export interface Probe {
  readonly path: string;
  readonly port: number;
}

/** A container of a deployment: a process of this machine that listens on the port that its environment names. */
export class Container {
  #log = '';
  readonly #process: ChildProcess;

  constructor(
    command: readonly string[],
    folder: string,
    environment: Readonly<Record<string, string>>,
    readonly port: number,
  ) {
    this.#process = spawn(command[0]!, command.slice(1), {
      cwd: folder,
      env: { ...environment },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#process.stdout!, this.#process.stderr!])
      stream.on('data', chunk => {
        this.#log = (this.#log + chunk).slice(-1_000_000);
      });
    this.#process.once('error', error => {
      this.#log += `${error.message}\n`;
    });
  }

  /** The last lines that the container wrote. */
  logs(lines: number): string {
    return this.#log
      .split('\n')
      .slice(-lines - 1)
      .join('\n');
  }

  get hasEnded(): boolean {
    return (
      this.#process.pid === undefined || this.#process.exitCode !== null || this.#process.signalCode !== null
    );
  }

  /** Waits until the readiness probe is answered with success; false where the container ends before, or it takes too long. */
  async isReady(probe: Probe, milliseconds: number): Promise<boolean> {
    const end = Date.now() + milliseconds;
    while (Date.now() < end && !this.hasEnded) {
      const status = await statusOf(`http://127.0.0.1:${probe.port}${probe.path}`);
      if (status >= 200 && status < 400) return true;
      await wait(100);
    }
    return false;
  }

  async stop(): Promise<void> {
    if (this.hasEnded) return;
    const ended = new Promise(resolve => this.#process.once('close', resolve));
    signal(this.#process.pid!, 'SIGTERM');
    const late = setTimeout(() => signal(this.#process.pid!, 'SIGKILL'), 3000);
    await ended;
    clearTimeout(late);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch {
    // The group is gone already.
  }
}

/** The status of an answer, 0 where there is none. */
function statusOf(url: string): Promise<number> {
  return new Promise(resolve => {
    get(url, response => {
      response.resume();
      resolve(response.statusCode!);
    }).once('error', () => resolve(0));
  });
}
