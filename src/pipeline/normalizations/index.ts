import type { NormalizationMethod } from '../../config/schema/configuration.ts';
import { ctWindow } from './ct-window.ts';
import { mriWindow } from './mri-window.ts';
import { simple } from './simple.ts';
import { trimmed } from './trimmed.ts';
import { unchanged } from './unchanged.ts';
import { zScore } from './z-score.ts';

type MethodName = NormalizationMethod['method'];

/**
 * Maps the intensities of one channel of a whole volume to the range that a model expects. `mask` is 1 where voxels
 * count (undefined: everywhere). The result is a new array; `values` stays as it is.
 */
export type Normalization<Name extends MethodName = MethodName> = (
  values: Float32Array,
  mask: Uint8Array | undefined,
  settings: Extract<NormalizationMethod, { method: Name }>,
) => Float32Array;

const normalizations: { readonly [Name in MethodName]: Normalization<Name> } = {
  unchanged,
  'z-score': zScore,
  simple,
  'ct-window': ctWindow,
  'mri-window': mriWindow,
  trimmed,
};

/** One channel normalised as its settings say. An image or mask without any contrast gives finite numbers too. */
export function normalize(
  values: Float32Array,
  mask: Uint8Array | undefined,
  settings: NormalizationMethod,
): Float32Array {
  return (normalizations[settings.method] as Normalization)(values, mask, settings);
}
