import type { PostprocessingStep } from '../config/schema/configuration.ts';
import type { Probe } from '../foundation/probe.ts';
import { isResampled } from '../pipeline/restore.ts';
import type { Grid, PreparedSubject } from '../pipeline/subject.ts';
import { canonicalGrid, fromCanonical } from '../volume/orientation.ts';
import { spacingOf, voxelCount } from '../volume/volume.ts';
import { type Combination, combinePosteriors } from './combine-posteriors.ts';
import { type PredictSlices, predictInStep } from './in-step.ts';
import { applyPostprocessing, type PostprocessingOptions } from './postprocessing/apply.ts';
import { mostProbableClass } from './postprocessing/most-probable-class.ts';
import type { Segmentation } from './postprocessing/segmentation.ts';
import type { Predictor } from './predictor.ts';
import { restoredSlices } from './restored-slices.ts';
import type { TakeSlices } from './sliding-window.ts';

/** What predicts a volume slice by slice. */
export type SlicePredictor = Pick<Predictor, 'predict'>;

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
 * Predicts a prepared subject and brings the result back to the grid of its file. Classes are chosen slice by slice,
 * after interpolation where the subject was resampled; posteriors are kept whole only where the caller or a
 * post-processing step needs them, and then once.
 */
export async function segmentSubject(
  subject: PreparedSubject,
  predictor: SlicePredictor,
  options: SegmentOptions,
): Promise<SegmentedSubject> {
  const member = { subject, predictor };
  return segmentTogether([member], { method: 'mean', weights: [1] }, options);
}

/**
 * As `segmentSubject`, by several networks at once, each with the subject prepared in its own way. Posteriors are joined
 * on the grid of the file, before a class is chosen.
 * @param members the same subject for each
 */
export async function segmentTogether(
  members: readonly { readonly subject: PreparedSubject; readonly predictor: SlicePredictor }[],
  combination: Combination,
  options: SegmentOptions,
): Promise<SegmentedSubject> {
  const classes = options.structures.length + 1;
  const { original } = members[0]!.subject;
  // All that follows has its axes towards right, anterior and superior; only the result is turned back.
  const { shape, affine } = canonicalGrid(original);
  const voxels = voxelCount(shape);
  const plane = shape[1] * shape[2];
  const labels = new Uint8Array(voxels);
  const whole = options.posteriors || options.postprocessing.some(needsPosteriors);
  const posteriors = whole ? new Float32Array(classes * voxels) : undefined;
  const keep: TakeSlices = (z, slices, taken) => {
    const size = slices * plane;
    labels.set(mostProbableClass(taken, size), z * plane);
    if (posteriors === undefined) return;
    for (let k = 0; k < classes; k++)
      posteriors.set(taken.subarray(k * size, (k + 1) * size), k * voxels + z * plane);
  };
  const predictions = members.map(({ subject, predictor }, index) =>
    slicesOnFile(subject, predictor, classes, progressOf(index, members.length, options.onTile)),
  );
  const [only, ...others] = predictions;
  if (others.length === 0) await only!(keep);
  else {
    await predictInStep(predictions, classes, (z, slices, taken) =>
      keep(z, slices, combinePosteriors(taken, slices * plane, combination)),
    );
  }
  const result = applyPostprocessing(
    {
      labels,
      ...(posteriors && { posteriors }),
      shape,
      spacing: spacingOf(affine),
      structures: options.structures,
    },
    options.postprocessing,
    options.probe && { probe: postprocessingProbe(options.probe) },
  );
  return {
    grid: original,
    labels: fromCanonical(result.labels, original).data,
    ...(options.posteriors && result.posteriors && { posteriors: turnBack(result.posteriors, original) }),
  };
}

/** Predicts a subject, and hands on slices of its file's grid with axes towards right, anterior and superior. */
function slicesOnFile(
  subject: PreparedSubject,
  predictor: SlicePredictor,
  classes: number,
  onTile: SegmentOptions['onTile'],
): PredictSlices {
  return keep => {
    const take = isResampled(subject) ? restoredSlices(subject, classes, keep) : keep;
    return predictor.predict(
      { shape: subject.shape, channels: subject.images },
      (z, slices, predicted) => {
        confineToMask(predicted, subject, z, slices, classes);
        return take(z, slices, predicted);
      },
      onTile,
    );
  };
}

/** Members are in step, so that the last one tells how far all are. */
const progressOf = (index: number, members: number, onTile: SegmentOptions['onTile']) =>
  index === members - 1 ? onTile : undefined;

/** Shows the label map before and after each step. */
const postprocessingProbe =
  (probe: Probe): NonNullable<PostprocessingOptions['probe']> =>
  (index, _settings, before, after) => {
    const map = ({ labels, shape, spacing }: Segmentation) =>
      ({ kind: 'volume', data: labels, shape, spacing, holds: 'labels' }) as const;
    probe.at({
      setting: `postprocessing[${index}]`,
      values: () => ({ input: map(before), output: map(after) }),
    });
  };

const needsPosteriors = (step: PostprocessingStep) =>
  'smooth_posteriors' in step || 'summed_probability' in step;

/** Outside of the mask everything is background (InnerEye's inference). */
function confineToMask(
  posteriors: Float32Array,
  { mask, shape }: PreparedSubject,
  z: number,
  slices: number,
  classes: number,
): void {
  if (mask === undefined) return;
  const plane = shape[1] * shape[2];
  const size = slices * plane;
  for (let index = 0; index < size; index++) {
    if (mask[z * plane + index]) continue;
    for (let k = 0; k < classes; k++) posteriors[k * size + index] = k === 0 ? 1 : 0;
  }
}

/** Posteriors in the order of the file's axes, in the array they are in: one class after the other. */
function turnBack(posteriors: Float32Array, original: Grid): Float32Array {
  const voxels = voxelCount(original.shape);
  for (let at = 0; at < posteriors.length; at += voxels) {
    const posterior = posteriors.subarray(at, at + voxels);
    const turned = fromCanonical(posterior, original).data;
    if (turned !== posterior) posterior.set(turned);
  }
  return posteriors;
}
