import type { Distribution } from './job.ts';

/** One process of a job: what is its own in the environment, and the file that its output goes to. */
export interface Task {
  readonly log: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** How many processes a job has on so many nodes. */
export function taskCount(distribution: Distribution | null | undefined, nodes: number): number {
  if (!distribution) return 1;
  if (distribution.distributionType === 'TensorFlow')
    return (distribution.workerCount ?? nodes) + (distribution.parameterServerCount ?? 0);
  return nodes * (distribution.processCountPerInstance ?? 1);
}

/**
 * The processes of a job: one, or as many as its distribution says, all on this machine. `ports` has a free one for each
 * process. Environment variables: https://learn.microsoft.com/azure/machine-learning/how-to-train-distributed-gpu
 */
export function tasksOf(
  distribution: Distribution | null | undefined,
  nodes: number,
  ports: readonly number[],
): Task[] {
  if (!distribution) return [{ log: 'user_logs/std_log.txt', environment: {} }];
  if (distribution.distributionType === 'TensorFlow') return tensorflowTasks(distribution, nodes, ports);
  const perNode = distribution.processCountPerInstance ?? 1;
  const size = taskCount(distribution, nodes);
  return Array.from({ length: size }, (_, rank) => ({
    log: `user_logs/std_log_process_${String(rank).padStart(String(size - 1).length, '0')}.txt`,
    environment:
      distribution.distributionType === 'Mpi'
        ? {
            OMPI_COMM_WORLD_RANK: String(rank),
            OMPI_COMM_WORLD_SIZE: String(size),
            OMPI_COMM_WORLD_LOCAL_RANK: String(rank % perNode),
            OMPI_COMM_WORLD_LOCAL_SIZE: String(perNode),
          }
        : {
            RANK: String(rank),
            WORLD_SIZE: String(size),
            LOCAL_RANK: String(rank % perNode),
            NODE_RANK: String(Math.floor(rank / perNode)),
            MASTER_ADDR: '127.0.0.1',
            MASTER_PORT: String(ports[0]),
          },
  }));
}

function tensorflowTasks(distribution: Distribution, nodes: number, ports: readonly number[]): Task[] {
  const workers = distribution.workerCount ?? nodes;
  const servers = distribution.parameterServerCount ?? 0;
  const addresses = (from: number, count: number): string[] =>
    ports.slice(from, from + count).map(port => `127.0.0.1:${port}`);
  const cluster = {
    worker: addresses(0, workers),
    ...(servers > 0 && { ps: addresses(workers, servers) }),
  };
  const task = (type: 'worker' | 'ps', index: number): Task => ({
    log: `user_logs/std_log_${type}_${index}.txt`,
    environment: { TF_CONFIG: JSON.stringify({ cluster, task: { type, index }, environment: 'cloud' }) },
  });
  return [
    ...Array.from({ length: workers }, (_, index) => task('worker', index)),
    ...Array.from({ length: servers }, (_, index) => task('ps', index)),
  ];
}
