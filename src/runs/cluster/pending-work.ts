import type { Fault } from '../../foundation/fault.ts';

/**
 * Work that can be given up all at once, when something is lost that it needs. What has ended is not held: a race with
 * one promise that never settles would keep the results of all.
 */
export class PendingWork {
  private readonly giveUps = new Set<(fault: Fault) => void>();
  private lost: Fault | undefined;

  /** The result of the work. @throws what the work does; or, sooner, what it was given up for. */
  result<T>(work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.giveUps.add(reject);
      work.then(resolve, reject).finally(() => this.giveUps.delete(reject));
      if (this.lost) reject(this.lost);
    });
  }

  /** Gives up all work, and what is still asked for. */
  giveUp(fault: Fault): void {
    this.lost = fault;
    for (const reject of this.giveUps) reject(fault);
  }
}
