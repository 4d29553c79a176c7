import { totalmem } from 'node:os';
import { formatBytes } from '../config/memory.ts';
import type { Configuration } from '../config/schema/configuration.ts';
import type { Subject } from '../dataset/dataset.ts';
import { Fault, Faults } from '../foundation/fault.ts';
import type { Affine, Zyx } from '../volume/volume.ts';
import { bytesOf, cacheFile, cacheFolder, DEFAULT_CACHE_LIMIT, evict } from './cache.ts';
import { CacheLease, leasedEntries } from './cache-lease.ts';
import { codeOfTransforms } from './plugin-transforms.ts';
import { loadStored, type PreparationRecipe, type Storage } from './preparation.ts';
import { type PreparedInfo, type PrepareRequest, prepareOne } from './prepare-one.ts';
import type { PreparedSubject } from './subject.ts';
import { WorkerPool } from './worker-pool.ts';

/** A prepared subject that can be read when it is needed. */
export interface PreparedHandle {
  readonly id: string;
  /** Of the prepared volume. */
  readonly shape: Zyx;
  readonly affine: Affine;
  readonly drawn: readonly boolean[];
  readonly masked: boolean;
  readonly storage: Storage;
  /** The whole subject; its arrays may be shared and must not be changed. */
  load(): Promise<PreparedSubject>;
}

export interface PrepareOptions {
  /** Threads to prepare in; 0 (the default): the calling one. */
  readonly threads?: number;
  readonly onProgress?: (progress: {
    readonly done: number;
    readonly total: number;
    readonly subject: string;
  }) => void;
  /** Told if prepared volumes cannot be kept on disk, or take more of it than the cache may. */
  readonly onWarning?: (message: string) => void;
  readonly signal?: AbortSignal;
  /** Absolute paths of the plugin modules. */
  readonly plugins?: readonly string[];
  /** Where prepared volumes are kept; default: the user's cache folder. */
  readonly folder?: string;
  /** Bytes that all kept volumes, of all data sets, may take on disk; those that a living process uses stay anyway. */
  readonly cacheLimit?: number;
  /** Bytes of prepared volumes kept in memory, the others are read piece by piece; default: what this process has left. */
  readonly memoryBudget?: number;
}

/**
 * Prepares subjects, each once for all runs with the same settings: what was prepared before is read from the cache.
 * @returns a handle for each subject, in their order.
 * @throws Fault or Faults: everything that is wrong with any of the subjects. The signal's reason if it is aborted.
 */
export async function prepareSubjects(
  subjects: readonly Subject[],
  { dataset, preprocessing }: Pick<Configuration, 'dataset' | 'preprocessing'>,
  options: PrepareOptions = {},
): Promise<PreparedHandle[]> {
  const { threads = 0, signal, plugins = [], folder = cacheFolder() } = options;
  signal?.throwIfAborted();
  const budget = options.memoryBudget === undefined ? processBudget() : budgetOf(options.memoryBudget);
  const code = await codeOfTransforms(plugins, preprocessing);
  const requests = await Promise.all(
    subjects.map(async subject => {
      const recipe: PreparationRecipe = { subject, dataset, steps: preprocessing, plugins };
      return { file: await cacheFile(folder, recipe, code), recipe, budget };
    }),
  );
  const lease = CacheLease.of(folder);
  await lease.add(requests.map(({ file }) => file));
  const infos = await prepareAll(requests, Math.min(threads, requests.length), options);
  const problem = infos.find(info => info.problem !== undefined)?.problem;
  if (problem !== undefined) {
    options.onWarning?.(
      `Prepared volumes cannot be kept in ${folder} (${problem}); they are prepared again whenever they are needed, ` +
        'which is slower. Set INNEREYE_CACHE to a folder with more room.',
    );
  }
  const limit = options.cacheLimit ?? DEFAULT_CACHE_LIMIT;
  await evict(folder, limit, new Set([...lease.names, ...(await leasedEntries(folder))]));
  const bytes = await bytesOf(folder, lease.names);
  if (bytes > limit) {
    options.onWarning?.(
      `The prepared volumes of this run take ${formatBytes(bytes)} in ${folder}, more than the ${formatBytes(limit)} ` +
        'that are kept there. They stay while the run needs them; later runs will prepare some of them again.',
    );
  }
  return infos.map(({ problem: _, ...info }, index) => ({
    id: subjects[index].id,
    ...info,
    load: async () => (await loadStored(info.storage)).subject,
  }));
}

/** One number in memory that all threads see: bytes that may still be taken. */
function budgetOf(bytes: number): BigInt64Array {
  const budget = new BigInt64Array(new SharedArrayBuffer(8));
  budget[0] = BigInt(Math.floor(bytes));
  return budget;
}

let ofProcess: BigInt64Array | undefined;

/** An eighth of the memory, at most 8 GiB, for all subjects that this process prepares. */
function processBudget(): BigInt64Array {
  ofProcess ??= budgetOf(Math.min(totalmem() / 8, 8 * 2 ** 30));
  return ofProcess;
}

/** The answers in the order of the requests; goes on after a subject's fault, so that all are found. */
async function prepareAll(
  requests: readonly PrepareRequest[],
  threads: number,
  { onProgress, signal }: PrepareOptions,
): Promise<PreparedInfo[]> {
  const pool =
    threads > 0 ? new WorkerPool<PrepareRequest, PreparedInfo>(threads, { kind: 'prepare' }) : undefined;
  const stop = () => void pool?.close();
  signal?.addEventListener('abort', stop, { once: true });
  const faults: Fault[] = [];
  let done = 0;
  const prepareNext = async (request: PrepareRequest): Promise<PreparedInfo | undefined> => {
    try {
      return await (pool === undefined ? prepareOne(request) : pool.run(request));
    } catch (error) {
      if (error instanceof Fault) faults.push(error);
      else if (error instanceof Faults) faults.push(...error.faults);
      else throw error;
      return undefined;
    } finally {
      done++;
      onProgress?.({ done, total: requests.length, subject: request.recipe.subject.id });
    }
  };
  try {
    const infos: (PreparedInfo | undefined)[] = [];
    if (pool !== undefined) infos.push(...(await Promise.all(requests.map(prepareNext))));
    else {
      for (const request of requests) {
        signal?.throwIfAborted();
        infos.push(await prepareNext(request));
      }
    }
    if (faults.length === 1) throw faults[0];
    if (faults.length > 1) throw new Faults(`${faults.length} faults in the data set`, faults);
    return infos.filter(info => info !== undefined);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    await pool?.close();
  }
}
