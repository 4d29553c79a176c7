import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { isRunning, isSurely, startByPs, thisProcess } from './process-identity.ts';

const knowsStarts = thisProcess().started !== undefined;
const hasPs = (() => {
  try {
    execFileSync('ps', ['-p', String(process.pid)], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
if (!knowsStarts) console.log('This system does not tell when processes began: some tests are skipped.');
if (!hasPs) console.log('There is no `ps`: its test is skipped.');

describe('the identity of a process', () => {
  it.skipIf(!knowsStarts)('is surely its own while it runs', () => {
    expect(isRunning(thisProcess())).toBe(true);
    expect(isSurely(thisProcess())).toBe(true);
  });

  it.skipIf(!knowsStarts)('is not that of another which got its number', () => {
    const other = { ...thisProcess(), started: 'another boot:1' };
    expect(isRunning(other)).toBe(false);
    expect(isSurely(other)).toBe(false);
  });

  it('may be that of a process of which it is not known when it began, and is not surely', () => {
    const { pid, host } = thisProcess();
    expect(isRunning({ pid, host })).toBe(true);
    expect(isSurely({ pid, host })).toBe(false);
  });

  it('cannot be told of a process on another machine', () => {
    const elsewhere = { ...thisProcess(), host: 'elsewhere.invalid' };
    expect(isRunning(elsewhere)).toBeUndefined();
    expect(isSurely(elsewhere)).toBe(false);
  });

  it.each([0, -1, -process.pid, Number.NaN, 0.5])('is none of number %d, which stands for a group', pid => {
    expect(isRunning({ ...thisProcess(), pid })).toBe(false);
    expect(isSurely({ ...thisProcess(), pid })).toBe(false);
  });
});

describe.skipIf(!hasPs)('the start of a process by ps', () => {
  let child: ChildProcess | undefined;
  afterEach(() => {
    child?.kill('SIGKILL');
  });

  it('is the same each time, to the second, and nothing once it is gone', async () => {
    const before = Date.now();
    child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(child, 'spawn');
    const started = startByPs(child.pid!);
    expect(startByPs(child.pid!)).toBe(started);
    // ps on Linux computes it from the time since boot, which may be a second off.
    expect(Math.abs(Date.parse(`${started} UTC`) - before)).toBeLessThan(3000);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(startByPs(child.pid!)).toBeUndefined();
  });
});
