import { structureOf } from '../format.ts';
import type { Kept, RunStore } from '../store/run-store.ts';

/** What is known of an epoch. */
export interface EpochRow {
  /** Counts from 1. */
  readonly epoch: number;
  readonly loss: number;
  readonly seconds: number;
  /** On the validation split, by structure, or by the metric's name where there are none. */
  readonly values: ReadonlyMap<string, number>;
  readonly checkpoint: 'best' | 'kept' | undefined;
  readonly images: readonly Kept<'image'>[];
}

/**
 * Epochs in their order, and the names of what was validated, the mean of structures first.
 * @param onDisk paths of the checkpoints that are still there; by default all that were written
 */
export function epochRows(
  store: RunStore,
  onDisk?: readonly string[],
): { rows: EpochRow[]; metrics: string[] } {
  const rows = new Map<number, { -readonly [Key in keyof EpochRow]: EpochRow[Key] }>();
  const row = (epoch: number) => {
    let found = rows.get(epoch);
    if (!found) {
      const nothing = Number.NaN;
      found = {
        epoch,
        loss: nothing,
        seconds: nothing,
        values: new Map(),
        checkpoint: undefined,
        images: [],
      };
      rows.set(epoch, found);
    }
    return found;
  };
  const { epochs } = store;
  for (let index = 0; index < epochs.length; index++) {
    const found = row(epochs.column('epoch').at(index) + 1);
    found.loss = epochs.column('loss').at(index);
    found.seconds = epochs.column('seconds').at(index);
  }
  const validated = [...store.metrics.values()].filter(({ split }) => split === 'validation');
  for (const { name, table } of validated) {
    for (let index = 0; index < table.length; index++) {
      const found = row(table.column('epoch').at(index) + 1);
      found.values = new Map(found.values).set(structureOf(name), table.column('value').at(index));
    }
  }
  const best = store.checkpoints.findLast(checkpoint => checkpoint.best);
  // A checkpoint says how many epochs are done, as people count; one within an epoch belongs to none.
  for (const checkpoint of store.checkpoints) {
    const found = rows.get(checkpoint.epoch);
    if (!found) continue;
    // The best one is kept in a file of its own, whatever goes.
    if (checkpoint === best) found.checkpoint = 'best';
    else if (onDisk?.includes(checkpoint.path) ?? true) found.checkpoint ??= 'kept';
  }
  for (const image of store.images) {
    const found = row(image.epoch + 1);
    if (image.kind === 'prediction') found.images = [...found.images, image];
  }
  return {
    rows: [...rows.values()].sort((a, b) => a.epoch - b.epoch),
    metrics: validated.map(({ name }) => structureOf(name)),
  };
}
