import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { AnswerFormat, PredictionTask } from '../contracts/serving.ts';
import { type Job, JobQueue, type Outcome, type QueueLimits } from './job-queue.ts';
import { ServiceMetrics } from './metrics.ts';
import type { ServedModel } from './model-process.ts';
import { ServiceError } from './service-error.ts';
import type { Spool } from './spool.ts';

export interface DeskOptions extends QueueLimits {
  /** Bytes of a request. */
  readonly largestBody: number;
  /** Bytes that an archive may unpack to. */
  readonly largestUnpacked: number;
  /** Bytes of all requests together that come in or wait. */
  readonly largestHeld: number;
}

/** A scan that comes in. */
export interface Submission {
  readonly client: string;
  readonly body: Readable;
  /** What the client says it sends, in bytes. */
  readonly length: number | undefined;
  /** Default: the first that the model has. */
  readonly format?: AnswerFormat | undefined;
  readonly series?: string | undefined;
}

/** Takes scans in, has them segmented and hands results out, for all models of a service. */
export class Desk {
  private readonly queues = new Map<string, { model: ServedModel; queue: JobQueue }>();
  /** Bytes of the scans that come in, wait or are segmented. */
  private held = 0;
  readonly metrics = new ServiceMetrics(() =>
    [...this.queues].map(([model, { queue }]) => ({ model, waiting: queue.length, running: queue.running })),
  );

  constructor(
    models: readonly ServedModel[],
    private readonly spool: Spool,
    private readonly options: DeskOptions,
  ) {
    const onForgotten = (id: string) => void spool.remove(id);
    for (const model of models) {
      const queue = new JobQueue(options, { onForgotten });
      this.queues.set(`${model.name}:${model.version}`, { model, queue });
    }
  }

  get models(): {
    readonly id: string;
    readonly ready: boolean;
    readonly waiting: number;
    readonly formats: readonly AnswerFormat[];
  }[] {
    return [...this.queues].map(([id, { model, queue }]) => ({
      id,
      ready: model.ready,
      waiting: queue.length,
      formats: model.formats,
    }));
  }

  /** What a model answers with. @throws ServiceError 404, or 400 where it does not answer so. */
  formatOf(id: string, wanted: AnswerFormat | undefined): AnswerFormat {
    const { formats } = this.served(id).model;
    const format = wanted ?? formats[0]!;
    if (formats.includes(format)) return format;
    throw new ServiceError(400, `The model ${id} answers with ${formats.join(', ')}, not with ${format}.`);
  }

  /** @param id `NAME:VERSION`. @throws ServiceError 404, 413, 429, 503 or 408; nothing of the scan is left then. */
  async submit(id: string, { client, body, length, format: wanted, series }: Submission): Promise<Job> {
    const served = this.served(id);
    const format = this.formatOf(id, wanted);
    const { largestBody, largestUnpacked } = this.options;
    if (length !== undefined && length > largestBody) throw new ServiceError(413);
    const job = randomUUID();
    // Place and disk are kept before anything is read: many that send at once must not fill the disk.
    const giveBack = served.queue.reserve(client);
    let release: () => void = () => {};
    let input: string;
    try {
      release = this.hold(length ?? largestBody);
      input = await this.spool.receive(job, body, largestBody);
    } catch (error) {
      release();
      throw error;
    } finally {
      giveBack();
    }
    const task: PredictionTask = {
      id: job,
      input,
      folder: this.spool.folderOf(job),
      format,
      unpacked: largestUnpacked,
      ...(series !== undefined && { series }),
    };
    try {
      const taken = served.queue.add(client, () => this.run(id, served.model, task), job);
      void taken.ended.then(release);
      return taken;
    } catch (error) {
      release();
      await this.spool.remove(job);
      throw error;
    }
  }

  private served(id: string): { readonly model: ServedModel; readonly queue: JobQueue } {
    const served = this.queues.get(id);
    if (served) return served;
    const known = `Models are named NAME:VERSION; served here: ${[...this.queues.keys()].join(', ')}.`;
    throw new ServiceError(404, `The specified resource does not exist. ${known}`, 'InvalidModelId');
  }

  /** @throws ServiceError 404 for what is not known, or not any longer. */
  find(id: string): Job {
    for (const { queue } of this.queues.values()) {
      const job = queue.find(id);
      if (job) return job;
    }
    throw new ServiceError(404, undefined, 'InvalidRunId');
  }

  /** Lets go of a job whose client is gone or has its answer. */
  drop(id: string): void {
    for (const { queue } of this.queues.values()) queue.drop(id);
  }

  /** Takes no more scans, refuses those that wait, and waits for those that are segmented. */
  async drain(): Promise<void> {
    await Promise.all([...this.queues.values()].map(({ queue }) => queue.stop()));
  }

  /** Ends the models and leaves nothing on the disk. */
  async close(): Promise<void> {
    await Promise.all([...this.queues.values()].map(({ model }) => model.close()));
    await this.spool.removeAll();
  }

  /** @returns gives the bytes back. @throws ServiceError 503 where there are too many. */
  private hold(bytes: number): () => void {
    if (this.held + bytes > this.options.largestHeld) throw new ServiceError(503);
    this.held += bytes;
    return () => {
      this.held -= bytes;
    };
  }

  private async run(id: string, model: ServedModel, task: PredictionTask): Promise<Outcome> {
    const took = this.metrics.scanSeconds.startTimer({ model: id });
    let outcome: Outcome | undefined;
    try {
      outcome = await model.run(task);
      return outcome;
    } finally {
      took();
      const failed = outcome === undefined || (outcome.kind === 'refused' && outcome.error.status >= 500);
      this.metrics.scans.inc({ model: id, outcome: failed ? 'failed' : outcome!.kind });
      // Of what was refused, or ended in a defect, nothing is needed any more.
      if (outcome?.kind === 'done') await this.spool.keepOnly(task.id, outcome.file);
      else await this.spool.remove(task.id);
    }
  }
}
