import { createHash } from 'node:crypto';
import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { VolumeSource } from '../dataset/dataset.ts';
import { Fault } from '../foundation/fault.ts';
import { volumeFiles } from '../volume/read.ts';
import type { PreparationRecipe } from './preparation.ts';

/** To be raised whenever preparing a subject gives other voxels than before. */
const CODE_VERSION = 1;
const SUFFIX = '.prepared';
/** Temporary files of processes that were killed are older than this. */
const STALE_MS = 24 * 3600 * 1000;

/** What the cache may hold at most before the least recently used entries go, in bytes. */
export const DEFAULT_CACHE_LIMIT = 64 * 2 ** 30;

/** The user's folder of prepared volumes: `INNEREYE_CACHE`, or `innereye/prepared` in the system's cache folder. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment.INNEREYE_CACHE) return join(environment.INNEREYE_CACHE, 'prepared');
  const { XDG_CACHE_HOME, LOCALAPPDATA } = environment;
  if (XDG_CACHE_HOME) return join(XDG_CACHE_HOME, 'innereye', 'prepared');
  if (process.platform === 'win32' && LOCALAPPDATA) return join(LOCALAPPDATA, 'innereye', 'prepared');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'innereye', 'prepared');
  return join(homedir(), '.cache', 'innereye', 'prepared');
}

/**
 * The file of a subject in the cache, named by a hash of all that makes its voxels: the scans (path, size, time of
 * change of all their files), how they are read, the steps, the version of this code.
 * @param plugins the code of the plugins where a step needs one, else empty.
 */
export async function cacheFile(folder: string, recipe: PreparationRecipe, plugins: string): Promise<string> {
  const { subject, dataset, steps } = recipe;
  const { splits: _, ...reading } = dataset;
  const sources = [...subject.images, ...labelSources(recipe), ...(subject.mask ? [subject.mask] : [])];
  const hash = createHash('sha256');
  hash.update(
    JSON.stringify([
      CODE_VERSION,
      subject.id,
      subject.images,
      subject.labels,
      subject.mask,
      reading,
      steps,
      await Promise.all(sources.map(stateOf)),
      plugins,
    ]),
  );
  return join(folder, hash.digest('hex').slice(0, 40) + SUFFIX);
}

const labelSources = ({ subject: { labels } }: PreparationRecipe): VolumeSource[] =>
  labels === undefined
    ? []
    : labels.kind === 'map'
      ? [labels.source]
      : labels.sources.filter(source => source !== undefined);

/** Size and time of change of all files of a volume. One that is missing or broken has no state, nor an entry. */
async function stateOf({ file }: VolumeSource): Promise<unknown> {
  try {
    return await Promise.all(
      (await volumeFiles(file)).map(async path => {
        const { size, mtimeMs } = await stat(path);
        return [path, size, mtimeMs];
      }),
    );
  } catch (error) {
    if (error instanceof Fault || (error as NodeJS.ErrnoException).code !== undefined) return null;
    throw error;
  }
}

/** Notes that an entry was used. An entry that is gone, or not ours to change, does not matter. */
export async function markUsed(file: string): Promise<void> {
  const now = new Date();
  await utimes(file, now, now).catch(() => {});
}

/**
 * Deletes the least recently used entries until the rest fits `limit` bytes, but none of those in use, and temporary
 * files that were left behind. Several processes may do so at once.
 * @param used names of the entries in use.
 */
export async function evict(folder: string, limit: number, used: ReadonlySet<string>): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    names.map(async name => {
      const file = join(folder, name);
      const info = await stat(file).catch(() => undefined);
      return info && { name, file, size: info.size, usedMs: info.mtimeMs };
    }),
  );
  const files = found.filter(one => one !== undefined).sort((a, b) => b.usedMs - a.usedMs);
  const entries = files.filter(({ name }) => name.endsWith(SUFFIX));
  let total = 0;
  for (const { name, size } of entries) if (used.has(name)) total += size;
  const surplus = entries.filter(({ name, size }) => {
    if (used.has(name)) return false;
    const kept = total + size <= limit;
    if (kept) total += size;
    return !kept;
  });
  const leftBehind = files.filter(
    ({ name, usedMs }) => name.endsWith('.tmp') && usedMs < Date.now() - STALE_MS,
  );
  for (const { file } of [...surplus, ...leftBehind]) await rm(file, { force: true }).catch(() => {});
}

/** Bytes on disk of those entries of a folder that are there. */
export async function bytesOf(folder: string, names: Iterable<string>): Promise<number> {
  const sizes = await Promise.all(
    [...names].map(async name => (await stat(join(folder, name)).catch(() => undefined))?.size ?? 0),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
