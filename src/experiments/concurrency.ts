import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { machineMemory } from '../config/load-configuration.ts';
import { estimateStepMemory, formatBytes } from '../config/memory.ts';
import type { Configuration } from '../config/schema/configuration.ts';
import type { Concurrency } from './executor.ts';

export interface Machine {
  readonly cores: number;
  readonly memoryBytes: number;
  /** Names of the GPUs that may be used, as `CUDA_VISIBLE_DEVICES` takes them. */
  readonly gpus: readonly string[];
}

/** Share of the memory that trainings may take. */
const MEMORY_SHARE = 0.9;

/** This machine, as trainings may use it. */
export async function thisMachine(environment: NodeJS.ProcessEnv = process.env): Promise<Machine> {
  const visible = environment.CUDA_VISIBLE_DEVICES;
  const gpus = visible === undefined ? await listGpus() : visibleGpus(visible);
  return { cores: availableParallelism(), memoryBytes: machineMemory(), gpus };
}

/** CUDA takes names up to the first that is none, such as -1. */
function visibleGpus(names: string): string[] {
  const gpus = names.split(',').map(name => name.trim());
  const end = gpus.findIndex(name => name === '' || name.startsWith('-'));
  return end < 0 ? gpus : gpus.slice(0, end);
}

/** Numbers of the GPUs that the driver knows; none where there is no driver. */
async function listGpus(): Promise<string[]> {
  const query = ['--query-gpu=index', '--format=csv,noheader'];
  const found = await promisify(execFile)('nvidia-smi', query, { timeout: 10_000 }).catch(() => undefined);
  return (found?.stdout ?? '').split('\n').filter(line => /^\d+$/.test(line.trim()));
}

/** Whether a training of these settings computes on a GPU. */
export const usesGpu = ({ training }: Configuration, { gpus }: Machine): boolean =>
  gpus.length > 0 && (training.device === 'gpu' || training.device === 'auto');

/**
 * How many trainings of these settings run at once. Left to choose, no more than compute without disturbing each other:
 * one on each GPU, or as many as the cores have threads for.
 * @param wanted 0: left to choose
 */
export function concurrencyFor(settings: Configuration, machine: Machine, wanted = 0): Concurrency {
  const free = usesGpu(settings, machine) ? byGpus(machine) : byCores(settings, machine);
  const chosen: Concurrency =
    wanted === 0
      ? free
      : wanted <= free.count
        ? { count: wanted, reason: `${atOnce(wanted)}, as was asked for` }
        : { count: wanted, reason: `${atOnce(wanted)}, as was asked for; ${shared(settings, machine)}` };
  const needed = estimateOf(settings);
  const fitting =
    needed === undefined ? chosen.count : Math.floor((MEMORY_SHARE * machine.memoryBytes) / needed);
  if (fitting >= chosen.count || needed === undefined) return chosen;
  const count = Math.max(1, fitting);
  const memory = `a training needs about ${formatBytes(needed)} of ${formatBytes(machine.memoryBytes)} of memory`;
  return { count, reason: `${atOnce(count)}: ${memory}` };
}

const byGpus = ({ gpus }: Machine): Concurrency => ({
  count: gpus.length,
  reason: gpus.length === 1 ? 'one at a time, on the one GPU' : `${gpus.length} at once, one on each GPU`,
});

function byCores({ training: { threads } }: Configuration, { cores }: Machine): Concurrency {
  if (threads === 0) {
    return {
      count: 1,
      reason: `one at a time, as each uses all ${cores} cores (training.threads: 0); with fewer threads several run at once`,
    };
  }
  const count = Math.max(1, Math.floor(cores / threads));
  return {
    count,
    reason: `${atOnce(count)}: ${cores} cores, ${threads === 1 ? 'one thread' : `${threads} threads`} each`,
  };
}

/** Why more at once than is free will hardly be quicker. */
const shared = (settings: Configuration, machine: Machine): string =>
  usesGpu(settings, machine)
    ? `they share ${machine.gpus.length === 1 ? 'one GPU' : `${machine.gpus.length} GPUs`}, so that all together are hardly quicker`
    : `they share ${machine.cores} cores, so that all together are hardly quicker`;

/** Estimates are known of segmentation on the processor's memory; a GPU has its own. */
function estimateOf(settings: Configuration): number | undefined {
  return settings.task === 'segmentation' ? estimateStepMemory(settings)?.total : undefined;
}

const atOnce = (count: number): string => (count === 1 ? 'one at a time' : `${count} at once`);
