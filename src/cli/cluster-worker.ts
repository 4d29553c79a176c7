import type { TrainingSettings } from '../config/schema/configuration.ts';
import type { Cluster } from '../engine/cluster.ts';
import { Fault } from '../foundation/fault.ts';
import { InterruptedError, interruption } from './interruption.ts';

/** What the chief of a cluster does; where that fails before it has gathered its workers, they are told not to wait. */
export async function asChief<T>(cluster: Cluster | undefined, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (cluster) {
      const [{ haveGathered }, { tellWorkers }] = await Promise.all([
        import('../runs/cluster/workers.ts'),
        import('../runs/cluster/tell-workers.ts'),
      ]);
      if (!haveGathered())
        await tellWorkers(cluster, error instanceof InterruptedError ? 'cancelled' : 'failed');
    }
    throw error;
  }
}

/** Computes for the chief of a cluster, which has run, events and results, until the run has ended. */
export async function computeForChief(cluster: Cluster, training: TrainingSettings): Promise<void> {
  const { task, addresses } = cluster;
  console.log(`process ${task + 1} of ${addresses.length} computes for the chief at ${addresses[0]}`);
  const signal = interruption('Asking the chief to stop after a checkpoint');
  const { workForChief } = await import('../runs/cluster/work.ts');
  const end = await workForChief(cluster, training, { signal });
  if (end === 'cancelled') throw new InterruptedError('interrupted');
  if (end === 'failed') throw new Fault('the run has failed', { remedy: 'The chief says why.' });
}
