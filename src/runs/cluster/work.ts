import { setTimeout as sleep } from 'node:timers/promises';
import type { TrainingSettings } from '../../config/schema/configuration.ts';
import type { Cluster } from '../../engine/cluster.ts';
import { endWithoutWaiting } from '../../engine/end-at-once.ts';
import { openEngine } from '../../engine/engine.ts';
import { startServer } from '../../engine/server.ts';
import { Fault } from '../../foundation/fault.ts';
import { deviceFor, notSpread, serverSettings } from '../engine-session.ts';
import { type ClusterEnd, Control } from './control.ts';
import { isReachable, Presence } from './reachable.ts';
import { PATIENCE_MINUTES } from './workers.ts';

const ROUND_MILLISECONDS = 500;

/**
 * Computes what the chief of a cluster sends until it says how the run has ended.
 * @param signal asks the chief to stop; its word still comes, so that all processes end alike.
 * @throws Fault where the chief does not come up or is gone.
 */
export async function workForChief(
  cluster: Cluster,
  training: TrainingSettings,
  { signal, patienceMinutes = PATIENCE_MINUTES }: { signal: AbortSignal; patienceMinutes?: number },
): Promise<ClusterEnd> {
  if (training.device === 'javascript') throw notSpread();
  const engine = await openEngine(training.threads > 0 ? { threads: training.threads } : {});
  startServer(cluster, serverSettings(training, deviceFor(training.device, engine), engine.threads));
  endWithoutWaiting();
  const control = new Control(cluster, cluster.task, true);
  const chief = cluster.addresses[0]!;
  const presence = new Presence();
  const deadline = performance.now() + patienceMinutes * 60_000;
  let met = false;
  let asked = false;
  for (;;) {
    const ended = await control.ended();
    if (ended) return ended;
    if (signal.aborted && !met) throw signal.reason;
    if (signal.aborted && !asked) {
      await control.askToStop();
      asked = true;
    }
    met ||= await isReachable(chief);
    if (met && (await presence.gone([chief])).length > 0) {
      throw new Fault(`the chief at ${chief} is gone, and the training with it`, {
        remedy:
          'Start all processes again with --resume and the same --set: the run goes on from its last checkpoint.',
      });
    }
    if (!met && performance.now() > deadline) {
      throw new Fault(`the chief at ${chief} does not come up`, {
        remedy:
          'Start the same command there with task 0 in TF_CONFIG, and see that its port can be reached.',
      });
    }
    await sleep(ROUND_MILLISECONDS);
  }
}
