import { setTimeout as wait } from 'node:timers/promises';
import { attempt, type NodeContext } from './attempt.ts';
import type { Clusters } from './clusters.ts';
import { milliseconds } from './duration.ts';
import type { Job } from './job.ts';

/** How long a job is in the states around its work. */
export interface Pace {
  readonly queuedMilliseconds: number;
  readonly preparingMilliseconds: number;
}

export interface Execution extends NodeContext {
  readonly clusters: Clusters;
  readonly pace: () => Pace;
}

/**
 * A command from the queue to its end. Nodes that are taken away put it back into the queue, where it waits for others and
 * begins again: what it had written into mounted outputs is there, nothing else.
 */
export async function runCommand(
  job: Job,
  context: Execution,
  searchSpace: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { signal } = job.cancel;
  const timeout = job.properties.limits?.timeout;
  let timer: NodeJS.Timeout | undefined;
  try {
    for (;;) {
      job.become('Queued');
      const nodes = job.properties.resources?.instanceCount ?? 1;
      const lease = await clusterOf(job, context).acquire(job.name, nodes, signal);
      try {
        await wait(context.pace().queuedMilliseconds, undefined, { signal });
        job.become('Preparing');
        await wait(context.pace().preparingMilliseconds, undefined, { signal });
        job.attempts++;
        if (timeout) timer ??= setTimeout(() => job.requestCancel(), milliseconds(timeout)).unref();
        const outcome = await attempt(job, nodes, context, searchSpace);
        if (outcome.ended === 'preempted' && !signal.aborted) continue;
        if (signal.aborted) job.become('Canceled');
        else if (outcome.ended === 'exited' && outcome.code === 0) job.become('Completed');
        else job.become('Failed', failure(outcome.ended === 'exited' ? outcome.code : 137));
        return;
      } finally {
        lease.release();
      }
    }
  } catch (error) {
    if (signal.aborted) job.become('Canceled');
    else job.become('Failed', { code: 'UserError', message: (error as Error).message });
  } finally {
    clearTimeout(timer);
  }
}

function clusterOf(job: Job, { clusters }: Execution) {
  const name = job.properties.computeId!.split('/').at(-1)!;
  const cluster = clusters.get(name);
  if (!cluster) throw new Error(`The compute '${name}' is gone.`);
  return cluster;
}

const failure = (code: number): { code: string; message: string } => ({
  code: 'UserError',
  message: `Execution failed. User process 'bash' exited with status code ${code}. Please check log file 'user_logs/std_log.txt' for error details.`,
});
