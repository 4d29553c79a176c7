// A process that answers JSON lines with JSON lines.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export class Peer {
  constructor(command, args, environment = {}) {
    this.child = spawn(command, args, {
      env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2', ...environment },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
    this.exited = new Promise(resolve => this.child.once('exit', resolve));
  }

  async ask(request) {
    this.child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`${this.child.spawnargs.join(' ')} ended with ${await this.exited}`);
    return JSON.parse(value);
  }

  async close() {
    this.child.stdin.end();
    await this.exited;
  }
}
