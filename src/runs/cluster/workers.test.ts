import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Cluster } from '../../engine/cluster.ts';

/** How a worker answers, and how often it was asked. */
const worker = vi.hoisted(() => ({ answer: (): Promise<boolean> => Promise.resolve(false), asked: 0 }));
const ended = vi.hoisted(() => ({ withoutWaiting: 0 }));
vi.mock('./control.ts', () => ({
  Control: class {
    wantsStop(): Promise<boolean> {
      worker.asked++;
      return worker.answer();
    }
    tellEnd = async () => {};
  },
}));
// It would end the process of the tests.
vi.mock('../../engine/end-at-once.ts', () => ({
  endWithoutWaiting: () => {
    ended.withoutWaiting++;
  },
}));
const { Workers } = await import('./workers.ts');

const never = () => new Promise<never>(() => {});

describe('a worker that takes connections and does not answer', () => {
  let server: Server;
  let cluster: Cluster;
  const sockets = new Set<Socket>();
  beforeAll(async () => {
    server = createServer(socket => {
      sockets.add(socket);
      socket.on('error', () => {});
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    cluster = { addresses: ['127.0.0.1:1', `127.0.0.1:${port}`], task: 0 };
  });
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  beforeEach(() => {
    worker.answer = () => Promise.resolve(false);
    worker.asked = 0;
    ended.withoutWaiting = 0;
  });

  it('is named when patience is over', async () => {
    worker.answer = never;
    const gathering = Workers.gather(cluster, {
      signal: new AbortController().signal,
      patienceMinutes: 0.001,
    });
    await expect(gathering).rejects.toThrow(`do not come up: ${cluster.addresses[1]}`);
    expect(ended.withoutWaiting).toBe(1);
  });

  it('is not waited for when the chief is asked to stop', async () => {
    const stop = new AbortController();
    worker.answer = () => {
      stop.abort();
      return never();
    };
    await expect(Workers.gather(cluster, { signal: stop.signal })).rejects.toThrow(/aborted/);
    expect(worker.asked).toBe(1);
    expect(ended.withoutWaiting).toBe(1);
  });

  it('any longer ends the work that needs it', async () => {
    const workers = await Workers.gather(cluster, {
      signal: new AbortController().signal,
      silenceMilliseconds: 0,
    });
    worker.answer = () => Promise.reject(new Error('no answer in time'));
    await expect(workers.guard(never())).rejects.toThrow(
      `the worker at ${cluster.addresses[1]} no longer answers`,
    );
    expect(worker.asked).toBeGreaterThanOrEqual(3);
    await workers.end('failed');
  });
});
