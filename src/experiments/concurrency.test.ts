import { describe, expect, it } from 'vitest';
import { MINIMAL, resolveTexts } from '../config/resolve-texts.ts';
import type { Configuration } from '../config/schema/configuration.ts';
import { concurrencyFor, type Machine, thisMachine } from './concurrency.ts';

const machine: Machine = { cores: 8, memoryBytes: 32e9, gpus: [] };
function settings(training: string): Configuration {
  const { settings: found } = resolveTexts({ a: `${MINIMAL}training: {${training}}\n` });
  return found!;
}
const on = (training: string, more: Partial<Machine> = {}, wanted = 0) =>
  concurrencyFor(settings(training), { ...machine, ...more }, wanted);

describe('how many trainings run at once', () => {
  it('is one on a processor all of whose cores each would take', () => {
    expect(on('threads: 0')).toEqual({ count: 1, reason: expect.stringContaining('uses all 8 cores') });
  });

  it('is as many as there are cores for their threads', () => {
    expect(on('threads: 2')).toEqual({ count: 4, reason: '4 at once: 8 cores, 2 threads each' });
    expect(on('threads: 16').count).toBe(1);
  });

  it('is one on each GPU, unless they compute on the processor', () => {
    expect(on('threads: 2', { gpus: ['0', '1', '2'] }).count).toBe(3);
    expect(on('threads: 2, device: cpu', { gpus: ['0', '1', '2'] }).count).toBe(4);
  });

  it('is what was asked for, with a word where that is of no use', () => {
    expect(on('threads: 0', {}, 3)).toEqual({ count: 3, reason: expect.stringContaining('hardly quicker') });
    expect(on('threads: 2', {}, 3)).toEqual({ count: 3, reason: '3 at once, as was asked for' });
  });

  it('is no more than memory allows', () => {
    const { count, reason } = on('threads: 2, batch_size: 4', { memoryBytes: 2e9 });
    expect(count).toBeLessThan(4);
    expect(reason).toMatch(/a training needs about .* of 2\.0 GB of memory/);
    expect(on('threads: 2', { memoryBytes: 1e6 }).count).toBe(1);
  });

  it('knows the GPUs that the environment lets it see', async () => {
    expect((await thisMachine({ CUDA_VISIBLE_DEVICES: '1,GPU-7' })).gpus).toEqual(['1', 'GPU-7']);
    expect((await thisMachine({ CUDA_VISIBLE_DEVICES: '' })).gpus).toEqual([]);
    expect((await thisMachine({ CUDA_VISIBLE_DEVICES: '-1' })).gpus).toEqual([]);
  });
});
