import { Presets, SingleBar } from 'cli-progress';
import { InterruptedError } from './interruption.ts';

export interface Progress {
  readonly onProgress: (done: number, total: number) => void;
  /** Aborted by Ctrl+C or SIGTERM. */
  readonly signal: AbortSignal;
}

/**
 * Runs something long with a bar on the terminal (on the standard error stream, so that output can be piped; nothing
 * where that is no terminal). Ctrl+C or SIGTERM stops it between two items.
 * @throws InterruptedError where it was stopped.
 */
export async function withProgress<T>(what: string, run: (progress: Progress) => Promise<T>): Promise<T> {
  const bar = new SingleBar(
    {
      format: `${what} [{bar}] {value}/{total}`,
      hideCursor: true,
      stream: process.stderr,
      clearOnComplete: true,
    },
    Presets.shades_classic,
  );
  const stop = new AbortController();
  const interrupt = () => {
    console.error('Stopping');
    stop.abort();
  };
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  let started = false;
  const onProgress = (done: number, total: number) => {
    if (!process.stderr.isTTY) return;
    if (!started) bar.start(total, done);
    else bar.update(done);
    started = true;
  };
  try {
    return await run({ onProgress, signal: stop.signal });
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    throw new InterruptedError('stopped', { cause: error });
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    if (started) bar.stop();
  }
}
