import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../foundation/fault.ts';
import { PendingWork } from './pending-work.ts';

const never = new Promise<never>(() => {});
const gone = new Fault('the worker is gone');

describe('work that needs others', () => {
  it('has its result, or fails as it does', async () => {
    const pending = new PendingWork();
    await expect(pending.result(Promise.resolve(3))).resolves.toBe(3);
    await expect(pending.result(Promise.reject(new Error('own')))).rejects.toThrow('own');
  });

  it('is given up where they are lost, as all that is asked for later', async () => {
    const pending = new PendingWork();
    const both = [pending.result(never), pending.result(never)];
    pending.giveUp(gone);
    for (const work of both) await expect(work).rejects.toBe(gone);
    await expect(pending.result(never)).rejects.toBe(gone);
    await expect(pending.result(Promise.resolve(3))).rejects.toBe(gone);
  });

  it('does not keep what came of it', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const pending = new PendingWork();
    const read = async () => new WeakRef(await pending.result(Promise.resolve(new Float32Array(1_000))));
    const result = await read();
    const isKept = () => {
      collect();
      return result.deref() !== undefined;
    };
    await expect.poll(isKept, { timeout: 60_000 }).toBe(false);
    // Still at work, or it would have been collected itself.
    pending.giveUp(gone);
  });
});
