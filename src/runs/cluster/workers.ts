import { setTimeout as sleep } from 'node:timers/promises';
import { TensorFlowError } from '../../engine/c-api.ts';
import type { Cluster } from '../../engine/cluster.ts';
import { endWithoutWaiting } from '../../engine/end-at-once.ts';
import type { RecordedFunction, Session } from '../../engine/session.ts';
import { Fault } from '../../foundation/fault.ts';
import { type ClusterEnd, Control } from './control.ts';
import { PendingWork } from './pending-work.ts';
import { isReachable, Presence } from './reachable.ts';

/** How long a cluster may take to come up: nodes of a cloud fetch their images one sooner than the other. */
export const PATIENCE_MINUTES = 20;
const ROUND_MILLISECONDS = 500;
/** How long a worker at work may be without an answer, and to how many questions in a row. */
const SILENCE_MILLISECONDS = 120_000;
const UNANSWERED = 3;

export interface GatherOptions {
  readonly signal: AbortSignal;
  readonly patienceMinutes?: number;
  /** After which a worker that leaves questions without an answer counts as frozen. */
  readonly silenceMilliseconds?: number;
}

let gathered = false;

/** True once this process has gathered the workers of its cluster, and so tells them of the end. */
export const haveGathered = (): boolean => gathered;

/** The chief's side of a cluster: waits for the workers, watches over them, and tells them of the end. */
export class Workers {
  private readonly controls: readonly Control[];
  private readonly stopping = new AbortController();
  private readonly work = new PendingWork();
  private watching = true;

  private constructor(
    private readonly cluster: Cluster,
    private readonly silence: number,
  ) {
    this.controls = this.others.map(({ worker }) => new Control(cluster, worker, false));
  }

  /**
   * Waits until every worker is there.
   * @throws Fault that names those who do not come; or what the signal says.
   */
  static async gather(
    cluster: Cluster,
    { signal, patienceMinutes = PATIENCE_MINUTES, silenceMilliseconds = SILENCE_MILLISECONDS }: GatherOptions,
  ): Promise<Workers> {
    const workers = new Workers(cluster, silenceMilliseconds);
    const missing = new Set(workers.others.map(({ address }) => address));
    const patience = sleep(patienceMinutes * 60_000, undefined, { signal, ref: false });
    try {
      await Promise.race([
        workers.meet(missing),
        patience.then(() => {
          throw notThere([...missing]);
        }),
      ]);
    } catch (error) {
      workers.watching = false;
      // A question that a worker has not answered yet would be waited for.
      endWithoutWaiting();
      throw error;
    }
    gathered = true;
    void workers.watch();
    workers.others.forEach(({ address }, index) => void workers.listenTo(workers.controls[index]!, address));
    return workers;
  }

  /** Aborted when a worker was asked to stop: the run then ends as if the chief had been. */
  get stopped(): AbortSignal {
    return this.stopping.signal;
  }

  /** The result of work that needs the workers. @throws Fault where one of them is gone, instead of waiting for it. */
  async guard<T>(work: Promise<T>): Promise<T> {
    try {
      return await this.work.result(work);
    } catch (error) {
      if (!(error instanceof TensorFlowError)) throw error;
      // The end of a worker shows in a broken connection first.
      const gone = await this.unreachable();
      if (gone.length > 0) throw lost(gone);
      throw new Fault(`the processes that train together have lost each other: ${error.message}`, {
        remedy: 'Go on from the last checkpoint by --resume.',
        cause: error,
      });
    }
  }

