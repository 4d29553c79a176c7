import { type EpochPlan, stepsOfEpoch, turnsOfStep } from './epoch-order.ts';
import { type ScalarValues, valueFeeds } from './scalar-batches.ts';
import type { BatchSource } from './subject.ts';

/** Batches of subjects that are known by a table alone; nothing is read. */
export function tableBatches(
  subjects: readonly string[],
  values: ReadonlyMap<string, ScalarValues>,
  { seed, batchSize, weights }: Pick<EpochPlan, 'seed' | 'batchSize' | 'weights'>,
): BatchSource {
  const plan = { seed, batchSize, subjects: subjects.length, cropsPerSubject: 1, weights };
  return {
    stepsPerEpoch: stepsOfEpoch(plan),
    async batch(epoch, step) {
      const drawn = turnsOfStep(plan, epoch, step).map(({ subject }) => subjects[subject]!);
      return { subjects: drawn, feeds: valueFeeds(drawn, values) };
    },
    close: async () => {},
  };
}
