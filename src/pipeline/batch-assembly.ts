import type { AugmentationStep, SamplingSettings } from '../config/schema/configuration.ts';
import { Fault } from '../foundation/fault.ts';
import { Random } from '../foundation/random.ts';
import { voxelCount } from '../volume/volume.ts';
import { type CropKey, changeIntensities, drawDeformation } from './augmentations/index.ts';
import { type Crop, takeCrop } from './crop.ts';
import { drawCrop } from './crop-sampling.ts';
import { type EpochPlan, turnsOfStep } from './epoch-order.ts';
import { openReader, type Storage } from './preparation.ts';
import type { PreparedReader } from './prepared-reader.ts';
import type { Batch, CropOrigin } from './subject.ts';
import type { FindTransform } from './transform.ts';

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
  const { subjects, seed } = recipe;
  const crops: Crop[] = [];
  const origins: CropOrigin[] = [];
  const drawn: (readonly boolean[])[] = [];
  for (const { subject, crop } of turnsOfStep(planOf(recipe), epoch, step)) {
    const { id, storage } = subjects[subject];
    const reader = await openReader(storage);
    if (reader === undefined) throw withoutLabels(id);
    const made = makeCrop(reader, recipe, { seed, epoch, subject: id, crop }, findTransform);
    crops.push(made.crop);
    origins.push(made.origin);
    drawn.push(reader.drawn);
  }
  return { ...stack(crops, recipe.masked), drawn: drawnClasses(drawn), crops: origins };
}

/** One augmented crop. */
export function makeCrop(
  reader: PreparedReader,
  { sampling, augmentation }: Pick<BatchRecipe, 'sampling' | 'augmentation'>,
  key: CropKey,
  findTransform: FindTransform,
): { readonly crop: Crop; readonly origin: CropOrigin } {
  const { crop_size, class_weights, padding } = sampling;
  const random = new Random(key.seed, 'crop', key.epoch, key.subject, key.crop);
  const { corner, centredOn } = drawCrop(reader, crop_size, class_weights, random);
  const grid = { shape: crop_size, spacing: reader.spacing };
  const taken = takeCrop(reader, crop_size, corner, padding, drawDeformation(augmentation, key, grid));
  const crop = changeIntensities(taken, augmentation, key, findTransform);
  return { crop, origin: { subject: key.subject, corner, centredOn } };
}

/** Crops of equal shape as tensors. */
function stack(crops: readonly Crop[], masked: boolean): Pick<Batch, 'images' | 'labels' | 'mask'> {
  const voxels = voxelCount(crops[0].shape);
  const channels = crops[0].images.length;
  const images = new Float32Array(crops.length * voxels * channels);
  const labels = new Int32Array(crops.length * voxels);
  const mask = masked ? new Float32Array(crops.length * voxels).fill(1) : undefined;
  crops.forEach((crop, index) => {
    crop.images.forEach((values, channel) => {
      let to = index * voxels * channels + channel;
      if (channels === 1) images.set(values, to);
      else for (let i = 0; i < voxels; i++, to += channels) images[to] = values[i];
    });
    labels.set(crop.labels, index * voxels);
    if (crop.mask !== undefined) mask?.set(crop.mask, index * voxels);
  });
  return { images, labels, ...(mask && { mask }) };
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
