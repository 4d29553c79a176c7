import type { AugmentationStep, SamplingSettings } from '../config/schema/configuration.ts';
import { Fault } from '../foundation/fault.ts';
import { Random } from '../foundation/random.ts';
import { type CropKey, changeIntensities, drawDeformation } from './augmentations/index.ts';
import { BatchTensors } from './batch-tensors.ts';
import { type Crop, type CropArrays, takeCrop } from './crop.ts';
import { drawCrop } from './crop-sampling.ts';
import { type EpochPlan, turnsOfStep } from './epoch-order.ts';
import type { FindTransform } from './plugin-transforms.ts';
import { openReader, type Storage } from './preparation.ts';
import type { PreparedReader } from './prepared-reader.ts';
import type { Batch, CropOrigin } from './subject.ts';

/** All that determines the batches of a run; plain data that is sent to loader threads. */
export interface BatchRecipe {
  readonly subjects: readonly { readonly id: string; readonly storage: Storage }[];
  readonly sampling: SamplingSettings;
  readonly augmentation: readonly AugmentationStep[];
  readonly batchSize: number;
  readonly seed: number;
  /** Absolute paths of the plugin modules. */
  readonly plugins: readonly string[];
  /** Whether any subject has a mask. */
  readonly masked: boolean;
}

/** How the epochs of a recipe are made up. */
export const planOf = ({ seed, subjects, sampling, batchSize }: BatchRecipe): EpochPlan => ({
  seed,
  subjects: subjects.length,
  cropsPerSubject: sampling.crops_per_subject,
  batchSize,
});

/**
 * The batch of a step. It depends on the recipe, epoch and step alone.
 * @throws Fault of the subject that cannot be read or sampled.
 */
export async function assembleBatch(
  recipe: BatchRecipe,
  epoch: number,
  step: number,
  findTransform: FindTransform,
): Promise<Batch> {
  const { subjects, seed, sampling } = recipe;
  const turns = turnsOfStep(planOf(recipe), epoch, step);
  const origins: CropOrigin[] = [];
  const drawn: (readonly boolean[])[] = [];
  let tensors: BatchTensors | undefined;
  for (const [place, { subject, crop }] of turns.entries()) {
    const { id, storage } = subjects[subject];
    const reader = await openReader(storage);
    if (reader === undefined) throw withoutLabels(id);
    tensors ??= new BatchTensors(turns.length, sampling.crop_size, reader.channels, recipe.masked);
    const key = { seed, epoch, subject: id, crop };
    const made = makeCrop(reader, recipe, key, findTransform, tensors.arraysAt(place, reader.masked));
    tensors.put(place, made.crop);
    origins.push(made.origin);
    drawn.push(reader.drawn);
  }
  const { images, labels, mask } = tensors!;
  return { images, labels, ...(mask && { mask }), drawn: drawnClasses(drawn), crops: origins };
}

/** One augmented crop. */
export function makeCrop(
  reader: PreparedReader,
  { sampling, augmentation }: Pick<BatchRecipe, 'sampling' | 'augmentation'>,
  key: CropKey,
  findTransform: FindTransform,
  into?: CropArrays,
): { readonly crop: Crop; readonly origin: CropOrigin } {
  const { crop_size, class_weights, padding } = sampling;
  const random = new Random(key.seed, 'crop', key.epoch, key.subject, key.crop);
  const { corner, centredOn } = drawCrop(reader, crop_size, class_weights, random);
  const grid = { shape: crop_size, spacing: reader.spacing };
  const deformation = drawDeformation(augmentation, key, grid);
  const taken = takeCrop(reader, crop_size, corner, padding, deformation, into);
  const crop = changeIntensities(taken, augmentation, key, findTransform);
  return { crop, origin: { subject: key.subject, corner, centredOn } };
}

/** Background counts as drawn only where everything else is: else a structure may hide in it. */
function drawnClasses(drawn: readonly (readonly boolean[])[]): Float32Array {
  return Float32Array.from(
    drawn.flatMap(structures => [structures.every(Boolean), ...structures]),
    Number,
  );
}

const withoutLabels = (subject: string) =>
  new Fault('the subject has no labels to train on', {
    place: { subject },
    remedy: 'Draw its structures, or take it out of the training split.',
  });
