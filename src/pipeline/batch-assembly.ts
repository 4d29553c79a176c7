import type { AugmentationStep, SamplingSettings } from '../config/schema/configuration.ts';
import { Fault } from '../foundation/fault.ts';
import type { Probe } from '../foundation/probe.ts';
import { Random } from '../foundation/random.ts';
import { type CropKey, changeIntensities, drawDeformation } from './augmentations/index.ts';
import { BatchTensors } from './batch-tensors.ts';
import { type Crop, type CropArrays, takeCrop } from './crop.ts';
import { drawCrop, middleCrop } from './crop-sampling.ts';
import { identity } from './deformation.ts';
import { type EpochPlan, turnsOfStep } from './epoch-order.ts';
import { deformationProbe, intensityProbe, showSampled } from './loader-probe.ts';
import type { FindTransform } from './plugin-transforms.ts';
import { openReader, type Storage } from './preparation.ts';
import type { PreparedReader } from './prepared-reader.ts';
import type { CropBatch, CropOrigin } from './subject.ts';

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
  /** Crops are the middle of each volume instead of being drawn by class. */
  readonly centred?: boolean;
  /** Where a batch is of sequences of crops instead of single ones; then subjects are visits. */
  readonly sequences?: readonly VisitSequence[];
  /** How often each subject or sequence is drawn, in proportion; default: equally often. */
  readonly weights?: readonly number[];
}

/** A subject whose visits are given to a network together. */
export interface VisitSequence {
  readonly id: string;
  /** For each position the number of the visit among the recipe's subjects; undefined where there was none. */
  readonly visits: readonly (number | undefined)[];
}

/** How the epochs of a recipe are made up. */
export const planOf = ({
  seed,
  subjects,
  sequences,
  sampling,
  batchSize,
  weights,
}: BatchRecipe): EpochPlan => ({
  seed,
  subjects: (sequences ?? subjects).length,
  cropsPerSubject: sampling.crops_per_subject,
  weights,
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
  probe?: Probe,
): Promise<CropBatch> {
  const { subjects, seed, sampling } = recipe;
  probe?.enter({
    name: `batch ${step + 1} of epoch ${epoch + 1}`,
    setting: 'training.batch_size',
    values: { epoch: epoch + 1, batch: step + 1 },
  });
  const drawnTurns = turnsOfStep(planOf(recipe), epoch, step);
  const { sequences } = recipe;
  const turns = sequences
    ? drawnTurns.flatMap(({ subject, crop }) =>
        sequences[subject]!.visits.map(visit => ({ subject: visit, crop })),
      )
    : drawnTurns;
  const origins: CropOrigin[] = [];
  const drawn: (readonly boolean[])[] = [];
  let tensors: BatchTensors | undefined;
  for (const [place, { subject, crop }] of turns.entries()) {
    // A visit that did not take place stays black.
    if (subject === undefined) continue;
    const { id, storage } = subjects[subject];
    probe?.enter({ name: id, setting: 'dataset' });
    const reader = await openReader(storage, probe);
    if (reader === undefined) throw withoutLabels(id);
    tensors ??= new BatchTensors(turns.length, sampling.crop_size, reader.channels, recipe.masked);
    const key = { seed, epoch, subject: id, crop };
    const made = makeCrop(reader, recipe, key, findTransform, {
      into: tensors.arraysAt(place, reader.masked),
      ...(probe && { probe }),
    });
    probe?.leave();
    tensors.put(place, made.crop);
    origins.push(made.origin);
    drawn.push(reader.drawn);
  }
  probe?.leave();
  const { images, labels, mask } = tensors!;
  return {
    feeds: { images, labels, drawn: drawnClasses(drawn), ...(mask && { mask }) },
    subjects: sequences
      ? drawnTurns.map(({ subject }) => sequences[subject]!.id)
      : origins.map(({ subject }) => subject),
    crops: origins,
  };
}

/** One augmented crop. */
export function makeCrop(
  reader: PreparedReader,
  { sampling, augmentation, centred }: Pick<BatchRecipe, 'sampling' | 'augmentation' | 'centred'>,
  key: CropKey,
  findTransform: FindTransform,
  { into, probe }: { into?: CropArrays; probe?: Probe } = {},
): { readonly crop: Crop; readonly origin: CropOrigin } {
  const { crop_size, class_weights, padding } = sampling;
  const random = new Random(key.seed, 'crop', key.epoch, key.subject, key.crop);
  const { corner, centredOn } = centred
    ? middleCrop(reader, crop_size)
    : drawCrop(reader, crop_size, class_weights, random);
  const grid = { shape: crop_size, spacing: reader.spacing };
  const take = (deformation = identity) => takeCrop(reader, crop_size, corner, padding, deformation);
  if (probe) showSampled(probe, take, { corner, centredOn });
  const deformation = drawDeformation(augmentation, key, grid, probe && deformationProbe(probe, take));
  const taken = takeCrop(reader, crop_size, corner, padding, deformation, into);
  const crop = changeIntensities(taken, augmentation, key, findTransform, probe && intensityProbe(probe));
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
