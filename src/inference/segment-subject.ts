import type { PostprocessingStep } from '../config/schema/configuration.ts';
import type { Probe } from '../foundation/probe.ts';
import { restoreLabels, restorePosterior } from '../pipeline/restore.ts';
import type { Grid, PreparedSubject } from '../pipeline/subject.ts';
import { fromCanonical, toCanonical } from '../volume/orientation.ts';
import { spacingOf, voxelCount } from '../volume/volume.ts';
import { applyPostprocessing, type PostprocessingOptions } from './postprocessing/apply.ts';
import { mostProbableClass } from './postprocessing/most-probable-class.ts';
import type { Segmentation } from './postprocessing/segmentation.ts';
import type { Predictor } from './predictor.ts';

/** What is known of a subject after prediction, on the grid of its image file. */
export interface SegmentedSubject {
  readonly grid: Grid;
  /** Class of every voxel `[z, y, x]`. */
  readonly labels: Uint8Array;
  /** Probabilities `[class, z, y, x]`, where they were asked for or needed. */
  readonly posteriors?: Float32Array;
}

export interface SegmentOptions {
  readonly structures: readonly string[];
  readonly postprocessing: readonly PostprocessingStep[];
  /** Keep the posteriors for the caller. */
  readonly posteriors: boolean;
  readonly onTile?: (done: number, total: number) => void;
  readonly probe?: Probe;
}

/**
 * Predicts a prepared subject and brings the result back to the grid of its file. Posteriors are kept whole only where
 * something needs them: the caller, a post-processing step, or resampling back, which interpolates them; otherwise the
 * classes are chosen slice by slice and memory stays bounded.
 */
export async function segmentSubject(
  subject: PreparedSubject,
  predictor: Predictor,
  options: SegmentOptions,
): Promise<SegmentedSubject> {
  const classes = options.structures.length + 1;
  const whole = options.posteriors || isResampled(subject) || options.postprocessing.some(needsPosteriors);
  const image = { shape: subject.shape, channels: subject.images };
  const voxels = voxelCount(subject.shape);
  const plane = subject.shape[1] * subject.shape[2];

  const kept = whole ? new Float32Array(classes * voxels) : undefined;
  const prepared = whole ? undefined : new Uint8Array(voxels);
  await predictor.predict(
    image,
    (z, slices, posteriors) => {
      const size = slices * plane;
      if (subject.mask)
        confineToMask(posteriors, subject.mask.subarray(z * plane, z * plane + size), classes);
      if (kept) {
        for (let k = 0; k < classes; k++) {
          kept.set(posteriors.subarray(k * size, (k + 1) * size), k * voxels + z * plane);
        }
      } else prepared!.set(mostProbableClass(posteriors, size), z * plane);
    },
    options.onTile,
  );

  const grid = subject.original;
  const posteriors = kept && restoreAll(kept, subject, classes);
  const labels = posteriors
    ? mostProbableClass(posteriors, voxelCount(grid.shape))
    : restoreLabels(prepared!, subject).data;
  const result = postprocess(labels, posteriors, subject, options);
  return {
    grid,
    labels: result.labels,
    ...(options.posteriors && result.posteriors && { posteriors: result.posteriors }),
  };
}

/** Applies the rules with axes towards R, A and S, whatever those of the file: some know head from feet. */
function postprocess(
  labels: Uint8Array,
  posteriors: Float32Array | undefined,
  { original }: PreparedSubject,
  { structures, postprocessing, probe }: SegmentOptions,
): { labels: Uint8Array; posteriors?: Float32Array } {
  if (postprocessing.length === 0) return { labels, ...(posteriors && { posteriors }) };
  const upright = toCanonical({ ...original, data: labels });
  const result = applyPostprocessing(
    {
      labels: upright.data,
      ...(posteriors && {
        posteriors: eachClass(posteriors, original, data => toCanonical({ ...original, data }).data),
      }),
      shape: upright.shape,
      spacing: spacingOf(upright.affine),
      structures,
    },
    postprocessing,
    probe && { probe: postprocessingProbe(probe) },
  );
  return {
    labels: fromCanonical(result.labels, original).data,
    ...(result.posteriors && {
      posteriors: eachClass(result.posteriors, original, data => fromCanonical(data, original).data),
    }),
  };
}

/** Shows the label map before and after each step. */
const postprocessingProbe =
  (probe: Probe): NonNullable<PostprocessingOptions['probe']> =>
  (index, settings, before, after) => {
    const map = ({ labels, shape, spacing }: Segmentation) =>
      ({ kind: 'volume', data: labels, shape, spacing, holds: 'labels' }) as const;
    probe.at({
      setting: `postprocessing[${index}]`,
      settings,
      values: () => ({ input: map(before), output: map(after) }),
    });
  };

/** Turns the posteriors of one class after the other. */
function eachClass(
  posteriors: Float32Array,
  { shape }: Grid,
  turn: (data: Float32Array) => Float32Array,
): Float32Array {
  const voxels = voxelCount(shape);
  const turned = new Float32Array(posteriors.length);
  for (let at = 0; at < posteriors.length; at += voxels)
    turned.set(turn(posteriors.subarray(at, at + voxels)), at);
  return turned;
}

const needsPosteriors = (step: PostprocessingStep) =>
  'smooth_posteriors' in step || 'summed_probability' in step;

function isResampled({ affine, original }: PreparedSubject): boolean {
  const sorted = (spacing: readonly number[]) => [...spacing].sort((a, b) => a - b);
  const now = sorted(spacingOf(affine));
  return sorted(spacingOf(original.affine)).some((spacing, axis) => Math.abs(spacing - now[axis]!) > 1e-4);
}

/** Outside of the mask everything is background (InnerEye's inference). */
function confineToMask(posteriors: Float32Array, mask: Uint8Array, classes: number): void {
  for (let index = 0; index < mask.length; index++) {
    if (mask[index]) continue;
    for (let k = 0; k < classes; k++) posteriors[k * mask.length + index] = k === 0 ? 1 : 0;
  }
}

function restoreAll(posteriors: Float32Array, subject: PreparedSubject, classes: number): Float32Array {
  const from = voxelCount(subject.shape);
  const to = voxelCount(subject.original.shape);
  const restored = new Float32Array(classes * to);
  for (let k = 0; k < classes; k++) {
    restored.set(restorePosterior(posteriors.subarray(k * from, (k + 1) * from), subject).data, k * to);
  }
  return restored;
}
