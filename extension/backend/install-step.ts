import type { InstallProgress } from '../../src/engine/pip.ts';

/** What a notification says of an installation, from a line of `innereye engine install --json`. */
export interface InstallStep {
  readonly message: string;
  /** Of the download, where its size is known. */
  readonly percent?: number;
}

/** @returns undefined for lines that say nothing of the progress */
export function installStep(line: string): InstallStep | undefined {
  let progress: InstallProgress;
  try {
    progress = JSON.parse(line) as InstallProgress;
  } catch {
    return undefined;
  }
  const { step, item, doneBytes, totalBytes } = progress;
  if (item === undefined) return undefined;
  const megabytes = (bytes: number) => Math.round(bytes / 1e6);
  if (doneBytes === undefined) return { message: `${step} ${item}` };
  const done = `${step} ${item}: ${megabytes(doneBytes)}`;
  return totalBytes === undefined
    ? { message: `${done} MB` }
    : {
        message: `${done} of ${megabytes(totalBytes)} MB`,
        percent: Math.min(100, (100 * doneBytes) / totalBytes),
      };
}
