import { join } from 'node:path';
import type { RunRows } from '../../evaluation/comparison/all-runs-table.ts';
import type { ScalarRun } from '../../evaluation/cross-validation/aggregate-scalar.ts';
import { type MeasuredRun, type Mode, readMeasuredRun } from '../../runs/comparison/measured-run.ts';
import { readOutputs, readScalarMetrics } from '../../runs/ensemble/combine-outputs.ts';
import { ENSEMBLE_FOLDER } from '../../runs/nest-runs.ts';
import { SPLIT_FOLDERS } from '../../runs/run-folder.ts';
import { readSplit } from '../../runs/run-split.ts';
import type { CrossValidation } from './cross-validation-folder.ts';
import { foldFolder } from './cross-validation-folder.ts';

/** InnerEye's name of the ensemble among the folds. */
export const ENSEMBLE = 'ENSEMBLE';

const MODES = [SPLIT_FOLDERS.validation, SPLIT_FOLDERS.test] as const;

/** Names of the folds, as InnerEye's files have them, and their runs; the ensemble, if it was made, last. */
const sources = ({ folder, folds }: Pick<CrossValidation, 'folder' | 'folds'>): [string, string][] => [
  ...Array.from({ length: folds }, (_, index): [string, string] => [`${index}`, foldFolder(folder, index)]),
  [ENSEMBLE, join(folder, ENSEMBLE_FOLDER)],
];

/** Reads what was measured in a segmentation's folds and its ensemble, on validation and test subjects. */
export async function readFoldResults(
  own: Pick<CrossValidation, 'folder' | 'folds'>,
): Promise<MeasuredRun[]> {
  const found: MeasuredRun[] = [];
  for (const mode of MODES) {
    for (const [name, run] of sources(own)) {
      const measured = await readMeasuredRun(run, mode);
      if (measured) found.push({ ...measured, name });
    }
  }
  return found;
}

/** The same as rows of InnerEye's tables. */
export const asRunRows = ({ name, mode, rows, attributes }: MeasuredRun): RunRows => ({
  name,
  mode,
  rows,
  attributesOf: (patient: string) => attributes.get(patient) ?? {},
});

/**
 * Reads what was measured in the folds and the ensemble of a task without structures.
 * @throws Fault where results of one are missing or broken: the others alone would not be those of a cross-validation
 */
export async function readScalarFoldResults(
  own: Pick<CrossValidation, 'folder' | 'folds' | 'settings'>,
): Promise<ScalarRun[]> {
  const splits = (['validation', 'test'] as const).filter(
    split => split === 'validation' || own.settings.inference.splits.includes(split),
  );
  const found: ScalarRun[] = [];
  for (const split of splits) {
    for (const [name, run] of sources(own)) {
      // An ensemble has no validation subjects: a member has trained on each of them.
      if ((await readSplit(run))[split].length === 0) continue;
      const [rows, metrics] = [await readOutputs(run, split), await readScalarMetrics(run, split)];
      found.push({ name, mode: SPLIT_FOLDERS[split] satisfies Mode, rows, metrics });
    }
  }
  return found;
}
