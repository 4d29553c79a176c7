import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../../engine/cluster.ts';
import { endWithoutWaiting } from '../../engine/end-at-once.ts';
import { openEngine } from '../../engine/engine.ts';
import { type ClusterEnd, Control } from './control.ts';
import { isReachable } from './reachable.ts';

/** For workers that are about to come up. */
const PATIENCE_MILLISECONDS = 30_000;

/** Tells workers that a run has ended before its chief has gathered them, so that they do not wait for it. */
export async function tellWorkers(cluster: Cluster, end: ClusterEnd): Promise<void> {
  await openEngine();
  endWithoutWaiting();
  const tell = async (worker: number) => {
    while (!(await isReachable(cluster.addresses[worker]!))) await sleep(500);
    const control = new Control(cluster, worker, false);
    // Its variables have no values until it has opened its own session.
    while (
      !(await control.wantsStop().then(
        () => true,
        () => false,
      ))
    )
      await sleep(500);
    await control.tellEnd(end);
  };
  const workers = cluster.addresses.map((_, worker) => worker).filter(worker => worker !== cluster.task);
  await Promise.race([Promise.allSettled(workers.map(tell)), sleep(PATIENCE_MILLISECONDS)]);
}
