import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ScalarRow } from '../../evaluation/scalar/row.ts';
import { parseModelOutputs, parseScalarMetrics } from '../../evaluation/scalar/scalar-files.ts';
import { Fault } from '../../foundation/fault.ts';
import { type Combination, combinePosteriors, combineValues } from '../../inference/combine-posteriors.ts';
import { RUN_FILES, SPLIT_FOLDERS } from '../run-folder.ts';
import { chosenThresholds, type Scoring } from '../scalar/scoring.ts';

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
 * @param exclusive whether the classes of a subject exclude each other, so that a member votes for its most probable one
 * @throws Fault where a member leaves out a subject of another
 */
export function combineOutputs(
  members: readonly (readonly ScalarRow[])[],
  combination: Combination,
  folders: readonly string[],
  exclusive: boolean,
): ScalarRow[] {
  const known = members.map(rows => new Map(rows.map(row => [keyOf(row), row.output])));
  const valuesOf = (row: ScalarRow) =>
    known.map((outputs, member) => {
      const value = outputs.get(keyOf(row));
      if (value !== undefined) return value;
      throw new Fault(`a member of the ensemble says nothing of the subject "${row.subject}"`, {
        place: { file: folders[member]!, subject: row.subject },
        remedy: 'Make an ensemble of runs that were tested on the same subjects.',
      });
    });
  if (exclusive && combination.method === 'majority')
    return votesOfVisits(members[0]!, valuesOf, combination);
  return members[0]!.map(row => ({ ...row, output: combineValues(valuesOf(row), combination) }));
}

/** Votes for one of several classes, which need all of a subject's, or of its visit's, at once. */
function votesOfVisits(
  rows: readonly ScalarRow[],
  valuesOf: (row: ScalarRow) => readonly number[],
  combination: Combination,
): ScalarRow[] {
  const visits = new Map<string, ScalarRow[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.subject, row.position]);
    visits.set(key, [...(visits.get(key) ?? []), row]);
  }
  const shares = new Map<string, number>();
  for (const visit of visits.values()) {
    const values = visit.map(valuesOf);
    const posteriors = values[0]!.map((_, member) => Float32Array.from(values, own => own[member]!));
    const joint = combinePosteriors(posteriors, 1, combination);
    visit.forEach((row, at) => {
      shares.set(keyOf(row), joint[at]!);
    });
  }
  return rows.map(row => ({ ...row, output: shares.get(keyOf(row))! }));
}

const keyOf = ({ subject, target, position }: ScalarRow): string =>
  JSON.stringify([subject, target, position]);

/** Thresholds of classes: the mean of those that the members chose on their validation subjects, if they had any. */
export function meanThresholds(members: readonly (Scoring | undefined)[]): Map<string, number> {
  const thresholds = new Map<string, number[]>();
  for (const scoring of members) {
    for (const [target, value] of scoring ? chosenThresholds(scoring) : []) {
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
