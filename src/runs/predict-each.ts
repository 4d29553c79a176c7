import { existsSync } from 'node:fs';
import { Fault, Faults } from '../foundation/fault.ts';
import type { InputSubject } from './prediction-inputs.ts';

/** A scan, and the label map that it was given. */
export interface PredictedPair {
  readonly input: string;
  readonly labels: string;
}

/** What came of predicting many subjects. */
export interface Predictions {
  /** Files written. */
  readonly files: readonly string[];
  /** Which subject, by the file of its first channel, got which label map. */
  readonly pairs: readonly PredictedPair[];
  /** Subjects that could not be predicted, and why. */
  readonly failures: readonly { readonly id: string; readonly faults: readonly Fault[] }[];
  /** Segmentations that were there already and are kept. */
  readonly skipped: readonly string[];
  /** Files in folders that are label maps. */
  readonly leftOut: readonly string[];
}

/** What is told while subjects are predicted. */
export interface PredictionListener {
  onStart?(file: string, index: number, total: number): void;
  /** A segmentation that was there is written anew. */
  onReplace?(file: string): void;
  onWritten?(file: string): void;
  onLeftOut?(file: string): void;
  onFailure?(id: string, faults: readonly Fault[]): void;
}

export interface PredictEachTask<Loaded, Segmented> extends PredictionListener {
  readonly subjects: readonly InputSubject[];
  readonly skipExisting: boolean;
  readonly signal: AbortSignal;
  /** Where a subject's segmentation will lie. */
  target(subject: InputSubject): string;
  /** Reads a subject; undefined for one that is found to be a label map. */
  load(subject: InputSubject): Promise<Loaded | undefined>;
  segment(loaded: Loaded): Promise<Segmented>;
  /** @returns the files written. */
  write(subject: InputSubject, segmented: Segmented): Promise<readonly string[]>;
}

/**
 * Predicts subjects one after the other. One that cannot be read or predicted does not keep the others from it; what
 * cannot be written ends all, as it would for the next.
 * @throws Fault of writing, the signal's reason, and defects.
 */
export async function predictEach<Loaded, Segmented>(
  task: PredictEachTask<Loaded, Segmented>,
): Promise<Predictions> {
  const files: string[] = [];
  const pairs: PredictedPair[] = [];
  const failures: { id: string; faults: readonly Fault[] }[] = [];
  const skipped: string[] = [];
  const leftOut: string[] = [];
  for (const [index, subject] of task.subjects.entries()) {
    task.signal.throwIfAborted();
    const { file } = subject.images[0]!;
    const target = task.target(subject);
    const exists = existsSync(target);
    if (exists && task.skipExisting) {
      skipped.push(target);
      continue;
    }
    task.onStart?.(file, index, task.subjects.length);
    let segmented: Segmented;
    try {
      const loaded = await task.load(subject);
      if (loaded === undefined) {
        leftOut.push(file);
        task.onLeftOut?.(file);
        continue;
      }
      segmented = await task.segment(loaded);
    } catch (error) {
      const faults = faultsOf(error);
      failures.push({ id: subject.id, faults });
      task.onFailure?.(subject.id, faults);
      continue;
    }
    if (exists) task.onReplace?.(target);
    for (const written of await task.write(subject, segmented)) {
      files.push(written);
      task.onWritten?.(written);
    }
    pairs.push({ input: file, labels: target });
  }
  return { files, pairs, failures, skipped, leftOut };
}

/** @throws what is no fault. */
function faultsOf(error: unknown): readonly Fault[] {
  if (error instanceof Faults) return error.faults;
  if (error instanceof Fault) return [error];
  throw error;
}
