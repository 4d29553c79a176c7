import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { SubjectList } from '../../src/contracts/viewer.ts';
import { readTable, type Table } from '../../src/dataset/table.ts';
import { Fault } from '../../src/foundation/fault.ts';
import { ENSEMBLE_FOLDER } from '../../src/runs/nest-runs.ts';
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
  const found =
    (await predictionIn(run, subject)) ?? (await predictionIn(join(run, ENSEMBLE_FOLDER), subject));
  if (found) return found;
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

/** A cross-validation has no predictions of its own, but its ensemble has. */
async function predictionIn(run: string, subject: string | undefined): Promise<Prediction | undefined> {
  for (const split of [SPLIT_FOLDERS.test, SPLIT_FOLDERS.validation, SPLIT_FOLDERS.train]) {
    const folder = join(run, RUN_FILES.evaluation, split);
    const subjects = await subjectsIn(folder);
    const chosen = subject ?? subjects[0];
    if (chosen !== undefined && subjects.includes(chosen)) return describe(run, folder, chosen, subjects);
  }
  return undefined;
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

/** The metrics of a split: of each patient and structure one row. */
async function metricsIn(folder: string): Promise<Table | undefined> {
  const names = await readdir(folder).catch(() => [] as string[]);
  const name = ['metrics_extended.csv', 'metrics.csv'].find(each => names.includes(each));
  return name === undefined ? undefined : readTable(join(folder, name));
}

/** Subjects with the mean of each metric over their structures, and with the Dice of each structure. */
export function listSubjects(
  run: string,
  current: string,
  ids: readonly string[],
  table: Table | undefined,
): SubjectList {
  const rows = table?.rows.map(({ cells }) => cells) ?? [];
  const metrics = (table?.columns ?? []).filter(
    column => !/^(Patient|Structure|.*Tolerance_mm)$/.test(column),
  );
  const structures = [...new Set(rows.map(cells => cells.get('Structure') ?? ''))].sort();
  const perStructure = structures.length > 1 && metrics.includes('Dice') ? structures : [];
  const valuesOf = (id: string) => {
    const own = rows.filter(cells => cells.get('Patient') === id);
    return Object.fromEntries([
      ...metrics.map(column => [column, mean(own.map(cells => cells.get(column)))]),
      ...perStructure.map(name => [
        `Dice ${name}`,
        mean(own.filter(cells => cells.get('Structure') === name).map(cells => cells.get('Dice'))),
      ]),
    ]);
  };
  return {
    run,
    current,
    metrics: [...metrics, ...perStructure.map(name => `Dice ${name}`)],
    subjects: ids.map(id => ({ id, values: valuesOf(id) })),
  };
}

/** Of the cells that are finite numbers; null where there is none. */
function mean(cells: readonly (string | undefined)[]): number | null {
  const finite = cells
    .filter(cell => cell !== undefined && cell !== '')
    .map(Number)
    .filter(Number.isFinite);
  return finite.length === 0 ? null : finite.reduce((sum, value) => sum + value, 0) / finite.length;
}
