import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { SPLIT_FILE } from '../contracts/split.ts';
import { Fault } from '../foundation/fault.ts';
import { DATASET_FILES } from './dataset-files.ts';
import { VALIDATION_FOLDER } from './keep-validation.ts';
import { JOB_LOG, RUN_FILES, reportFile, SPLIT_FOLDERS } from './run-folder.ts';
import { SCORING_FILE } from './scalar/scoring.ts';
import { TABLE_FACTS_FILE } from './scalar/table-facts.ts';

/** What stands directly in the folder of a run and is its training's; all else was added later. */
const OF_TRAINING: ReadonlySet<string> = new Set(
  [
    ...Object.values(RUN_FILES),
    ...Object.values(SPLIT_FOLDERS),
    ...DATASET_FILES,
    SPLIT_FILE,
    SCORING_FILE,
    TABLE_FACTS_FILE,
    VALIDATION_FOLDER,
    JOB_LOG,
    reportFile('any'),
  ].map(topOf),
);

/** Whether a path relative to a run is what its training wrote, or lies in a folder of that. */
export const isOfTraining = (path: string): boolean => OF_TRAINING.has(topOf(path));

function topOf(path: string): string {
  return path.split(/[\\/]/)[0]!;
}

/**
 * Makes sure that an output neither replaces nor joins what the training of a run wrote: those are its records.
 * @param output a file or folder, which need not be there; links on the way to it are followed
 * @throws Fault naming the run
 */
export async function refuseInTraining(output: string): Promise<void> {
  const path = await realPathOf(resolve(output));
  const run = runAround(path);
  if (run === undefined || !isOfTraining(relative(run, path))) return;
  throw new Fault('the output would lie among what the training of a run wrote', {
    place: { file: output },
    remedy: `Choose another name or folder for the output, such as ${join(run, 'predictions')}.`,
  });
}

/** The nearest folder above a path that is a run. */
function runAround(path: string): string | undefined {
  const folder = dirname(path);
  if (existsSync(join(folder, RUN_FILES.manifest))) return folder;
  return folder === path ? undefined : runAround(folder);
}

/** A path without links, as far as it is there. */
async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const folder = dirname(path);
    return folder === path ? path : join(await realPathOf(folder), relative(folder, path));
  }
}
