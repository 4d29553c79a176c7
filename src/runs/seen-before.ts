import { stat } from 'node:fs/promises';
import { SPLIT_FILE } from '../contracts/split.ts';
import type { Split } from '../dataset/dataset.ts';
import { readSplit } from './run-split.ts';

/**
 * What to say where a training starts from the weights of a run that was trained on subjects it is tested on; undefined
 * where it was not, or where nothing is known of it.
 * @param source folder of the run, or a checkpoint file.
 */
export async function seenBefore(source: string, split: Split): Promise<string | undefined> {
  const isRun = (await stat(source).catch(() => undefined))?.isDirectory();
  if (!isRun) return undefined;
  const known = await readSplit(source).catch(() => undefined);
  if (!known) return undefined;
  const trained = new Set(known.train);
  const seen = split.test.filter(({ id }) => trained.has(id)).map(({ id }) => id);
  if (seen.length === 0) return undefined;
  const few = seen.slice(0, 3).join(', ') + (seen.length > 3 ? ', …' : '');
  return (
    `the run whose weights this one starts from was trained on ${seen.length} of its ${split.test.length} test subjects ` +
    `(${few}): what is measured on them flatters. Take over its split: dataset.splits.file: ${source}/${SPLIT_FILE}`
  );
}
