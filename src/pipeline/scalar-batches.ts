import type { Batch, BatchSource, CropBatch } from './subject.ts';

/** A subject's inputs and targets beside its images, as the network is given them. */
export interface ScalarValues {
  readonly features: readonly number[];
  readonly targets: readonly number[];
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

/** The tensors of a batch that come from the table: `features [batch, feature]`, `targets [batch, target]`. */
export function valueFeeds(
  subjects: readonly string[],
  values: ReadonlyMap<string, ScalarValues>,
): Batch['feeds'] {
  const of = (what: keyof ScalarValues) =>
    Float32Array.from(subjects.flatMap(subject => values.get(subject)![what]));
  const features = of('features');
  return { ...(features.length > 0 && { features }), targets: of('targets') };
}
