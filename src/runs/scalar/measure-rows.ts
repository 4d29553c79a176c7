import { join } from 'node:path';
import type { ScalarConfiguration } from '../../config/schema/configuration.ts';
import { tellsClasses } from '../../config/tells-classes.ts';
import type { SplitName } from '../../dataset/dataset.ts';
import { evaluateRows } from '../../evaluation/scalar/evaluate-rows.ts';
import type { ScalarRow } from '../../evaluation/scalar/row.ts';
import { formatModelOutputs, formatScalarMetrics } from '../../evaluation/scalar/scalar-files.ts';
import { mainMetric, named, scalarMetrics } from '../../evaluation/scalar/scalar-metrics.ts';
import { writeFileAtomically } from '../../foundation/atomic-file.ts';
import { makeFolder } from '../../foundation/folder.ts';
import { activationOf } from '../../training/losses/scalar-loss.ts';
import { RUN_FILES, SPLIT_FOLDERS } from '../run-folder.ts';
import type { EvaluationResult } from '../run-task.ts';

/** Where a split's predictions come from. */
interface Measured {
  /** Of the run or ensemble. */
  readonly folder: string;
  readonly split: SplitName;
  /** Of a cross-validation, where it is one. */
  readonly fold?: number | undefined;
  /** Of each class, chosen on validation subjects. */
  readonly thresholds?: ReadonlyMap<string, number> | undefined;
}

/**
 * Measures the final predictions of a split, of a run or an ensemble, and writes `model_outputs.csv` and `metrics.csv`.
 * @returns the main metric first
 */
export async function measureRows(
  settings: ScalarConfiguration,
  rows: readonly ScalarRow[],
  { folder, split, fold, thresholds }: Measured,
): Promise<EvaluationResult[]> {
  const kind = tellsClasses(settings) ? 'classification' : 'regression';
  const main = mainMetric(kind);
  const { byTarget, intervals, score } = evaluateRows(kind, rows, {
    thresholds,
    exclusive: activationOf(settings) === 'softmax',
    resamples: settings.evaluation.bootstrap,
    seed: settings.training.seed,
  });
  const place = join(folder, RUN_FILES.evaluation, SPLIT_FOLDERS[split]);
  await makeFolder(place);
  await writeFileAtomically(join(place, 'model_outputs.csv'), formatModelOutputs(rows, fold));
  await writeFileAtomically(join(place, 'metrics.csv'), formatScalarMetrics(byTarget, intervals));
  return [
    { name: main, key: main, value: score },
    ...Object.entries(named(scalarMetrics(kind, rows, thresholds)))
      .filter(([metric]) => metric !== main)
      .map(([metric, value]) => ({ name: metric, key: metric, value })),
  ];
}
