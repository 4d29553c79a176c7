import { markUsed } from './cache.ts';
import type { Census } from './census.ts';
import { inspectPrepared, readPrepared, type SharedSubject } from './file-reader.ts';
import { type PreparationRecipe, prepare, type Storage } from './preparation.ts';
import { keepPrepared, preparedBytes } from './prepared-file.ts';
import type { PreparedSubject } from './subject.ts';

export interface PrepareRequest {
  /** The subject's place in the cache. */
  readonly file: string;
  readonly recipe: PreparationRecipe;
  /** One number in shared memory: bytes of volumes that may still be kept in memory. */
  readonly budget: BigInt64Array;
}

export interface PreparedInfo {
  readonly storage: Storage;
  readonly shape: PreparedSubject['shape'];
  readonly affine: PreparedSubject['affine'];
  readonly drawn: readonly boolean[];
  readonly masked: boolean;
  /** Why the subject could not be written to the cache; it is then prepared again whenever it is needed. */
  readonly problem?: string;
}

/**
 * Makes sure that a subject is in the cache, and keeps it in memory as well where the budget allows. An entry that is
 * not whole is made again; where nothing can be written, the subject is prepared all the same.
 * @throws Fault or Faults of the subject.
 */
export async function prepareOne({ file, recipe, budget }: PrepareRequest): Promise<PreparedInfo> {
  const layout = inspectPrepared(file);
  let made: SharedSubject | undefined;
  let problem: string | undefined;
  const make = async () => {
    made = await prepare(recipe);
    problem = await keepPrepared(file, made.subject, made.census);
    return made;
  };
  if (layout === undefined) await make();
  else await markUsed(file);
  const { shape, affine, drawn, masked, ...rest } = layout?.header ?? describe(made!);
  const bytes = preparedBytes({ ...rest, shape, affine, drawn, masked });
  if (!reserve(budget, bytes)) {
    return {
      storage: { kind: 'file', file, recipe },
      shape,
      affine,
      drawn,
      masked,
      ...(problem && { problem }),
    };
  }
  const shared = made === undefined ? (readPrepared(file) ?? share(await make())) : share(made);
  return {
    storage: { kind: 'memory', ...shared },
    shape,
    affine,
    drawn,
    masked,
    ...(problem && { problem }),
  };
}

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
