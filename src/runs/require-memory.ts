import { machineMemory } from '../config/load-configuration.ts';
import { estimateStepMemory, formatBytes } from '../config/memory.ts';
import type { Configuration } from '../config/schema/configuration.ts';
import { Fault } from '../foundation/fault.ts';

/** The estimate is rough: what is somewhat above the machine's memory may still fit, twice as much does not. */
const HOPELESS = 2;

/**
 * Refuses a training step that cannot fit into this machine, before it takes all memory from everybody.
 * @throws Fault
 */
export function requireMemory(settings: Configuration): void {
  if (settings.task !== 'segmentation') return;
  const needed = estimateStepMemory(settings)?.total ?? 0;
  const there = machineMemory();
  if (needed <= HOPELESS * there) return;
  throw new Fault(
    `one training step needs about ${formatBytes(needed)} of memory, and this machine has ${formatBytes(there)}`,
    {
      remedy:
        'Set training.recompute: true, or lower sampling.crop_size, training.batch_size or architecture.features; `innereye plan` finds a size that fits.',
    },
  );
}
