import type { AzureWorkspace, Job } from '../workspace.ts';

/** Jobs of the workspace that are looked through for those that wait before one; older ones have hardly not begun yet. */
const LOOKED_THROUGH = 200;

/**
 * Why a job waits, as far as the service tells, and how many wait before it for the same cluster; undefined of a job that
 * does not wait.
 */
export async function reasonToWait(workspace: AzureWorkspace, job: Job): Promise<string | undefined> {
  if (job.status !== 'Queued' || job.cluster === undefined) return undefined;
  const [why, before] = await Promise.all([whyIn(workspace, job), waitingBefore(workspace, job)]);
  const queue =
    before === 0 ? undefined : before === 1 ? 'one job waits before it' : `${before} jobs wait before it`;
  const parts = [why, queue].filter(part => part !== undefined);
  return parts.length === 0 ? undefined : parts.join('; ');
}

async function whyIn(workspace: AzureWorkspace, { cluster, waiting }: Job): Promise<string | undefined> {
  if (waiting !== undefined) return waiting;
  const { problems, nodes } = await workspace.cluster(cluster!);
  if (problems.length > 0) return problems.join(' ');
  if (nodes.current < nodes.maximum) return undefined;
  return nodes.maximum === 1
    ? `the one node of ${cluster} is in use`
    : `all ${nodes.maximum} nodes of ${cluster} are in use`;
}

async function waitingBefore(workspace: AzureWorkspace, { name, cluster, createdAt }: Job): Promise<number> {
  if (createdAt === undefined) return 0;
  const time = Date.parse(createdAt);
  let [seen, before] = [0, 0];
  for await (const other of workspace.jobs()) {
    if (++seen > LOOKED_THROUGH) break;
    if (other.name === name || other.status !== 'Queued' || other.cluster !== cluster) continue;
    if (other.createdAt !== undefined && Date.parse(other.createdAt) < time) before++;
  }
  return before;
}
