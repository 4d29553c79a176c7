import { randomUUID } from 'node:crypto';
import { ServiceError } from './service-error.ts';

/** How a scan ended, or why it did not. */
export type Outcome =
  | { readonly kind: 'done'; readonly file: string }
  | { readonly kind: 'refused'; readonly error: ServiceError };

/** A scan that is to be segmented. */
export interface Job {
  readonly id: string;
  /** Who sent it: shares of the queue are counted by client. */
  readonly client: string;
  /** Undefined while it waits or runs. */
  readonly outcome: Outcome | undefined;
  /** Settles when it has an outcome; never rejects. */
  readonly ended: Promise<Outcome>;
}

export interface QueueLimits {
  /** Scans that wait at most, without those that run. */
  readonly waiting: number;
  /** Of them those of one client. */
  readonly waitingOfClient: number;
  /** Milliseconds that a result is kept. */
  readonly keep: number;
}

/** What a queue's owner is told. */
export interface QueueListener {
  /** The result of a job is not kept any longer: its files go. */
  onForgotten(id: string): void;
}

interface Entry {
  readonly id: string;
  readonly client: string;
  readonly work: () => Promise<Outcome>;
  outcome: Outcome | undefined;
  readonly ended: Promise<Outcome>;
  readonly settle: (outcome: Outcome) => void;
  forget?: NodeJS.Timeout;
}

/** Scans of one model, one after the other, with limits on how many wait and how long results are kept. */
export class JobQueue {
  private readonly jobs = new Map<string, Entry>();
  private readonly waiting: Entry[] = [];
  /** Clients of the scans that come in. */
  private readonly arriving: string[] = [];
  private active: Entry | undefined;
  private stopping = false;

  constructor(
    private readonly limits: QueueLimits,
    private readonly listener: QueueListener,
  ) {}

  get length(): number {
    return this.waiting.length;
  }

  get running(): number {
    return this.active ? 1 : 0;
  }

  /**
   * Keeps a place for a scan while it comes in, so that no more come in than may wait.
   * @returns gives the place back; `add` needs it.
   * @throws ServiceError 503 where the queue is full or stops, 429 where the client has its share of it.
   */
  reserve(client: string): () => void {
    this.requirePlace(client);
    this.arriving.push(client);
    let isKept = true;
    return () => {
      if (isKept) this.arriving.splice(this.arriving.indexOf(client), 1);
      isKept = false;
    };
  }

  /** @param work gives an outcome; what it throws is an internal error. @throws ServiceError as `reserve`. */
  add(client: string, work: () => Promise<Outcome>, id: string = randomUUID()): Job {
    this.requirePlace(client);
    let settle: (outcome: Outcome) => void = () => {};
    const ended = new Promise<Outcome>(resolve => {
      settle = resolve;
    });
    const entry: Entry = { id, client, work, outcome: undefined, ended, settle };
    this.jobs.set(id, entry);
    this.waiting.push(entry);
    void this.next();
    return entry;
  }

  find(id: string): Job | undefined {
    return this.jobs.get(id);
  }

  /** Takes a job back that waits, or forgets its result. One that runs goes on and is forgotten then. */
  drop(id: string): void {
    const entry = this.jobs.get(id);
    if (!entry) return;
    const place = this.waiting.indexOf(entry);
    if (place >= 0) {
      this.waiting.splice(place, 1);
      this.end(entry, { kind: 'refused', error: new ServiceError(503) });
    }
    if (entry.outcome) this.forget(entry);
    else void entry.ended.then(() => this.forget(entry));
  }

  /** Takes nothing more, refuses what waits, and waits for what runs. */
  async stop(): Promise<void> {
    this.stopping = true;
    for (const entry of this.waiting.splice(0)) {
      this.end(entry, { kind: 'refused', error: new ServiceError(503) });
    }
    await this.active?.ended;
  }

  private requirePlace(client: string): void {
    const { waiting, arriving, limits } = this;
    if (this.stopping || waiting.length + arriving.length >= limits.waiting) throw new ServiceError(503);
    const clients = [...waiting.map(entry => entry.client), ...arriving];
    if (clients.filter(other => other === client).length >= limits.waitingOfClient)
      throw new ServiceError(429);
  }

  private async next(): Promise<void> {
    if (this.active) return;
    this.active = this.waiting.shift();
    const entry = this.active;
    if (!entry) return;
    const outcome = await entry
      .work()
      .catch((): Outcome => ({ kind: 'refused', error: new ServiceError(500) }));
    this.active = undefined;
    this.end(entry, outcome);
    void this.next();
  }

  private end(entry: Entry, outcome: Outcome): void {
    entry.outcome = outcome;
    entry.forget = setTimeout(() => this.forget(entry), this.limits.keep);
    entry.forget.unref();
    entry.settle(outcome);
  }

  private forget(entry: Entry): void {
    clearTimeout(entry.forget);
    if (this.jobs.delete(entry.id)) this.listener.onForgotten(entry.id);
  }
}