  /** The session, whose work is given up where a worker is gone. */
  guarded(session: Session): Session {
    const guardedFunction = (recorded: RecordedFunction): RecordedFunction => ({
      ...recorded,
      run: (feeds, onTimes) => this.guard(recorded.run(feeds, onTimes)),
    });
    return {
      placement: session.placement,
      variable: (name, shape, value) => session.variable(name, shape, value),
      scratch: (name, shape) => session.scratch(name, shape),
      record: async (name, feeds, fn) => guardedFunction(await this.guard(session.record(name, feeds, fn))),
      read: names => this.guard(session.read(names)),
      write: values => this.guard(session.write(values)),
      // Closing asks all workers, one of whom may be gone; the process ends soon, and with it the session.
      close: () => {},
    };
  }

  /** Tells the workers that the run has ended, so that they end too; those that cannot be told see the chief go. */
  async end(how: ClusterEnd): Promise<void> {
    this.watching = false;
    endWithoutWaiting();
    const told = Promise.allSettled(this.controls.map(control => control.tellEnd(how)));
    await Promise.race([told, sleep(10_000)]);
  }

  private get others(): { worker: number; address: string }[] {
    const { addresses, task } = this.cluster;
    return addresses.map((address, worker) => ({ worker, address })).filter(({ worker }) => worker !== task);
  }

  /** Asks all workers until each has answered; those that have are no longer missing. */
  private async meet(missing: Set<string>): Promise<void> {
    const meetOne = async ({ address }: { address: string }, index: number) => {
      while (this.watching && !(await this.answers(address, this.controls[index]!)))
        await sleep(ROUND_MILLISECONDS);
      missing.delete(address);
    };
    await Promise.all(this.others.map(meetOne));
  }

  /** True where a worker can be spoken with: it has given its variables their first values. */
  private async answers(address: string, control: Control): Promise<boolean> {
    if (!(await isReachable(address))) return false;
    return control.wantsStop().then(
      () => true,
      () => false,
    );
  }

  /** Looks after the workers until the end. */
  private async watch(): Promise<void> {
    const presence = new Presence();
    while (this.watching) {
      const gone = await presence.gone(this.others.map(({ address }) => address));
      if (gone.length > 0 && this.watching) return this.work.giveUp(lost(gone));
      await sleep(ROUND_MILLISECONDS, undefined, { ref: false });
    }
  }

  /** Asks a worker again and again whether it was asked to stop; one that is frozen no longer says. */
  private async listenTo(control: Control, address: string): Promise<void> {
    let heard = performance.now();
    let unanswered = 0;
    while (this.watching) {
      const wantsStop = await control.wantsStop().catch(() => undefined);
      if (wantsStop) return this.stopping.abort(new Error('a worker was asked to stop'));
      const now = performance.now();
      unanswered = wantsStop === undefined ? unanswered + 1 : 0;
      if (unanswered === 0) heard = now;
      if (unanswered >= UNANSWERED && now - heard >= this.silence && this.watching)
        return this.work.giveUp(silent(address));
      await sleep(ROUND_MILLISECONDS, undefined, { ref: false });
    }
  }

  private async unreachable(): Promise<string[]> {
    const found = await Promise.all(
      this.others.map(async ({ address }) => ((await isReachable(address)) ? [] : [address])),
    );
    return found.flat();
  }
}

const lost = (addresses: readonly string[]): Fault =>
  new Fault(
    `the ${addresses.length === 1 ? 'worker' : 'workers'} at ${addresses.join(', ')} ${addresses.length === 1 ? 'is' : 'are'} gone, and the training with it`,
    {
      remedy:
        'Start all processes again with --resume and the same --set: the run goes on from its last checkpoint.',
    },
  );

const silent = (address: string): Fault =>
  new Fault(`the worker at ${address} no longer answers, and the training waits for it`, {
    remedy:
      'See whether its process is stopped or its machine overloaded, end it, and start all processes again with --resume and the same --set: the run goes on from its last checkpoint.',
  });

const notThere = (addresses: readonly string[]): Fault =>
  new Fault(`workers of the cluster do not come up: ${addresses.join(', ')}`, {
    remedy:
      'Start the same command on each of their machines with its own task in TF_CONFIG, and see that the chief can reach their ports.',
  });
