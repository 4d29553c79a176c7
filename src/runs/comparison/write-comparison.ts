import { join } from 'node:path';
import { formatAllRuns } from '../../evaluation/comparison/all-runs-table.ts';
import { innerEyeColumns } from '../../evaluation/structure-metrics.ts';
import { writeFileAtomically } from '../../foundation/atomic-file.ts';
import { drawScatter } from '../../report/charts/scatter.ts';
import type { MeasuredRun } from './measured-run.ts';

/** InnerEye's name of what the tests say. */
const TESTS_FILE = 'BaselineComparisonWilcoxonSignedRankTestResults.txt';

/**
 * Writes InnerEye's files of a comparison: MetricsAcrossAllRuns.csv, the text of the tests, and for each run beside the
 * first `scatterplots/<other>_vs_<first>.svg` (Dice).
 * @returns the files
 */
export async function writeComparison(
  folder: string,
  runs: readonly MeasuredRun[],
  tests: readonly string[],
): Promise<string[]> {
  const table = runs.map(({ name, mode, rows, attributes }) => ({
    name,
    mode,
    rows,
    attributesOf: (patient: string) => attributes.get(patient) ?? {},
  }));
  const [first, ...others] = runs;
  const files: [string, string][] = [
    ['MetricsAcrossAllRuns.csv', formatAllRuns(table)],
    [TESTS_FILE, `${tests.join('\n')}\n`],
    ...others.map((other): [string, string] => [
      join('scatterplots', `${other.name}_vs_${first!.name}.svg`),
      `${drawScatter(first!, other, innerEyeColumns[0]!).text}\n`,
    ]),
  ];
  for (const [name, text] of files) await writeFileAtomically(join(folder, name), text);
  return files.map(([name]) => join(folder, name));
}
