import { z } from 'zod';
import { Fault } from '../foundation/fault.ts';
import type { Placement } from './placement.ts';

/** The processes that train together, and which of them this one is. Number 0, the chief, feeds and keeps the weights. */
export interface Cluster {
  /** `host:port` of each. */
  readonly addresses: readonly string[];
  readonly task: number;
}

const addresses = z.array(z.string().regex(/^.+:\d+$/, 'an address is written host:port')).default([]);

/** `TF_CONFIG`, as TensorFlow's own distribution strategies read it. */
const tfConfigSchema = z.object({
  cluster: z.object({ chief: addresses, worker: addresses, ps: addresses }).partial().optional(),
  task: z.object({ type: z.string(), index: z.coerce.number().int().min(0) }).optional(),
});

/**
 * The cluster that the environment's `TF_CONFIG` names; undefined where there is none, or one process only.
 * @throws Fault where it cannot be understood.
 */
export function clusterOf(environment: NodeJS.ProcessEnv = process.env): Cluster | undefined {
  const text = environment.TF_CONFIG;
  if (!text) return undefined;
  const { cluster, task } = parse(text);
  const { chief = [], worker = [], ps = [] } = cluster ?? {};
  if (ps.length > 0) {
    throw wrong('it names parameter servers, and weights are kept by the first worker', {
      remedy: 'Leave `ps` out; on AzureML set `parameterServerCount` to 0.',
    });
  }
  const all = [...chief, ...worker];
  if (all.length < 2) return undefined;
  if (task === undefined) throw wrong('it does not say which task this process is');
  const index = task.type === 'chief' ? task.index : chief.length + task.index;
  const known = task.type === 'chief' ? task.index < chief.length : task.type === 'worker';
  if (!known || all[index] === undefined)
    throw wrong(`it names no ${task.type} ${task.index}, which this process shall be`);
  return { addresses: all, task: index };
}

function parse(text: string): z.output<typeof tfConfigSchema> {
  try {
    return tfConfigSchema.parse(JSON.parse(text));
  } catch (error) {
    throw wrong(error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message, {
      cause: error,
    });
  }
}

const wrong = (why: string, { remedy, cause }: { remedy?: string; cause?: unknown } = {}) =>
  new Fault(`TF_CONFIG in the environment does not describe a cluster: ${why}`, {
    remedy:
      remedy ??
      'Write {"cluster": {"worker": ["host0:port", "host1:port"]}, "task": {"type": "worker", "index": 0}}, or unset it to train alone.',
    cause,
  });

/** The name of the job that all processes are tasks of. */
export const JOB = 'worker';

/** TensorFlow's name of all devices of a process. */
export const taskName = (task: number): string => `/job:${JOB}/replica:0/task:${task}`;

/** As many devices in each process; the chief feeds and keeps what no device is named for. */
export function clusterPlacement(
  { addresses: { length } }: Cluster,
  kind: 'cpu' | 'gpu',
  devices: number,
): Placement {
  const ofTask = (task: number) =>
    Array.from({ length: devices }, (_, index) => `${taskName(task)}/device:${kind.toUpperCase()}:${index}`);
  return {
    devices: Array.from({ length }, (_, task) => ofTask(task)).flat(),
    host: `${taskName(0)}/device:CPU:0`,
    rest: taskName(0),
  };
}
