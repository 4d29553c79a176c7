import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { Repeating } from './repeating.ts';

describe('repeated work', () => {
  it('goes on after it failed, as long as it is wanted', async () => {
    const complaint = vi.spyOn(console, 'error').mockImplementation(() => {});
    let count = 0;
    const fails = async () => {
      count++;
      throw new Error('EIO');
    };
    const repeating = new Repeating(fails, () => count < 3, 5);
    repeating.start();
    await vi.waitFor(() => expect(count).toBe(3), { timeout: 60_000 });
    await sleep(30);
    expect(count).toBe(3);
    expect(complaint).toHaveBeenCalledTimes(3);
    complaint.mockRestore();
  });

  it('is done once at a time, however often it is started, and never after it is disposed', async () => {
    let [count, atOnce, most] = [0, 0, 0];
    const work = async () => {
      most = Math.max(most, ++atOnce);
      await sleep(10);
      atOnce--;
      count++;
    };
    const repeating = new Repeating(work, () => true, 1);
    for (let index = 0; index < 4; index++) repeating.start();
    await vi.waitFor(
      () => {
        repeating.start();
        expect(count).toBeGreaterThan(2);
      },
      { timeout: 60_000 },
    );
    expect(most).toBe(1);
    repeating.dispose();
    await sleep(30);
    const then = count;
    repeating.start();
    await sleep(30);
    expect(count).toBe(then);
  });
});
