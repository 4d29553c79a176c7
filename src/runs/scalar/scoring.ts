import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { scoringSchema } from '../../contracts/table-facts.ts';
import { parseJson } from '../../dataset/json-file.ts';
import { calibrationError, fitTemperature, tempered } from '../../evaluation/scalar/calibration.ts';
import type { ScalarRow } from '../../evaluation/scalar/row.ts';
import { chooseThresholds } from '../../evaluation/scalar/scalar-metrics.ts';
import { writeFileAtomically } from '../../foundation/atomic-file.ts';

/** What the validation subjects fix about posteriors, kept with the run for prediction. */
export interface Scoring {
  /** Logits are divided by it. */
  readonly temperature: number;
  /** Of each class: the one with the largest sensitivity + specificity; null where the subjects have one class only. */
  readonly thresholds: Readonly<Record<string, number | null>>;
  /** Expected calibration error on the validation subjects, over all classes; null where nothing determines it. */
  readonly calibration_error: { readonly before: number | null; readonly after: number | null };
}

/** In the folder of a run. */
export const SCORING_FILE = 'scoring.json';

/** What follows from posteriors of the validation subjects, which are never those that are evaluated. */
export function scoringOf(
  validation: readonly ScalarRow[],
  { calibrated, exclusive }: { calibrated: boolean; exclusive: boolean },
): Scoring {
  const temperature = calibrated ? fitTemperature(validation, exclusive) : 1;
  const rows = calibrated ? tempered(validation, temperature, exclusive) : validation;
  return {
    temperature,
    thresholds: Object.fromEntries(
      [...chooseThresholds(rows)].map(([target, value]) => [target, Number.isNaN(value) ? null : value]),
    ),
    calibration_error: { before: calibrationError(validation), after: calibrationError(rows) },
  };
}

/** The thresholds that could be chosen. */
export const chosenThresholds = ({ thresholds }: Scoring): Map<string, number> =>
  new Map(Object.entries(thresholds).filter((entry): entry is [string, number] => entry[1] !== null));

export const writeScoring = (folder: string, scoring: Scoring): Promise<void> =>
  writeFileAtomically(join(folder, SCORING_FILE), `${JSON.stringify(scoring, null, 1)}\n`);

/** Undefined where the run has none: it predicts numbers, or had nothing to validate on. @throws Fault where it is broken. */
export async function readScoring(folder: string): Promise<Scoring | undefined> {
  const file = join(folder, SCORING_FILE);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : parseJson(text, file, scoringSchema);
}
