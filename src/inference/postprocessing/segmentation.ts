import { nearestName } from '../../config/nearest.ts';
import { Fault } from '../../foundation/fault.ts';
import type { Zyx } from '../../volume/volume.ts';

/** What post-processing starts from and ends with: a subject's classes and, if they were kept, their probabilities. */
export interface Segmentation {
  /** Class of each voxel `[z, y, x]`: 0 background, k the k-th structure. */
  readonly labels: Uint8Array;
  /** Probabilities `[class, z, y, x]`, background first: one class after the other, so that a class is a subarray. */
  readonly posteriors?: Float32Array;
  readonly shape: Zyx;
  /** Distance between voxel centres [z, y, x] in mm. */
  readonly spacing: Zyx;
  /** Names of the structures, class 1 first. */
  readonly structures: readonly string[];
}

/** A segmentation with posteriors. */
export type SegmentationWithPosteriors = Segmentation & { readonly posteriors: Float32Array };

/**
 * Class of a structure.
 * @throws Fault where there is no structure of that name
 */
export function classOf(structure: string, structures: readonly string[], rule: string): number {
  const index = structures.indexOf(structure);
  if (index >= 0) return index + 1;
  const similar = nearestName(structure, structures);
  throw new Fault(`${rule}: there is no structure "${structure}"`, {
    remedy: similar
      ? `Did you mean "${similar}"?`
      : `The structures of the data set are: ${structures.join(', ')}.`,
  });
}

/** The probabilities of one class, a view. */
export function posteriorOf({ posteriors, labels }: SegmentationWithPosteriors, label: number): Float32Array {
  return posteriors.subarray(label * labels.length, (label + 1) * labels.length);
}
