import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ScalarRow } from '../../evaluation/scalar/row.ts';
import { parseModelOutputs, parseScalarMetrics } from '../../evaluation/scalar/scalar-files.ts';
import { Fault } from '../../foundation/fault.ts';
import { type Combination, combineValues } from '../../inference/combine-posteriors.ts';
import { RUN_FILES, SPLIT_FOLDERS } from '../run-folder.ts';

type SplitName = keyof typeof SPLIT_FOLDERS;

/** What a run says of the subjects of a split. @throws Fault where it was not evaluated there */
export async function readOutputs(run: string, split: SplitName): Promise<ScalarRow[]> {
  const file = join(run, RUN_FILES.evaluation, SPLIT_FOLDERS[split], 'model_outputs.csv');
  return parseModelOutputs(await readResult(file, run, split), file);
}

/** Metrics of a run on a split: by target, then by name. @throws Fault where it was not evaluated there */
export async function readScalarMetrics(
  run: string,
  split: SplitName,
): Promise<Map<string, Map<string, number>>> {
  const file = join(run, RUN_FILES.evaluation, SPLIT_FOLDERS[split], 'metrics.csv');
  return parseScalarMetrics(await readResult(file, run, split), file);
}

async function readResult(file: string, run: string, split: SplitName): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Fault(`the run was not evaluated on its ${split} split`, {
      place: { file: run },
      remedy: `Train with inference.splits: [${split}].`,
      cause: error,
    });
  }
}

/**
 * What an ensemble says of subjects, from what its members say of them.
 * @throws Fault where a member leaves out a subject of another
 */
export function combineOutputs(
  members: readonly (readonly ScalarRow[])[],
  combination: Combination,
  folders: readonly string[],
): ScalarRow[] {
  const known = members.map(rows => new Map(rows.map(row => [keyOf(row), row.output])));
  return members[0]!.map(row => {
    const values = known.map((outputs, member) => {
      const value = outputs.get(keyOf(row));
      if (value !== undefined) return value;
      throw new Fault(`a member of the ensemble says nothing of the subject "${row.subject}"`, {
        place: { file: folders[member]!, subject: row.subject },
        remedy: 'Make an ensemble of runs that were tested on the same subjects.',
      });
    });
    return { ...row, output: combineValues(values, combination) };
  });
}

const keyOf = ({ subject, target, position }: ScalarRow): string =>
  JSON.stringify([subject, target, position]);

/** Thresholds of classes: the mean of those that the members chose on their validation subjects. */
export function meanThresholds(
  validations: readonly ReadonlyMap<string, ReadonlyMap<string, number>>[],
): Map<string, number> {
  const thresholds = new Map<string, number[]>();
  for (const metrics of validations) {
    for (const [target, own] of metrics) {
      const value = own.get('optimal_threshold');
      if (value === undefined || Number.isNaN(value)) continue;
      thresholds.set(target, [...(thresholds.get(target) ?? []), value]);
    }
  }
  return new Map(
    [...thresholds].map(([target, values]) => [
      target,
      values.reduce((sum, value) => sum + value, 0) / values.length,
    ]),
  );
}
