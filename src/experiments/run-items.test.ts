import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../dataset/fixtures/settings.ts';
import type { Executor, WorkItem, WorkOutcome } from './executor.ts';
import { requireAll, runItems, WORK_FILE } from './run-items.ts';

const parent = temporaryFolder();
const items = ['fold-1', 'fold-2', 'fold-3', 'fold-4'].map(
  (id): WorkItem => ({
    id,
    kind: 'fold',
    configuration: '/c',
    overrides: [],
    parent,
    folder: join(parent, id),
  }),
);
const never = new AbortController().signal;

/** An executor whose items end as told, and that counts how many are under way. */
function executorOf(outcomes: Record<string, WorkOutcome>, count: number): Executor & { most: number } {
  let under = 0;
  const executor = {
    most: 0,
    concurrency: { count, reason: '' },
    run: async ({ id }: WorkItem) => {
      executor.most = Math.max(executor.most, ++under);
      await sleep(10);
      under--;
      return outcomes[id] ?? { status: 'completed' as const };
    },
  };
  return executor;
}

describe('the items of an experiment', () => {
  it('are made as many at once as the executor says, and written down', async () => {
    const executor = executorOf({}, 2);
    const states = await runItems(executor, items, { parent, signal: never });
    expect(executor.most).toBe(2);
    expect(states.map(({ status }) => status)).toEqual(items.map(() => 'completed'));
    expect(JSON.parse(readFileSync(join(parent, WORK_FILE), 'utf8'))).toEqual({ items: states });
    expect(() => requireAll(states, parent)).not.toThrow();
  });

  it('are all made where one fails, which is named', async () => {
    const executor = executorOf({ 'fold-2': { status: 'failed', error: 'the disk is full' } }, 1);
    const states = await runItems(executor, items, { parent, signal: never });
    expect(states.map(({ status }) => status)).toEqual(['completed', 'failed', 'completed', 'completed']);
    expect(() => requireAll(states, parent)).toThrow(
      expect.objectContaining({
        message: '1 of 4 trainings failed; the others are kept',
        faults: [expect.objectContaining({ message: 'fold-2 failed: the disk is full' })],
      }),
    );
  });

  it('are stopped and awaited where what becomes of them cannot be told', async () => {
    const ended: string[] = [];
    const running = runItems(
      {
        concurrency: { count: 2, reason: '' },
        run: async ({ id }, { signal }) => {
          if (id === 'fold-1')
            await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve()));
          ended.push(id);
          return { status: signal.aborted ? 'cancelled' : 'completed' };
        },
      },
      items,
      {
        parent,
        signal: never,
        onChange: states => {
          if (states[1]!.status === 'completed') throw new Error('the disk is full');
        },
      },
    );
    await expect(running).rejects.toThrow('the disk is full');
    expect(ended).toEqual(['fold-2', 'fold-1']);
  });

  it('wait where the experiment is stopped', async () => {
    const controller = new AbortController();
    const states = await runItems(executorOf({ 'fold-1': { status: 'cancelled' } }, 1), items, {
      parent,
      signal: controller.signal,
      onChange: () => controller.abort(),
    });
    expect(states.map(({ status }) => status)).toEqual(['cancelled', 'waiting', 'waiting', 'waiting']);
  });
});
