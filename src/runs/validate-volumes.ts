import type { Probe } from '../foundation/probe.ts';
import { mostProbableClass } from '../inference/postprocessing/most-probable-class.ts';
import type { Predictor } from '../inference/predictor.ts';
import type { PreparedHandle } from '../pipeline/prepare-subjects.ts';
import type { PreparedSubject } from '../pipeline/subject.ts';
import type { Validation } from '../training/loop.ts';
import { spacingOf } from '../volume/volume.ts';

/** Told the classes predicted for a subject, on its prepared grid; what it does is waited for. */
export type KeepPrediction = (subject: PreparedSubject, predicted: Uint8Array) => Promise<void>;

export interface ValidationOptions {
  readonly probe?: Probe | undefined;
  readonly keep?: KeepPrediction | undefined;
  /** Looked at before each subject; its reason is thrown. */
  readonly signal?: AbortSignal;
}

/**
 * Predicts whole volumes with the session's weights and measures Dice on the prepared grid. The mean is that of
 * subjects and structures; a structure that is in neither map does not count.
 */
export async function validateVolumes(
  subjects: readonly PreparedHandle[],
  predictor: Predictor,
  structures: readonly string[],
  { probe, keep, signal }: ValidationOptions = {},
): Promise<Validation> {
  const sums = structures.map(() => ({ dice: 0, count: 0 }));
  const means: number[] = [];
  for (const handle of subjects) {
    signal?.throwIfAborted();
    const subject = await handle.load();
    if (!subject.labels) continue;
    const labels = subject.labels;
    probe?.enter({ name: handle.id, setting: 'dataset' });
    const plane = subject.shape[1] * subject.shape[2];
    const predicted = new Uint8Array(labels.length);
    await predictor.predict({ shape: subject.shape, channels: subject.images }, (z, slices, posteriors) => {
      predicted.set(mostProbableClass(posteriors, slices * plane), z * plane);
    });
    const volume = { kind: 'volume', shape: subject.shape, spacing: spacingOf(subject.affine) } as const;
    probe?.at({
      setting: 'inference',
      values: () => ({
        image: { ...volume, data: subject.images[0]!, holds: 'image' },
        labels: { ...volume, data: labels, holds: 'labels' },
        output: { ...volume, data: predicted, holds: 'labels' },
      }),
    });
    probe?.leave();
    await keep?.(subject, predicted);
    const dice = diceOfClasses(predicted, labels, structures.length, subject.mask);
    const known = dice.filter((value, index) => subject.drawn[index] !== false && !Number.isNaN(value));
    dice.forEach((value, index) => {
      if (Number.isNaN(value) || subject.drawn[index] === false) return;
      sums[index]!.dice += value;
      sums[index]!.count++;
    });
    if (known.length > 0) means.push(known.reduce((sum, value) => sum + value, 0) / known.length);
  }
  const meanDice = means.reduce((sum, value) => sum + value, 0) / means.length;
  return {
    score: meanDice,
    metrics: {
      'Dice/AverageAcrossStructures': meanDice,
      ...Object.fromEntries(
        structures.map((name, index) => [`Dice/${name}`, sums[index]!.dice / sums[index]!.count]),
      ),
    },
  };
}

function diceOfClasses(
  predicted: Uint8Array,
  truth: Uint8Array,
  structures: number,
  mask: Uint8Array | undefined,
): number[] {
  const right = new Float64Array(structures + 1);
  const total = new Float64Array(structures + 1);
  for (let index = 0; index < truth.length; index++) {
    if (mask && !mask[index]) continue;
    const a = predicted[index]!;
    const b = truth[index]!;
    total[a]!++;
    total[b]!++;
    if (a === b) right[a]!++;
  }
  return Array.from({ length: structures }, (_, k) => (2 * right[k + 1]!) / total[k + 1]!);
}
