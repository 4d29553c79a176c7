import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { VolumeSource } from '../dataset/dataset.ts';
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
 * change), how they are read, the steps, the plugins' text, the version of this code.
 */
export async function cacheFile(folder: string, recipe: PreparationRecipe): Promise<string> {
  const { subject, dataset, steps, plugins } = recipe;
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
    ]),
  );
  if (steps.some(step => 'plugin' in step)) for (const plugin of plugins) hash.update(await readFile(plugin));
  return join(folder, hash.digest('hex').slice(0, 40) + SUFFIX);
}

const labelSources = ({ subject: { labels } }: PreparationRecipe): VolumeSource[] =>
  labels === undefined
    ? []
    : labels.kind === 'map'
      ? [labels.source]
      : labels.sources.filter(source => source !== undefined);

/** Size and time of change of a file, or of all files of a DICOM folder; a missing file has no state. */
async function stateOf({ file }: VolumeSource): Promise<unknown> {
  const [path] = file.split('|');
  try {
    const info = await stat(path);
    if (!info.isDirectory()) return [info.size, info.mtimeMs];
    const names = (await readdir(path)).sort();
    return Promise.all(
      names.map(async name => {
        const { size, mtimeMs } = await stat(join(path, name));
        return [name, size, mtimeMs];
      }),
    );
  } catch {
    return null;
  }
}

/** Notes that an entry was used. An entry that is gone, or not ours to change, does not matter. */
export async function markUsed(file: string): Promise<void> {
  const now = new Date();
  await utimes(file, now, now).catch(() => {});
}

/**
 * Deletes the least recently used entries until the rest fits `limit` bytes, but none of `keep`, and temporary files
 * that were left behind. Several processes may do so at once.
 */
export async function evict(folder: string, limit: number, keep: ReadonlySet<string>): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    names.map(async name => {
      const file = join(folder, name);
      const info = await stat(file).catch(() => undefined);
      return info && { file, size: info.size, used: info.mtimeMs };
    }),
  );
  const files = found.filter(entry => entry !== undefined).sort((a, b) => b.used - a.used);
  let total = 0;
  for (const { file, size, used } of files) {
    const leftBehind = file.endsWith('.tmp') && used < Date.now() - STALE_MS;
    const entry = file.endsWith(SUFFIX);
    if (entry) total += size;
    if (leftBehind || (entry && total > limit && !keep.has(file))) {
      await rm(file, { force: true }).catch(() => {});
      if (entry) total -= size;
    }
  }
}
