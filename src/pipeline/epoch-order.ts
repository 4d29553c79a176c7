import { Random } from '../foundation/random.ts';

/** One crop of an epoch: the number of its subject, and which of the subject's crops in this epoch it is. */
export interface CropTurn {
  readonly subject: number;
  readonly crop: number;
}

export interface EpochPlan {
  readonly seed: number;
  readonly subjects: number;
  readonly cropsPerSubject: number;
  readonly batchSize: number;
  /** How often each subject is drawn, in proportion; absent: each is drawn equally often, without chance. */
  readonly weights?: readonly number[] | undefined;
}

/** Steps of an epoch, in which every subject gives at least `cropsPerSubject` crops. */
export const stepsOfEpoch = ({ subjects, cropsPerSubject, batchSize }: EpochPlan): number =>
  Math.ceil((subjects * cropsPerSubject) / batchSize);

/**
 * The crops of a step. An epoch has all crops of all subjects in random order, or as many drawn with replacement where
 * subjects have weights; its last step is filled up with further crops of the subjects at the order's beginning.
 */
export function turnsOfStep(plan: EpochPlan, epoch: number, step: number): CropTurn[] {
  const { seed, subjects, cropsPerSubject, batchSize, weights } = plan;
  if (!(step >= 0 && step < stepsOfEpoch(plan))) throw new RangeError(`an epoch has no step ${step}`);
  const count = subjects * cropsPerSubject;
  const order = orderOf(seed, epoch, count, weights);
  return Array.from({ length: batchSize }, (_, place) => {
    const turn = step * batchSize + place;
    const item = order[turn % count];
    return {
      subject: item % subjects,
      crop: Math.floor(item / subjects) + cropsPerSubject * Math.floor(turn / count),
    };
  });
}

/** The epoch shuffled last: all its steps need the same order, which takes milliseconds for tens of thousands of crops. */
let latest:
  | { readonly key: string; readonly weights: EpochPlan['weights']; readonly order: readonly number[] }
  | undefined;

function orderOf(
  seed: number,
  epoch: number,
  count: number,
  weights: EpochPlan['weights'],
): readonly number[] {
  const key = `${seed} ${epoch} ${count}`;
  if (latest?.key !== key || latest.weights !== weights) {
    const random = new Random(seed, 'order', epoch);
    latest = { key, weights, order: weights ? drawn(random, count, weights) : random.permutation(count) };
  }
  return latest.order;
}

/** Subjects drawn with replacement. */
function drawn(random: Random, count: number, weights: readonly number[]): number[] {
  let total = 0;
  const ends = weights.map(weight => {
    total += weight;
    return total;
  });
  return Array.from({ length: count }, (_, crop) => {
    const place = random.between(0, total);
    const subject = ends.findIndex(end => place < end);
    return (subject < 0 ? weights.length - 1 : subject) + weights.length * Math.floor(crop / weights.length);
  });
}
