import type { Batch, BatchSource, CropBatch } from './subject.ts';

/**
 * A subject's inputs and targets beside its images, as the network is given them. Where there are visits, those of all
 * positions follow each other, zeros where there was no visit.
 */
export interface ScalarValues {
  readonly features: readonly number[];
  readonly targets: readonly number[];
  /** 1 for each position with a visit; empty where there are no visits. */
  readonly present: readonly number[];
  /** 1 for each position whose targets count; empty where there are no visits. */
  readonly counted: readonly number[];
}

/** Adds to batches of images what the table says of their subjects. */
export function withValues(
  images: BatchSource<CropBatch>,
  values: ReadonlyMap<string, ScalarValues>,
): BatchSource {
  return {
    stepsPerEpoch: images.stepsPerEpoch,
    async batch(epoch, step) {
      const { feeds, subjects } = await images.batch(epoch, step);
      return { subjects, feeds: { images: feeds.images, ...valueFeeds(subjects, values) } };
    },
    close: () => images.close(),
  };
}

/**
 * The tensors of a batch that come from the table: `features [batch, feature]`, `targets [batch, target]`; with visits a
 * further axis `position` behind `batch`, and `present` and `counted [batch, position]`.
 */
export function valueFeeds(
  subjects: readonly string[],
  values: ReadonlyMap<string, ScalarValues>,
): Batch['feeds'] {
  const feeds: Record<string, Float32Array> = {};
  for (const what of ['features', 'targets', 'present', 'counted'] as const) {
    const joined = Float32Array.from(subjects.flatMap(subject => values.get(subject)![what]));
    if (joined.length > 0) feeds[what] = joined;
  }
  return feeds;
}
