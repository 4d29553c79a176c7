import type { AugmentationStep, SamplingSettings } from '../config/schema/configuration.ts';
import type { Probe } from '../foundation/probe.ts';
import { assembleBatch, type BatchRecipe, planOf, type VisitSequence } from './batch-assembly.ts';
import { stepsOfEpoch } from './epoch-order.ts';
import { loadTransforms } from './plugin-transforms.ts';
import type { PreparedHandle } from './prepare-subjects.ts';
import type { BatchSource, CropBatch } from './subject.ts';
import { WorkerPool } from './worker-pool.ts';

export interface BatchSourceOptions {
  readonly subjects: readonly Pick<PreparedHandle, 'id' | 'storage' | 'masked'>[];
  readonly sampling: SamplingSettings;
  readonly augmentation: readonly AugmentationStep[];
  readonly batchSize: number;
  readonly seed: number;
  /** Loader threads; 0: crops are made in the calling thread. Batches do not depend on it. */
  readonly threads: number;
  /** Crops are the middle of each volume instead of being drawn by class. */
  readonly centred?: boolean;
  /** Where batches are of sequences of visits; `subjects` are the visits then. */
  readonly sequences?: readonly VisitSequence[];
  /** How often each subject or sequence is drawn, in proportion; default: equally often. */
  readonly weights?: readonly number[];
  /** Absolute paths of the plugin modules. */
  readonly plugins?: readonly string[];
  /** Looks at how crops are made, which is then done in the calling thread. */
  readonly probe?: Probe;
}

/** Which batch a loader thread shall make. */
export interface BatchRequest {
  readonly epoch: number;
  readonly step: number;
}

/** Opens the crops of a training run. The creator closes it. */
export function openBatchSource(options: BatchSourceOptions): BatchSource<CropBatch> {
  const { subjects, sampling, augmentation, batchSize, seed, threads, plugins = [], probe } = options;
  if (subjects.length === 0) throw new RangeError('there are no subjects to take crops of');
  const recipe: BatchRecipe = {
    subjects: subjects.map(({ id, storage }) => ({ id, storage })),
    sampling,
    augmentation,
    batchSize,
    seed,
    plugins,
    masked: subjects.some(({ masked }) => masked),
    centred: options.centred ?? false,
    ...(options.sequences && { sequences: options.sequences }),
    ...(options.weights && { weights: options.weights }),
  };
  const stepsPerEpoch = stepsOfEpoch(planOf(recipe));
  if (probe || threads === 0) return callingThread(recipe, stepsPerEpoch, probe);
  return ahead(recipe, stepsPerEpoch, threads);
}

function callingThread(recipe: BatchRecipe, stepsPerEpoch: number, probe?: Probe): BatchSource<CropBatch> {
  const transforms = loadTransforms(recipe.plugins, recipe.augmentation);
  // Awaited with the first batch: until then nobody listens.
  transforms.catch(() => {});
  return {
    stepsPerEpoch,
    batch: async (epoch, step) => assembleBatch(recipe, epoch, step, await transforms, probe),
    close: async () => {},
  };
}

/** Batches from loader threads; those behind the last one asked for are made ahead, two for each thread. */
function ahead(recipe: BatchRecipe, stepsPerEpoch: number, threads: number): BatchSource<CropBatch> {
  const pool = new WorkerPool<BatchRequest, CropBatch>(threads, { kind: 'batches', recipe });
  const lookAhead = 2 * threads;
  let prepared = new Map<number, Promise<CropBatch>>();
  const make = (turn: number) => {
    const epoch = Math.floor(turn / stepsPerEpoch);
    const made = pool.run({ epoch, step: turn % stepsPerEpoch });
    // An error is told to whoever asks for the batch.
    made.catch(() => {});
    return made;
  };
  return {
    stepsPerEpoch,
    batch(epoch, step) {
      const turn = epoch * stepsPerEpoch + step;
      const wanted = prepared.get(turn) ?? make(turn);
      const next = new Map<number, Promise<CropBatch>>();
      for (let other = turn + 1; other <= turn + lookAhead; other++) {
        next.set(other, prepared.get(other) ?? make(other));
      }
      prepared = next;
      return wanted;
    },
    close: () => pool.close(),
  };
}
