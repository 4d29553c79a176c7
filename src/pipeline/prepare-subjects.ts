import { totalmem } from 'node:os';
import { formatBytes } from '../config/memory.ts';
import type { SegmentationConfiguration } from '../config/schema/configuration.ts';
import type { Subject } from '../dataset/dataset.ts';
import { inParallel } from '../dataset/in-parallel.ts';
import type { Affine, Zyx } from '../volume/volume.ts';
import { bytesOf, cacheFile, cacheFolder, DEFAULT_CACHE_LIMIT, evict } from './cache.ts';
import { CacheLease, leasedEntries } from './cache-lease.ts';
import { eachSubject, type OnProgress } from './each-subject.ts';
import { codeOfTransforms } from './plugin-transforms.ts';
import { loadStored, type PreparationRecipe, type Storage } from './preparation.ts';
import { type PreparedInfo, type PrepareRequest, prepareOne } from './prepare-one.ts';
import type { PreparedSubject } from './subject.ts';

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
  readonly onProgress?: OnProgress;
  /** Told if prepared volumes cannot be kept on disk, or take more of it than the cache may. */
  readonly onWarning?: (message: string) => void;
  readonly signal?: AbortSignal;
  /** Absolute paths of the plugin modules. */
  readonly plugins?: readonly string[];
  /** Where prepared volumes are kept; default: the user's cache folder. */
  readonly folder?: string;
  /** Bytes that all kept volumes, of all data sets, may take on disk; those that a living process uses stay anyway. */
  readonly cacheLimit?: number;
  /**
   * Bytes of volumes that are read through and checked where they were prepared before, or stay in memory where they
   * cannot be written; default: what this process has left.
   */
  readonly memoryBudget?: number;
}

/** Subjects whose files are looked at together; more are not faster. */
const FILES_AT_A_TIME = 8;

/**
 * Prepares subjects, each once for all runs with the same settings: what was prepared before is read from the cache.
 * @returns a handle for each subject, in their order.
 * @throws Fault or Faults: everything that is wrong with any of the subjects. The signal's reason if it is aborted.
 */
export async function prepareSubjects(
  subjects: readonly Subject[],
  { dataset, preprocessing }: Pick<SegmentationConfiguration, 'dataset' | 'preprocessing'>,
  options: PrepareOptions = {},
): Promise<PreparedHandle[]> {
  const { threads = 0, signal, plugins = [], folder = cacheFolder() } = options;
  signal?.throwIfAborted();
  const budget = options.memoryBudget === undefined ? processBudget() : budgetOf(options.memoryBudget);
  const code = await codeOfTransforms(plugins, preprocessing);
  // Each looks into its scans: thousands at a time would be open, with what is unpacked of them.
  const requests = await inParallel(subjects, FILES_AT_A_TIME, async subject => {
    const recipe: PreparationRecipe = { subject, dataset, steps: preprocessing, plugins };
    return { file: await cacheFile(folder, recipe, code), recipe, budget };
  });
  const lease = CacheLease.of(folder);
  await lease.add(requests.map(({ file }) => file));
  const infos = await eachSubject<PrepareRequest, PreparedInfo>(requests, {
    ...options,
    threads,
    kind: 'prepare',
    inThisThread: prepareOne,
    subjectOf: ({ recipe }) => recipe.subject.id,
  });
  const problem = infos.find(info => info.problem !== undefined)?.problem;
  if (problem !== undefined) {
    options.onWarning?.(
      `Prepared volumes cannot be kept in ${folder} (${problem}); as many as fit stay in memory, and the others are ` +
        'prepared again whenever they are needed, which is slower. Set INNEREYE_CACHE to a folder with more room.',
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
  return infos.map(({ problem: _, inMemory, ...info }, index) => {
    const { file, recipe } = requests[index];
    const storage: Storage = inMemory ? { kind: 'memory', ...inMemory } : { kind: 'file', file, recipe };
    return {
      id: subjects[index].id,
      ...info,
      storage,
      load: async () => (await loadStored(storage)).subject,
    };
  });
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
