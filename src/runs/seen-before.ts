import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SPLIT_FILE } from '../contracts/split.ts';
import type { Split } from '../dataset/dataset.ts';
import { readSplit } from './run-split.ts';

/**
 * What to say where a training starts from the weights of a run that was trained on subjects it is tested on, or chooses
 * its checkpoint by; undefined where it was not, or where nothing is known of it.
 * @param source folder of the run, or one of its checkpoints.
 */
export async function seenBefore(source: string, split: Split): Promise<string | undefined> {
  const isRun = (await stat(source).catch(() => undefined))?.isDirectory();
  // RUN/checkpoints/best.safetensors
  const run = isRun ? source : dirname(dirname(source));
  const known = await readSplit(run).catch(() => undefined);
  if (!known) return undefined;
  const trained = new Set(known.train);
  for (const name of ['test', 'validation'] as const) {
    const seen = split[name].filter(({ id }) => trained.has(id)).map(({ id }) => id);
    if (seen.length === 0) continue;
    const few = seen.slice(0, 3).join(', ') + (seen.length > 3 ? ', …' : '');
    return (
      `the run whose weights this one starts from was trained on ${seen.length} of its ${split[name].length} ${name} subjects ` +
      `(${few}): what is measured on them flatters. Take over its split: dataset.splits.file: ${join(run, SPLIT_FILE)}`
    );
  }
  return undefined;
}
