import { join } from 'node:path';
import type { RunEvent } from '../contracts/events.ts';
import { writeFileAtomically } from '../foundation/atomic-file.ts';
import { formatCsv } from '../foundation/csv.ts';
import { SPLIT_FOLDERS } from './run-folder.ts';

const SUBJECT_COUNT = 'subject_count';

const number = (value: number | null | undefined) =>
  value === null || value === undefined ? '' : String(value);

/**
 * Writes InnerEye's `Train/epoch_metrics.csv` and `Val/epoch_metrics.csv` from the events that hold
 * (see `validEvents`). InnerEye's columns come first and have its names; epochs count from 0.
 */
export async function writeEpochMetrics(
  folder: string,
  events: readonly RunEvent[],
  options: {
    /** Columns of each file beside InnerEye's fixed ones. */
    metrics: { train: readonly string[]; validation: readonly string[] };
    subjects: { train: number; validation: number };
    /** Which fold of a cross-validation it is, if it is one. */
    fold?: number | undefined;
  },
): Promise<void> {
  const { subjects } = options;
  for (const split of ['train', 'validation'] as const) {
    const metrics = new Map<number, Map<string, number | null>>();
    for (const event of events) {
      if (event.type !== 'metric' || event.split !== split) continue;
      const row = metrics.get(event.epoch) ?? new Map();
      metrics.set(event.epoch, row.set(event.name, event.value));
    }
    const epochs = new Map(
      events.flatMap(event => (event.type === 'epoch' ? [[event.epoch, event] as const] : [])),
    );
    const training = split === 'train';
    // The measures of a class count its subjects too, under the name of InnerEye's column.
    const names = options.metrics[split].filter(name => name !== SUBJECT_COUNT);
    const columns = [
      SUBJECT_COUNT,
      ...(training ? ['loss', 'learning_rate'] : []),
      ...names,
      'epoch',
      'cross_validation_split_index',
    ];
    // Every epoch trains, though its training data may not be measured.
    const told = training ? [...new Set([...epochs.keys(), ...metrics.keys()])] : [...metrics.keys()];
    const rows = told.map(epoch => [
      String(subjects[split]),
      ...(training ? [number(epochs.get(epoch)?.loss), number(epochs.get(epoch)?.learningRate)] : []),
      ...names.map(name => number(metrics.get(epoch)?.get(name))),
      String(epoch),
      String(options.fold ?? -1),
    ]);
    if (rows.length > 0) {
      await writeFileAtomically(
        join(folder, SPLIT_FOLDERS[split], 'epoch_metrics.csv'),
        formatCsv(columns, rows),
      );
    }
  }
}
