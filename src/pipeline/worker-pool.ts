import { Worker } from 'node:worker_threads';
import { type ErrorMessage, unpackError } from './fault-transfer.ts';

/** What a thread answers to a request. */
export type Answer<Output> = { readonly result: Output } | { readonly error: ErrorMessage };

interface Request<Input, Output> {
  readonly input: Input;
  readonly resolve: (output: Output) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The bundled entry of loader threads. It stands beside the program's own bundle; programs that run from the sources,
 * as the tests do, name a bundle in `INNEREYE_LOADER_WORKER`.
 */
export function loaderWorkerEntry(): string | URL {
  return process.env.INNEREYE_LOADER_WORKER ?? new URL('./loader-worker.js', import.meta.url);
}

/**
 * Threads that answer requests one at a time each, first come first served. The process does not wait for idle
 * threads. A thread that dies takes the pool with it: every open request is rejected.
 */
export class WorkerPool<Input, Output> {
  private readonly workers: Worker[];
  private readonly idle: Worker[];
  private readonly waiting: Request<Input, Output>[] = [];
  private readonly running = new Map<Worker, Request<Input, Output>>();
  private closed: Error | undefined;

  /** @param workerData what each thread starts with. */
  constructor(threads: number, workerData: unknown, entry = loaderWorkerEntry()) {
    this.workers = Array.from({ length: threads }, () => new Worker(entry, { workerData }));
    this.idle = [...this.workers];
    for (const worker of this.workers) this.listen(worker);
  }

  /** @throws what the thread threw, faults as faults, or why there are no threads any more. */
  run(input: Input): Promise<Output> {
    if (this.closed !== undefined) return Promise.reject(this.closed);
    return new Promise((resolve, reject) => {
      this.waiting.push({ input, resolve, reject });
      this.assign();
    });
  }

  /** Ends the threads, whatever they are doing; open requests are rejected. */
  async close(): Promise<void> {
    this.fail(new Error('the loader threads have been closed'));
    await Promise.all(this.workers.map(worker => worker.terminate()));
  }

  private assign(): void {
    while (this.waiting.length > 0 && this.idle.length > 0) {
      const worker = this.idle.pop()!;
      const request = this.waiting.shift()!;
      this.running.set(worker, request);
      worker.ref();
      worker.postMessage(request.input);
    }
  }

  private listen(worker: Worker): void {
    worker.unref();
    worker.on('message', (answer: Answer<Output>) => {
      const request = this.running.get(worker);
      if (request === undefined) return;
      this.running.delete(worker);
      this.idle.push(worker);
      worker.unref();
      if ('error' in answer) request.reject(unpackError(answer.error));
      else request.resolve(answer.result);
      this.assign();
    });
    worker.on('error', error =>
      this.die(new Error(`a loader thread failed: ${error.message}`, { cause: error })),
    );
    worker.on('exit', code => this.die(new Error(`a loader thread ended unexpectedly (exit code ${code})`)));
  }

  private die(error: Error): void {
    if (this.closed !== undefined) return;
    this.fail(error);
    for (const worker of this.workers) void worker.terminate();
  }

  private fail(error: Error): void {
    if (this.closed !== undefined) return;
    this.closed = error;
    for (const { reject } of [...this.running.values(), ...this.waiting.splice(0)]) reject(error);
    this.running.clear();
  }
}
