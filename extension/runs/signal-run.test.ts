import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signalRun } from './signal-run.ts';

/** When a process began, read here in a second way. */
function startedOf(pid: number): string {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return `${boot}:${fields[19]}`;
}

const isLinux = process.platform === 'linux';
if (!isLinux) console.log('Tests of signals read /proc: they are skipped.');

describe.skipIf(!isLinux)('a signal to a run', () => {
  let folder: string;
  let child: ChildProcess;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'innereye-signal-'));
    child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    await once(child, 'spawn');
  });
  afterEach(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  const write = (process: object, status = 'running') =>
    writeFileSync(
      join(folder, 'run.json'),
      JSON.stringify({
        id: 'run',
        name: 'small',
        task: 'segmentation',
        status,
        startedAt: '2026-03-01T09:00:00Z',
        process: { host: hostname(), ...process },
        seed: 7,
        configuration: { file: '/small.innereye.yaml', hash: '', overrides: [] },
        innereye: '0.1.0',
        node: 'v20',
        tags: {},
      }),
    );
  const lives = async () => {
    await sleep(200);
    return child.exitCode === null && child.signalCode === null;
  };

  it('ends its backend', async () => {
    write({ pid: child.pid, started: startedOf(child.pid!) });
    const exit = once(child, 'exit');
    expect(await signalRun(folder)).toBe(true);
    expect(await exit).toEqual([null, 'SIGTERM']);
  });

  it('does not reach a process that got the number of one that is gone', async () => {
    write({ pid: child.pid, started: 'an earlier boot:1' });
    expect(await signalRun(folder)).toBe(false);
    expect(await lives()).toBe(true);
  });

  it('does not reach the process of a run that has ended', async () => {
    write({ pid: child.pid, started: startedOf(child.pid!) }, 'completed');
    expect(await signalRun(folder)).toBe(false);
    expect(await lives()).toBe(true);
  });

  it('does not reach a process of which it is not known when it began, unless the run beats', async () => {
    write({ pid: child.pid });
    await expect(signalRun(folder)).rejects.toThrow('cannot be told');
    expect(await lives()).toBe(true);
    writeFileSync(join(folder, 'heartbeat'), '');
    expect(await signalRun(folder)).toBe(true);
  });

  it.each([0, -1])('reads no manifest with the process number %d, which would reach a group', async pid => {
    write({ pid, started: 'x' });
    await expect(signalRun(folder)).rejects.toThrow('manifest of the run is broken');
  });

  it('does not try to reach another machine', async () => {
    write({ pid: child.pid, host: 'elsewhere.invalid' });
    writeFileSync(join(folder, 'heartbeat'), '');
    await expect(signalRun(folder)).rejects.toThrow('another machine');
    expect(await lives()).toBe(true);
  });
});
