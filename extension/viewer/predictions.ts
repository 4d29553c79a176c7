import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { SubjectList } from '../../src/contracts/viewer.ts';
import { readTable } from '../../src/dataset/table.ts';
import { parseMetrics } from '../../src/evaluation/metrics-table.ts';
import { extendedColumns, type MetricsRow } from '../../src/evaluation/structure-metrics.ts';
import { Fault } from '../../src/foundation/fault.ts';
import { RUN_FILES, SPLIT_FOLDERS } from '../../src/runs/run-folder.ts';

/** A subject that a run predicted. */
export interface Prediction {
  readonly run: string;
  readonly subject: string;
  /** The predicted label map. */
  readonly file: string;
  /** The first channel of its scan. */
  readonly scan: string;
  readonly hasTruth: boolean;
  /** The subjects that were predicted with it. */
  readonly subjects: SubjectList;
}

const SEGMENTATION = 'segmentation.nii.gz';

/**
 * A prediction of a run: of a subject, or the first of the splits predicted at the end (test before validation).
 * @throws Fault where there is none
 */
export async function findPrediction(run: string, subject?: string): Promise<Prediction> {
  for (const split of [SPLIT_FOLDERS.test, SPLIT_FOLDERS.validation, SPLIT_FOLDERS.train]) {
    const folder = join(run, RUN_FILES.evaluation, split);
    const subjects = await subjectsIn(folder);
    const chosen = subject ?? subjects[0];
    if (chosen !== undefined && subjects.includes(chosen)) return describe(run, folder, chosen, subjects);
  }
  throw new Fault(
    subject === undefined
      ? 'the run has not predicted anything yet'
      : `the run has not predicted "${subject}"`,
    {
      place: { file: run },
      remedy: 'Predictions are written when the training ends; resume the run if it was stopped.',
    },
  );
}

/** The prediction that a label map of a run is, at its end or at a validation; undefined where it is none. */
export async function predictionOfFile(run: string, file: string): Promise<Prediction | undefined> {
  if (basename(file) !== SEGMENTATION) return undefined;
  const folder = dirname(dirname(file));
  const subject = basename(dirname(file));
  return describe(run, folder, subject, await subjectsIn(folder)).catch(() => undefined);
}

async function describe(
  run: string,
  folder: string,
  subject: string,
  ids: readonly string[],
): Promise<Prediction> {
  const table = await readTable(join(run, 'dataset.csv'));
  const rows = table.rows.filter(({ cells }) => cells.get('subject') === subject);
  const scan = rows.find(({ cells }) => cells.get('channel') === 'image0')?.cells.get('filePath');
  if (scan === undefined) {
    throw new Fault(`the run does not say where the scan of "${subject}" is`, {
      place: { file: table.file },
      remedy: 'Open its segmentation.nii.gz and lay it over the scan with “Overlay”.',
    });
  }
  return {
    run,
    subject,
    file: join(folder, subject, SEGMENTATION),
    scan,
    hasTruth: rows.some(({ cells }) => /^(labels|structure\d+)$/.test(cells.get('channel') ?? '')),
    subjects: listSubjects(run, subject, ids, await metricsIn(folder)),
  };
}

async function subjectsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter(entry => entry.isDirectory()).map(({ name }) => name);
  const predicted = await Promise.all(
    folders.map(async name => (await readdir(join(folder, name))).includes(SEGMENTATION)),
  );
  return folders.filter((_, index) => predicted[index]).sort();
}

async function metricsIn(folder: string): Promise<MetricsRow[]> {
  for (const name of ['metrics_extended.csv', 'metrics.csv']) {
    const file = join(folder, name);
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined) return parseMetrics(text, file);
  }
  return [];
}

/** Subjects with the mean of each metric over their structures, and with the Dice of each structure. */
export function listSubjects(
  run: string,
  current: string,
  ids: readonly string[],
  rows: readonly MetricsRow[],
): SubjectList {
  const columns = extendedColumns.filter(
    ({ name, better }) => better !== 'neither' && rows.some(row => !Number.isNaN(row[name])),
  );
  const structures = [...new Set(rows.map(({ structure }) => structure))].sort();
  const perStructure = structures.length > 1 ? structures : [];
  return {
    run,
    current,
    metrics: [...columns.map(({ title }) => title), ...perStructure.map(name => `Dice ${name}`)],
    subjects: ids.map(id => {
      const own = rows.filter(({ patient }) => patient === id);
      const values = Object.fromEntries(
        columns.map(({ name, title }) => [title, mean(own.map(row => row[name]))]),
      );
      for (const name of perStructure)
        values[`Dice ${name}`] = mean(own.filter(row => row.structure === name).map(row => row.dice));
      return { id, values };
    }),
  };
}

/** Of the finite values; null where there is none. */
function mean(values: readonly number[]): number | null {
  const finite = values.filter(Number.isFinite);
  return finite.length === 0 ? null : finite.reduce((sum, value) => sum + value, 0) / finite.length;
}
