import { Fault, Faults } from '../foundation/fault.ts';
import { WorkerPool } from './worker-pool.ts';

/** Told after each subject. */
export type OnProgress = (progress: {
  readonly done: number;
  readonly total: number;
  readonly subject: string;
}) => void;

export interface EachSubject<Request, Answer> {
  /** Loader threads; 0: the calling one. */
  readonly threads: number;
  /** What the threads are started for. */
  readonly kind: 'prepare' | 'check';
  /** The same work where there are no threads. */
  readonly inThisThread: (request: Request) => Promise<Answer>;
  readonly subjectOf: (request: Request) => string;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The answers in the order of the requests; goes on after a subject's fault, so that all are found.
 * @throws Fault or Faults of the subjects; the signal's reason if it is aborted.
 */
export async function eachSubject<Request, Answer>(
  requests: readonly Request[],
  { threads, kind, inThisThread, subjectOf, onProgress, signal }: EachSubject<Request, Answer>,
): Promise<Answer[]> {
  const workers = Math.min(threads, requests.length);
  const pool = workers > 0 ? new WorkerPool<Request, Answer>(workers, { kind }) : undefined;
  const stop = () => void pool?.close();
  signal?.addEventListener('abort', stop, { once: true });
  const faults: Fault[] = [];
  let done = 0;
  const next = async (request: Request): Promise<Answer | undefined> => {
    try {
      return await (pool === undefined ? inThisThread(request) : pool.run(request));
    } catch (error) {
      if (error instanceof Fault) faults.push(error);
      else if (error instanceof Faults) faults.push(...error.faults);
      else throw error;
      return undefined;
    } finally {
      done++;
      onProgress?.({ done, total: requests.length, subject: subjectOf(request) });
    }
  };
  try {
    const answers: (Answer | undefined)[] = [];
    if (pool !== undefined) answers.push(...(await Promise.all(requests.map(next))));
    else {
      for (const request of requests) {
        signal?.throwIfAborted();
        answers.push(await next(request));
      }
    }
    if (faults.length === 1) throw faults[0]!;
    if (faults.length > 1) throw new Faults(`${faults.length} faults in the data set`, faults);
    return answers as Answer[];
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    await pool?.close();
  }
}
