import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from '../contracts/run.ts';
import { openRun, RUN_FILES } from './run-folder.ts';
import { readRunSettings } from './run-settings.ts';

/** A setting in which two runs differ. */
export interface Difference {
  /** Path such as `optimizer.learning_rate`. */
  readonly setting: string;
  readonly values: readonly [unknown, unknown];
}

/** Settings and results in which two runs differ, and whether their weights are the same where both have some. */
export async function compareRuns(
  first: string,
  second: string,
): Promise<{ settings: Difference[]; results: Difference[]; identicalWeights?: boolean }> {
  const [a, b] = await Promise.all([openRun(first), openRun(second)]);
  const [settingsA, settingsB] = await Promise.all([readRunSettings(a.folder), readRunSettings(b.folder)]);
  const weights = [a, b].map(({ folder }) => join(folder, RUN_FILES.best)) as [string, string];
  return {
    settings: differences(settingsA, settingsB),
    results: differences(resultsOf(a.manifest), resultsOf(b.manifest)),
    ...(weights.every(existsSync) && { identicalWeights: await sameFile(...weights) }),
  };
}

/** What a run reached: its results, and its best validation, which a run that was stopped has too. */
const resultsOf = ({ best, results }: Manifest): Record<string, number | null> => ({
  ...results,
  ...(best && { [`${best.metric} (best)`]: best.value }),
});

/** Whether two files have the same bytes; false where one is missing. */
export async function sameFile(a: string, b: string): Promise<boolean> {
  try {
    const [one, other] = await Promise.all([readFile(a), readFile(b)]);
    return one.equals(other);
  } catch {
    return false;
  }
}

/** Settings (or results) in which two values differ, by path. */
export function differences(a: unknown, b: unknown, path = ''): Difference[] {
  if (isObject(a) && isObject(b)) {
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
    return keys.flatMap(key => differences(a[key], b[key], path ? `${path}.${key}` : key));
  }
  return JSON.stringify(a) === JSON.stringify(b) ? [] : [{ setting: path, values: [a, b] }];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
