import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatAllRuns } from '../../evaluation/comparison/all-runs-table.ts';
import {
  formatAllOutputs,
  formatScalarAggregates,
  type ScalarRun,
} from '../../evaluation/cross-validation/aggregate-scalar.ts';
import { formatOutliers } from '../../evaluation/cross-validation/fold-outliers.ts';
import {
  formatResultsByMode,
  formatResultsByModeAndStructure,
} from '../../evaluation/cross-validation/results-by-mode.ts';
import { formatAggregates, formatMetrics } from '../../evaluation/metrics-table.ts';
import { innerEyeColumns, type MetricsRow } from '../../evaluation/structure-metrics.ts';
import { writeFileAtomically } from '../../foundation/atomic-file.ts';
import { formatColumns } from '../../foundation/columns.ts';
import { makeFolder } from '../../foundation/folder.ts';
import { drawFoldBoxPlot } from '../../report/charts/fold-box-plot.ts';
import type { MeasuredRun } from '../../runs/comparison/measured-run.ts';
import { asRunRows, ENSEMBLE } from './fold-results.ts';

/** InnerEye's folder of the results of a cross-validation, in its own. */
export const RESULTS_FOLDER = 'CrossValResults';

/** What statistical tests say, in lines: between folds on the same subjects, and between institutions. */
export interface TestTexts {
  readonly wilcoxon: readonly string[];
  readonly mannWhitney: readonly string[];
}

/**
 * Writes InnerEye's `CrossValResults`: `<fold>/<Split>/metrics.csv` and `ENSEMBLE/…`, MetricsAcrossAllRuns.csv,
 * metrics_aggregates.csv, box plots by fold, outliers, results by split and structure, and the texts of the tests. Figures
 * are SVG where InnerEye's are JPEG.
 */
export async function writeCrossValResults(
  folder: string,
  measured: readonly MeasuredRun[],
  tests: TestTexts,
): Promise<void> {
  const place = join(folder, RESULTS_FOLDER);
  const write = (name: string, text: string) => writeFileAtomically(join(place, name), text);
  const runs = measured.map(asRunRows);
  const modes = [...new Set(runs.map(({ mode }) => mode))];
  for (const { name, mode, rows, run } of measured) {
    await write(join(name, mode, 'metrics.csv'), formatMetrics(rows));
    await copyDataset(run?.folder, join(place, name));
  }
  await write('MetricsAcrossAllRuns.csv', formatAllRuns(runs));
  await write('ResultsByMode.csv', formatResultsByMode(runs));
  await write('ResultsByModeAndStructure.csv', formatResultsByModeAndStructure(runs));
  for (const mode of modes) {
    const own = runs.filter(run => run.mode === mode);
    await write(`${mode}_outliers.txt`, formatOutliers(own));
    for (const metric of innerEyeColumns.slice(0, 2)) {
      await write(`${metric.column}_${mode}_splits.svg`, `${drawFoldBoxPlot(own, metric, true).text}\n`);
    }
  }
  await write('metrics_aggregates.csv', formatAggregates(foldRows(measured)));
  await write('CrossValidationWilcoxonSignedRankTestResults.txt', textOf(tests.wilcoxon));
  await write('CrossValidationMannWhitneyTestResults.txt', textOf(tests.mannWhitney));
  await write('RunDictionary.txt', dictionary(measured));
}

/** The same of a task without structures: what each model says of each subject, and metrics over the folds. */
export async function writeScalarCrossValResults(folder: string, runs: readonly ScalarRun[]): Promise<void> {
  const place = join(folder, RESULTS_FOLDER);
  await writeFileAtomically(join(place, 'MetricsAcrossAllRuns.csv'), formatAllOutputs(runs));
  const folds = runs.filter(({ name }) => name !== ENSEMBLE);
  await writeFileAtomically(join(place, 'metrics_aggregates.csv'), formatScalarAggregates(folds));
  await copyDataset(folder, place);
}

/** Each validation subject once, by the fold that had not trained on it. */
const foldRows = (measured: readonly MeasuredRun[]): MetricsRow[] =>
  measured.filter(({ name, mode }) => mode === 'Val' && name !== ENSEMBLE).flatMap(({ rows }) => rows);

const NOTHING = 'There were not enough data points for any statistically meaningful comparisons.';

const textOf = (lines: readonly string[]): string => `${lines.length === 0 ? NOTHING : lines.join('\n')}\n`;

/** Which run is meant by a name in the tables. */
function dictionary(measured: readonly MeasuredRun[]): string {
  const names = new Map(measured.map(({ name, folder }) => [name, folder]));
  return `${formatColumns([...names]).join('\n')}\n`;
}

async function copyDataset(from: string | undefined, to: string): Promise<void> {
  if (from === undefined) return;
  await makeFolder(to);
  await copyFile(join(from, 'dataset.csv'), join(to, 'dataset.csv'));
}
