import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEvents, validEvents } from '../contracts/event-history.ts';
import type { RunEvent } from '../contracts/events.ts';
import { manifestSchema } from '../contracts/run.ts';
import { parseTable } from '../dataset/table.ts';
import { parseMetrics } from '../evaluation/metrics-table.ts';
import {
  parseModelOutputs,
  parseScalarIntervals,
  parseScalarMetrics,
} from '../evaluation/scalar/scalar-files.ts';
import { mainMetric } from '../evaluation/scalar/scalar-metrics.ts';
import type { MetricsRow } from '../evaluation/structure-metrics.ts';
import { unguardCsvText } from '../foundation/csv.ts';
import { Fault } from '../foundation/fault.ts';
import type {
  CurvePoint,
  ReportData,
  ScalarSplit,
  SplitResults,
  ThumbnailFile,
  TrainingCurves,
} from './report-data.ts';
import { thumbnailSchema } from './thumbnail.ts';

const evaluationFolder = 'best_validation_epoch';
const MAIN_METRICS: readonly string[] = [mainMetric('classification'), mainMetric('regression')];

/**
 * Reads what a report needs from the folder of a run. What a run has not got (yet) is left out; what was not meant to
 * be a thumbnail is passed over.
 * @param folder absolute path
 * @throws Fault where the folder is no run, or one of its files is damaged
 */
export async function loadReportData(folder: string): Promise<ReportData> {
  const manifest = await readText(join(folder, 'run.json'));
  if (manifest === undefined) {
    throw new Fault('this is not the folder of a run: it has no run.json', {
      place: { file: folder },
      remedy: 'Name a folder that `innereye train` made.',
    });
  }
  const run = manifestSchema.safeParse(parseJson(manifest));
  if (!run.success) {
    throw new Fault('the manifest of the run is damaged', {
      place: { file: join(folder, 'run.json') },
      remedy: 'Restore run.json from a copy; checkpoints and results are not affected.',
    });
  }
  const names = ['Test', 'Val', 'Train'];
  const scalar = run.data.task !== 'segmentation';
  const splits = scalar ? [] : await Promise.all(names.map(name => loadSplit(folder, name)));
  const scalarSplits = scalar ? await Promise.all(names.map(name => loadScalarSplit(folder, name))) : [];
  return {
    folder,
    run: run.data,
    settings: (await readText(join(folder, 'config.resolved.yaml'))) ?? '',
    curves: curvesOf(validEvents(parseEvents((await readText(join(folder, 'events.ndjson'))) ?? ''))),
    splits: splits.filter(split => split !== undefined),
    scalarSplits: scalarSplits.filter(split => split !== undefined),
  };
}

async function loadSplit(run: string, name: string): Promise<SplitResults | undefined> {
  const folder = `${evaluationFolder}/${name}`;
  const rows = await readRows(join(run, folder));
  if (rows === undefined) return undefined;
  const segmentations = new Map<string, string>();
  const folders = new Set(await names(join(run, folder)));
  for (const { patient } of rows) {
    if (folders.has(patient)) segmentations.set(patient, `${folder}/${patient}/segmentation.nii.gz`);
  }
  return {
    name,
    folder,
    rows,
    segmentations,
    thumbnails: await readThumbnails(join(run, folder, 'thumbnails')),
  };
}

async function loadScalarSplit(run: string, name: string): Promise<ScalarSplit | undefined> {
  const folder = join(run, evaluationFolder, name);
  const outputs = join(folder, 'model_outputs.csv');
  const metrics = join(folder, 'metrics.csv');
  const [outputText, metricsText] = await Promise.all([readText(outputs), readText(metrics)]);
  if (outputText === undefined || metricsText === undefined) return undefined;
  return {
    name,
    rows: parseModelOutputs(outputText, outputs),
    metrics: parseScalarMetrics(metricsText, metrics),
    intervals: parseScalarIntervals(metricsText, metrics),
    scans: await scansOf(join(run, DATASET_FILES[name]!)),
    thumbnails: await readThumbnails(join(folder, 'thumbnails')),
  };
}

/** InnerEye's lists of a run's subjects, by the folders of its results. */
const DATASET_FILES: Readonly<Record<string, string>> = {
  Train: 'train_dataset.csv',
  Val: 'val_dataset.csv',
  Test: 'test_dataset.csv',
};

/** The first file of each subject in a list. */
async function scansOf(file: string): Promise<Map<string, string>> {
  const text = await readText(file);
  const scans = new Map<string, string>();
  for (const { cells } of text === undefined ? [] : parseTable(text, file).rows) {
    const [subject, path] = [unguardCsvText(cells.get('subject') ?? ''), cells.get('filePath') ?? ''];
    if (path !== '' && !scans.has(subject)) scans.set(subject, unguardCsvText(path));
  }
  return scans;
}

async function readRows(folder: string): Promise<MetricsRow[] | undefined> {
  for (const name of ['metrics_extended.csv', 'metrics.csv']) {
    const file = join(folder, name);
    const text = await readText(file);
    if (text !== undefined) return parseMetrics(text, file);
  }
  return undefined;
}

async function readThumbnails(folder: string): Promise<ThumbnailFile[]> {
  const found = (await names(folder)).filter(name => name.endsWith('.json')).sort();
  const thumbnails = await Promise.all(
    found.map(async name => {
      const text = await readText(join(folder, name));
      const thumbnail = thumbnailSchema.safeParse(parseJson(text ?? ''));
      const png = await readFile(join(folder, name.replace(/json$/, 'png'))).catch(() => undefined);
      return thumbnail.success && png ? { ...thumbnail.data, png } : undefined;
    }),
  );
  return thumbnails.filter(thumbnail => thumbnail !== undefined);
}

/** Curves of a training, epochs counted from 1. */
export function curvesOf(events: readonly RunEvent[]): TrainingCurves {
  const loss: CurvePoint[] = [];
  const learningRate: CurvePoint[] = [];
  const dice = new Map<string, Map<number, number>>();
  const score = new Map<number, number>();
  for (const event of events) {
    if (event.type === 'epoch') {
      const epoch = event.epoch + 1;
      if (event.loss !== null) loss.push({ epoch, value: event.loss });
      learningRate.push({ epoch, value: event.learningRate });
    } else if (event.type === 'metric' && event.split === 'validation' && event.name.startsWith('Dice/')) {
      const name = event.name.slice('Dice/'.length);
      const points = dice.get(name) ?? new Map<number, number>();
      dice.set(name, points);
      // The first value of an epoch is that of the validation in training; the evaluation at the end says it again.
      if (event.value !== null && !points.has(event.epoch + 1)) points.set(event.epoch + 1, event.value);
    }
  }
  for (const event of events) {
    if (event.type !== 'metric' || event.split !== 'validation' || event.value === null) continue;
    if (MAIN_METRICS.includes(event.name) && !score.has(event.epoch + 1))
      score.set(event.epoch + 1, event.value);
  }
  const validationScore = [...score].map(([epoch, value]) => ({ epoch, value }));
  const validationDice = [...dice].map(([name, points]) => ({
    name,
    points: [...points].map(([epoch, value]) => ({ epoch, value })),
  }));
  return { loss, learningRate, validationDice, validationScore };
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new Fault(`the file cannot be read: ${(error as Error).message}`, {
      place: { file },
      remedy: 'Check its permissions and the disk.',
      cause: error,
    });
  }
}

const names = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
