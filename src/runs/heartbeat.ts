import { rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const FILE = 'heartbeat';
const BEAT_MILLISECONDS = 30_000;
/** Longer without a beat means that the process is gone, or its machine. */
const SILENCE_MILLISECONDS = 5 * BEAT_MILLISECONDS;

/**
 * Touches a file in the run's folder as long as the run goes on, for those who look from another machine and cannot ask
 * for the process. Returns what ends it.
 */
export async function beginHeartbeat(folder: string): Promise<() => Promise<void>> {
  const file = join(folder, FILE);
  await writeFile(file, '');
  const timer = setInterval(() => {
    const now = new Date();
    // A full disk or a folder that is gone is reported by whatever writes results.
    utimes(file, now, now).catch(() => {});
  }, BEAT_MILLISECONDS).unref();
  return async () => {
    clearInterval(timer);
    await rm(file, { force: true });
  };
}

/** Whether the process of a run has been heard of lately. */
export async function isBeating(folder: string): Promise<boolean> {
  const found = await stat(join(folder, FILE)).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs < SILENCE_MILLISECONDS;
}
