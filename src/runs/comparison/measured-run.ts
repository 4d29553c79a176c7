import { readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { readTable } from '../../dataset/table.ts';
import { parseMetrics } from '../../evaluation/metrics-table.ts';
import type { MetricsRow } from '../../evaluation/structure-metrics.ts';
import { unguardCsvText } from '../../foundation/csv.ts';
import { ENSEMBLE_FOLDER } from '../nest-runs.ts';
import { openRun, RUN_FILES, type Run, SPLIT_FOLDERS } from '../run-folder.ts';

/** InnerEye's names of the splits. */
export type Mode = (typeof SPLIT_FOLDERS)[keyof typeof SPLIT_FOLDERS];

/** A run, or a folder with the metrics of one (InnerEye's too), with what was measured on a split. */
export interface MeasuredRun {
  readonly name: string;
  /** As it was named, absolute. */
  readonly folder: string;
  /** Absent for a folder with metrics alone. */
  readonly run?: Run;
  readonly mode: Mode;
  /** Holds metrics.csv and a folder with the prediction of each subject. */
  readonly results: string;
  readonly rows: readonly MetricsRow[];
  /** Further columns of the data set by subject, such as `institutionId`. */
  readonly attributes: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** What is measured first, where nothing is said. */
const MODES: readonly Mode[] = [SPLIT_FOLDERS.test, SPLIT_FOLDERS.validation, SPLIT_FOLDERS.train];

/**
 * Reads what was measured in a run.
 * @param mode default: the test split, or the validation split of a run without one
 * @returns undefined for a run that was not (yet) measured, or whose task has no structures
 * @throws Fault where the folder is neither a run nor has a metrics.csv, or a file is broken
 */
export async function readMeasuredRun(path: string, mode?: Mode): Promise<MeasuredRun | undefined> {
  const folder = resolve(path);
  const loose = join(folder, 'metrics.csv');
  if ((await exists(loose)) && !(await exists(join(folder, RUN_FILES.manifest)))) {
    return {
      name: basename(folder),
      folder,
      mode: mode ?? MODES.find(name => name === basename(folder)) ?? SPLIT_FOLDERS.test,
      results: folder,
      rows: parseMetrics(await readFile(loose, 'utf8'), loose),
      attributes: await readAttributes(join(folder, 'dataset.csv')),
    };
  }
  const opened = await openRun(folder);
  const run = await measuredOf(opened);
  for (const found of mode ? [mode] : MODES) {
    const results = join(run.folder, RUN_FILES.evaluation, found);
    const file = await firstOf(['metrics_extended.csv', 'metrics.csv'].map(name => join(results, name)));
    if (file === undefined || run.manifest.task !== 'segmentation') continue;
    const rows = parseMetrics(await readFile(file, 'utf8'), file);
    const attributes = await readAttributes(join(run.folder, 'dataset.csv'));
    return { name: opened.manifest.id, folder, run, mode: found, results, rows, attributes };
  }
  return undefined;
}

/** What was measured of a cross-validation is its ensemble. */
async function measuredOf(run: Run): Promise<Run> {
  if (run.manifest.kind !== 'cross-validation') return run;
  return openRun(join(run.folder, ENSEMBLE_FOLDER)).catch(() => run);
}

async function readAttributes(file: string): Promise<Map<string, Record<string, string>>> {
  if (!(await exists(file))) return new Map();
  const { rows } = await readTable(file);
  return new Map(
    rows.map(({ cells }) => [
      unguardCsvText(cells.get('subject') ?? ''),
      Object.fromEntries([...cells].map(([name, value]) => [name, unguardCsvText(value)])),
    ]),
  );
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

async function firstOf(files: readonly string[]): Promise<string | undefined> {
  for (const file of files) if (await exists(file)) return file;
  return undefined;
}
