import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Task } from './distribution.ts';

const GRACE_MILLISECONDS = 5000;

/** The processes of one attempt of a job, each the leader of a group. */
export class Processes {
  readonly #children: ChildProcess[] = [];
  readonly #codes: Promise<number>[] = [];
  #killed = false;

  /** Starts the command once a task, its output into the task's log below `logs`. */
  async start(
    command: string,
    tasks: readonly Task[],
    options: { folder: string; logs: string; environment: Readonly<Record<string, string>> },
  ): Promise<void> {
    for (const task of tasks) {
      const file = join(options.logs, task.log);
      await mkdir(dirname(file), { recursive: true });
      const log = createWriteStream(file);
      const child = spawn('bash', ['-c', command], {
        cwd: options.folder,
        env: { ...options.environment, ...task.environment },
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child.stdout!.pipe(log, { end: false });
      child.stderr!.pipe(log, { end: false });
      child.once('close', () => log.end());
      this.#children.push(child);
      this.#codes.push(this.#codeOf(child));
    }
  }

  /** The first exit code that is not 0, or 0; all others end when one fails. A killed process has 137. */
  async end(): Promise<number> {
    const codes = await Promise.all(this.#codes);
    return codes.find(code => code !== 0) ?? 0;
  }

  async #codeOf(child: ChildProcess): Promise<number> {
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve(code ?? (signal === 'SIGKILL' ? 137 : 143)));
    });
    if (code !== 0) this.kill();
    return code;
  }

  /** As a node that is taken away ends them. */
  kill(): void {
    if (this.#killed) return;
    this.#killed = true;
    this.#signal('SIGKILL');
  }

  /** As a cancelled job ends: SIGTERM, and after a while SIGKILL. */
  terminate(): void {
    this.#signal('SIGTERM');
    setTimeout(() => this.kill(), GRACE_MILLISECONDS).unref();
  }

  #signal(signal: NodeJS.Signals): void {
    for (const { pid, exitCode, signalCode } of this.#children) {
      if (pid === undefined || exitCode !== null || signalCode !== null) continue;
      try {
        process.kill(-pid, signal);
      } catch {
        // The group is gone already.
      }
    }
  }
}
