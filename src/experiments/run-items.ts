import { join, relative } from 'node:path';
import type { RunEvent } from '../contracts/events.ts';
import { writeFileAtomically } from '../foundation/atomic-file.ts';
import { Fault, Faults } from '../foundation/fault.ts';
import type { Executor, WorkItem, WorkOutcome } from './executor.ts';

/** What became of the items of an experiment, in its folder. */
export const WORK_FILE = 'work.json';

/** One item as the file has it. */
export interface ItemState {
  readonly id: string;
  readonly kind: WorkItem['kind'];
  /** Folder of its run, relative to the experiment's. */
  readonly run: string;
  readonly status: 'waiting' | 'running' | WorkOutcome['status'];
  readonly error?: string;
}

export interface ItemsOptions {
  /** Folder of the experiment. */
  readonly parent: string;
  /** Aborted to stop all trainings after a checkpoint. */
  readonly signal: AbortSignal;
  onChange?(items: readonly ItemState[]): void;
  onEvents?(item: WorkItem, events: readonly RunEvent[]): void;
}

/**
 * Makes all items, as many at once as the executor says, and writes down what becomes of each. One that fails does not
 * keep the others from being made. Called again after an interruption it goes on with what is missing.
 * @throws what kept it from writing or telling, once the trainings that were under way have been stopped
 */
export async function runItems(
  executor: Executor,
  items: readonly WorkItem[],
  { parent, signal, onChange, onEvents }: ItemsOptions,
): Promise<ItemState[]> {
  const states: ItemState[] = items.map(({ id, kind, folder }) => ({
    id,
    kind,
    run: relative(parent, folder),
    status: 'waiting',
  }));
  const failure = new AbortController();
  const stop = AbortSignal.any([signal, failure.signal]);
  let writing: Promise<void> = Promise.resolve();
  const update = async (index: number, change: Pick<ItemState, 'status' | 'error'>): Promise<void> => {
    const { error: _, ...state } = states[index]!;
    states[index] = { ...state, ...change };
    onChange?.(states);
    const text = `${JSON.stringify({ items: states }, null, 2)}\n`;
    writing = writing.then(() => writeFileAtomically(join(parent, WORK_FILE), text));
    await writing;
  };
  const rest = items.keys();
  const worker = async () => {
    for (const index of rest) {
      if (stop.aborted) return;
      const item = items[index]!;
      await update(index, { status: 'running' });
      const outcome = await executor.run(item, {
        signal: stop,
        onEvents: events => onEvents?.(item, events),
      });
      await update(index, outcome);
    }
  };
  const workers = Array.from({ length: executor.concurrency.count }, () =>
    worker().catch((error: unknown) => failure.abort(error)),
  );
  await Promise.all(workers);
  if (failure.signal.aborted) throw failure.signal.reason;
  return states;
}

/**
 * Sees to it that nothing is computed from some of the items as if it were all.
 * @throws Faults which name each item that failed, and why
 */
export function requireAll(states: readonly ItemState[], parent: string): void {
  const failed = states.filter(({ status }) => status === 'failed');
  if (failed.length === 0) return;
  throw new Faults(
    `${failed.length} of ${states.length} trainings failed; the others are kept`,
    failed.map(
      ({ id, run, error }) =>
        new Fault(`${id} failed: ${error ?? 'it did not say why'}`, {
          place: { file: join(parent, run) },
          remedy: 'Mend the cause and go on with --resume: what is complete is not made again.',
        }),
    ),
  );
}
