import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../foundation/fault.ts';
import { checkpointName, stepOfCheckpoint } from './checkpoint-name.ts';
import { openRun, RUN_FILES } from './run-folder.ts';

/**
 * The checkpoint that a run wrote after an epoch (counted from 1), or its latest.
 * @throws Fault where it is not kept; it says which are.
 */
export async function findCheckpoint(runFolder: string, epoch?: number): Promise<string> {
  const { manifest } = await openRun(runFolder);
  const folder = join(runFolder, RUN_FILES.checkpoints);
  const steps = (await readdir(folder).catch(() => [] as string[]))
    .map(stepOfCheckpoint)
    .filter(step => step !== undefined)
    .sort((a, b) => a - b);
  const stepsPerEpoch = manifest.plan?.stepsPerEpoch ?? 1;
  const wanted = epoch === undefined ? steps.at(-1) : epoch * stepsPerEpoch;
  if (wanted !== undefined && steps.includes(wanted)) return join(folder, checkpointName(wanted));
  const kept = steps.map(step => step / stepsPerEpoch).join(', ');
  throw new Fault(
    epoch === undefined ? 'the run has no checkpoint' : `the run keeps no checkpoint of epoch ${epoch}`,
    {
      place: { file: folder },
      remedy: kept
        ? `There are checkpoints of epoch ${kept}; \`training.keep_checkpoints\` says how many are kept.`
        : 'Train it for an epoch first.',
    },
  );
}
