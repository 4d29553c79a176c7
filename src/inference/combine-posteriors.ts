import type { EnsembleMethod } from '../contracts/ensemble.ts';
import { mostProbableClass } from './postprocessing/most-probable-class.ts';

/** How posteriors of several members become one. */
export interface Combination {
  readonly method: EnsembleMethod;
  /** One a member, in their order; `mean` and `majority` have equal ones. */
  readonly weights: readonly number[];
}

/**
 * Posteriors of an ensemble from those of its members, added up in their order, so that the bits are always the same.
 * With `majority` a class has the share of the members that chose it; the mean of posteriors counts as one more member,
 * whose vote is divided: it decides where votes are equal.
 * @param members `[class, voxel]` of each
 * @param voxels voxels of one class
 */
export function combinePosteriors(
  members: readonly Float32Array[],
  voxels: number,
  { method, weights }: Combination,
): Float32Array {
  const mean = weightedMean(members, weights);
  return method === 'majority' ? withVotes(members, mean, voxels) : mean;
}

/** Mean of arrays of equal length, summed in float64. */
function weightedMean(members: readonly Float32Array[], weights: readonly number[]): Float32Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const [first] = members;
  const result = new Float32Array(first!.length);
  for (let index = 0; index < result.length; index++) {
    let sum = 0;
    for (let member = 0; member < members.length; member++)
      sum += weights[member]! * members[member]![index]!;
    result[index] = sum / total;
  }
  return result;
}

function withVotes(members: readonly Float32Array[], mean: Float32Array, voxels: number): Float32Array {
  const share = 1 / (members.length + 1);
  const result = mean.map(value => value * share);
  for (const member of members) {
    const choice = mostProbableClass(member, voxels);
    for (let index = 0; index < voxels; index++) result[choice[index]! * voxels + index]! += share;
  }
  return result;
}

/**
 * One number of several members: the mean of posteriors or values. With `majority` the share of the members whose
 * posterior is at least one half, where the mean counts as one more vote.
 */
export function combineValues(values: readonly number[], { method, weights }: Combination): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = values.reduce((sum, value, index) => sum + weights[index]! * value, 0) / total;
  if (method !== 'majority') return mean;
  const votes = values.filter(value => value >= 0.5).length;
  return (votes + mean) / (values.length + 1);
}
