import { describe, expect, it } from 'vitest';
import { clusterOf, clusterPlacement } from './cluster.ts';

const of = (value: unknown) => clusterOf({ TF_CONFIG: JSON.stringify(value) });

describe('TF_CONFIG', () => {
  it('names the processes and which of them this one is, as AzureML sets it', () => {
    const worker = ['10.0.0.4:2222', '10.0.0.5:2222'];
    const config = (index: number | string) => ({
      cluster: { worker },
      task: { type: 'worker', index },
      environment: 'cloud',
    });
    expect(of(config(0))).toEqual({ addresses: worker, task: 0 });
    expect(of(config('1'))).toEqual({ addresses: worker, task: 1 });
  });

  it('may have a chief of its own, who is the first', () => {
    const cluster = { chief: ['a:1'], worker: ['b:1', 'c:1'] };
    expect(of({ cluster, task: { type: 'chief', index: 0 } })).toEqual({
      addresses: ['a:1', 'b:1', 'c:1'],
      task: 0,
    });
    expect(of({ cluster, task: { type: 'worker', index: 1 } })?.task).toBe(2);
  });

  it('of one process, or none at all, means to train alone', () => {
    expect(clusterOf({})).toBeUndefined();
    expect(of({ cluster: { worker: ['a:1'] }, task: { type: 'worker', index: 0 } })).toBeUndefined();
    expect(of({ task: { type: 'worker', index: 0 } })).toBeUndefined();
  });

  it.each([
    ['{', 'does not describe a cluster'],
    [JSON.stringify({ cluster: { worker: ['a', 'b:1'] } }), 'an address is written host:port'],
    [JSON.stringify({ cluster: { worker: ['a:1', 'b:1'] } }), 'does not say which task'],
    [
      JSON.stringify({ cluster: { worker: ['a:1', 'b:1'] }, task: { type: 'worker', index: 2 } }),
      'no worker 2',
    ],
    [
      JSON.stringify({ cluster: { worker: ['a:1', 'b:1'] }, task: { type: 'evaluator', index: 0 } }),
      'no evaluator 0',
    ],
    [JSON.stringify({ cluster: { worker: ['a:1'], ps: ['b:1'] } }), 'parameter servers'],
  ])('that cannot be followed is a fault: %s', (text, message) => {
    expect(() => clusterOf({ TF_CONFIG: text })).toThrow(message);
  });

  it('gives each process as many devices', () => {
    const { devices, host, rest } = clusterPlacement({ addresses: ['a:1', 'b:1'], task: 0 }, 'gpu', 2);
    expect(devices.map(name => name.replace('/job:worker/replica:0', ''))).toEqual([
      '/task:0/device:GPU:0',
      '/task:0/device:GPU:1',
      '/task:1/device:GPU:0',
      '/task:1/device:GPU:1',
    ]);
    expect([host, rest]).toEqual([
      '/job:worker/replica:0/task:0/device:CPU:0',
      '/job:worker/replica:0/task:0',
    ]);
  });
});
