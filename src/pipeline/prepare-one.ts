import { markUsed } from './cache.ts';
import type { Census } from './census.ts';
import { inspectPrepared, isIntact, type SharedSubject } from './file-reader.ts';
import { type PreparationRecipe, prepare } from './preparation.ts';
import { keepPrepared, type PreparedHeader, preparedBytes } from './prepared-file.ts';
import type { PreparedSubject } from './subject.ts';

export interface PrepareRequest {
  /** The subject's place in the cache. */
  readonly file: string;
  readonly recipe: PreparationRecipe;
  /** One number in shared memory: bytes of volumes that may still be read through, or kept in memory. */
  readonly budget: BigInt64Array;
}

export interface PreparedInfo {
  readonly shape: PreparedSubject['shape'];
  readonly affine: PreparedSubject['affine'];
  readonly drawn: readonly boolean[];
  readonly masked: boolean;
  /** Why the subject could not be written to the cache. */
  readonly problem?: string;
  /** The subject itself, where it could not be written and the budget allows; else it is prepared whenever it is needed. */
  readonly inMemory?: SharedSubject;
}

/**
 * Makes sure that a subject is in the cache. It is read from there piece by piece: what the system keeps of files costs
 * hardly more time than memory of our own, and the process does not grow with the data set. An entry that is not whole
 * is made again; as far as the budget goes all of it is read and checked. Where nothing can be written, the subject is
 * prepared all the same, and kept in memory.
 * @throws Fault or Faults of the subject.
 */
export async function prepareOne({ file, recipe, budget }: PrepareRequest): Promise<PreparedInfo> {
  const header = inspectPrepared(file)?.header;
  if (header !== undefined && (!reserve(budget, preparedBytes(header)) || isIntact(file))) {
    await markUsed(file);
    return infoOf(header);
  }
  const made = await prepare(recipe);
  const described = describe(made);
  const problem = await keepPrepared(file, made.subject, made.census);
  if (problem === undefined) return infoOf(described);
  const room = reserve(budget, preparedBytes(described));
  return { ...infoOf(described), problem, ...(room && { inMemory: share(made) }) };
}

const infoOf = ({ shape, affine, drawn, masked }: Omit<PreparedHeader, 'checksum'>): PreparedInfo => ({
  shape,
  affine,
  drawn,
  masked,
});

const describe = ({ subject, census }: SharedSubject) => ({
  id: subject.id,
  shape: subject.shape,
  affine: subject.affine,
  original: subject.original,
  drawn: subject.drawn,
  channels: subject.images.length,
  classes: census?.classes ?? 0,
  masked: subject.mask !== undefined,
});

/** Takes bytes from the budget of all threads, or nothing where they are not left. */
function reserve(budget: BigInt64Array, bytes: number): boolean {
  const wanted = BigInt(bytes);
  if (Atomics.sub(budget, 0, wanted) >= wanted) return true;
  Atomics.add(budget, 0, wanted);
  return false;
}

/** The subject with its voxels in memory that all threads see. */
function share({ subject, census }: SharedSubject): SharedSubject {
  const labels = subject.labels && sharedCopy(subject.labels);
  const mask = subject.mask && sharedCopy(subject.mask);
  const shared: Census | undefined = census && { ...census, counts: sharedCopy(census.counts) };
  return {
    subject: {
      ...subject,
      images: subject.images.map(sharedCopy),
      ...(labels && { labels }),
      ...(mask && { mask }),
    },
    census: shared,
  };
}

function sharedCopy<T extends Float32Array | Uint8Array | Uint32Array>(data: T): T {
  const Copy = data.constructor as new (buffer: SharedArrayBuffer) => T;
  const copy = new Copy(new SharedArrayBuffer(data.byteLength));
  copy.set(data);
  return copy;
}
