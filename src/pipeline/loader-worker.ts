import { parentPort, workerData } from 'node:worker_threads';
import { assembleBatch, type BatchRecipe } from './batch-assembly.ts';
import type { BatchRequest } from './batch-source.ts';
import { type CheckRequest, checkOne } from './check-one.ts';
import { packError } from './fault-transfer.ts';
import { loadTransforms } from './plugin-transforms.ts';
import { type PrepareRequest, prepareOne } from './prepare-one.ts';
import type { Batch } from './subject.ts';

/** What a loader thread is started for. */
export type LoaderWork =
  | { readonly kind: 'prepare' }
  | { readonly kind: 'check' }
  | { readonly kind: 'batches'; readonly recipe: BatchRecipe };

const work = workerData as LoaderWork;
const port = parentPort!;

if (work.kind === 'prepare') {
  answer<PrepareRequest>(async request => ({ result: await prepareOne(request), transfer: [] }));
} else if (work.kind === 'check') {
  answer<CheckRequest>(async request => ({ result: await checkOne(request), transfer: [] }));
} else {
  const transforms = loadTransforms(work.recipe.plugins, work.recipe.augmentation);
  transforms.catch(() => {});
  answer<BatchRequest>(async ({ epoch, step }) => {
    const result = await assembleBatch(work.recipe, epoch, step, await transforms);
    return { result, transfer: buffersOf(result) };
  });
}

/** Answers requests in the order in which they come; the pool sends one at a time. */
function answer<Input>(
  handle: (input: Input) => Promise<{ result: unknown; transfer: ArrayBuffer[] }>,
): void {
  port.on('message', async (input: Input) => {
    try {
      const { result, transfer } = await handle(input);
      port.postMessage({ result }, transfer);
    } catch (error) {
      port.postMessage({ error: packError(error) });
    }
  });
}

const buffersOf = ({ feeds }: Batch) => Object.values(feeds).map(array => array.buffer as ArrayBuffer);
