import { join } from 'node:path';
import type { SegmentationConfiguration } from '../config/schema/configuration.ts';
import type { NewEvent } from '../contracts/events.ts';
import type { LoadedSubject, SplitName, Subject } from '../dataset/dataset.ts';
import { loadSubject } from '../dataset/load-subject.ts';
import { evaluateSegmentation } from '../evaluation/evaluate-segmentation.ts';
import {
  formatAggregates,
  formatExtendedMetrics,
  formatMetrics,
  meanDiceBySubject,
} from '../evaluation/metrics-table.ts';
import type { MetricsRow } from '../evaluation/structure-metrics.ts';
import { writeFileAtomically } from '../foundation/atomic-file.ts';
import { makeFolder } from '../foundation/folder.ts';
import type { Probe } from '../foundation/probe.ts';
import type { SegmentedSubject } from '../inference/segment-subject.ts';
import { boxPlotFile } from '../report/box-plot-file.ts';
import { writeThumbnails } from '../report/thumbnails.ts';
import { spacingOf } from '../volume/volume.ts';
import { RUN_FILES, SPLIT_FOLDERS } from './run-folder.ts';
import type { RunPlugins } from './run-plugins.ts';
import { structureNames } from './run-settings.ts';
import { writePrediction } from './write-prediction.ts';

export interface SplitEvaluation {
  readonly folder: string;
  readonly split: SplitName;
  readonly subjects: readonly Subject[];
  readonly settings: SegmentationConfiguration;
  /** Metrics of plugins that are measured too. */
  readonly metrics: RunPlugins['metrics'];
  /** Predicts a subject, by one network or by several. */
  segment(subject: LoadedSubject): Promise<SegmentedSubject>;
  readonly signal: AbortSignal;
  emit(event: NewEvent): void;
  readonly probe?: Probe;
}

/**
 * Predicts the subjects of a split, measures them on the grids of their files, and writes InnerEye's folder
 * `best_validation_epoch/<Split>`: a folder a subject, metrics.csv, metrics_aggregates.csv, thumbnails.
 * @returns mean over subjects of their mean Dice, and the rows.
 */
export async function evaluateSplit(
  options: SplitEvaluation,
): Promise<{ meanDice: number; rows: MetricsRow[] }> {
  const { split, subjects, settings, signal, emit, probe } = options;
  const folder = join(options.folder, RUN_FILES.evaluation, SPLIT_FOLDERS[split]);
  await makeFolder(folder);
  const structures = structureNames(settings);
  const tolerance = settings.evaluation.surface_dice_tolerance_mm;
  const rows: MetricsRow[] = [];
  for (const [index, subject] of subjects.entries()) {
    signal.throwIfAborted();
    emit({ type: 'progress', phase: `predicting ${split}`, done: index, total: subjects.length });
    probe?.enter({ name: subject.id, setting: 'inference' });
    const loaded = await loadSubject(subject, settings.dataset);
    const segmented = await options.segment(loaded);
    probe?.leave();
    await writePrediction(join(folder, subject.id), segmented, structures);
    if (!loaded.labels) continue;
    const { shape, affine } = loaded;
    const measured = evaluateSegmentation(
      {
        patient: subject.id,
        prediction: segmented.labels,
        truth: loaded.labels,
        shape,
        spacing: spacingOf(affine),
        structures,
        drawn: loaded.drawn,
        ...(loaded.mask && { mask: loaded.mask }),
      },
      tolerance,
    );
    rows.push(
      ...measured.map(row => withPluginMetrics(row, options.metrics, segmented.labels, loaded, structures)),
    );
    await writeThumbnails(join(folder, 'thumbnails'), {
      subject: subject.id,
      image: { data: loaded.images[0]!, shape, affine },
      truth: loaded.labels,
      prediction: segmented.labels,
      structures: settings.dataset.structures,
    });
  }
  emit({ type: 'progress', phase: `predicting ${split}`, done: subjects.length, total: subjects.length });
  const incomplete = settings.dataset.allow_incomplete_labels ? subjects.length : undefined;
  await writeFileAtomically(join(folder, 'metrics.csv'), formatMetrics(rows));
  await writeFileAtomically(join(folder, 'metrics_extended.csv'), formatExtendedMetrics(rows));
  await writeFileAtomically(join(folder, 'metrics_aggregates.csv'), formatAggregates(rows, incomplete));
  if (rows.length > 0) await writeFileAtomically(join(folder, 'metrics_boxplot.svg'), boxPlotFile(rows));
  await writeFileAtomically(join(folder, 'ground_truth_ids.txt'), `${structures.join('\n')}\n`);
  await writeFileAtomically(
    join(folder, 'image_channel_ids.txt'),
    `${settings.dataset.channels.join('\n')}\n`,
  );
  const means = [...meanDiceBySubject(rows).values()].filter(value => !Number.isNaN(value));
  return { meanDice: means.reduce((sum, value) => sum + value, 0) / means.length, rows };
}

/** Adds what plugins measure: one further column each. */
function withPluginMetrics(
  row: MetricsRow,
  metrics: RunPlugins['metrics'],
  labels: Uint8Array,
  { labels: truth, shape, affine }: LoadedSubject,
  structures: readonly string[],
): MetricsRow {
  if (metrics.length === 0) return row;
  const label = structures.indexOf(row.structure) + 1;
  const only = (classes: Uint8Array) => classes.map(value => (value === label ? 1 : 0));
  const input = {
    prediction: only(labels),
    truth: only(truth!),
    shape,
    spacingMm: spacingOf(affine),
    structure: row.structure,
  };
  return { ...row, further: Object.fromEntries(metrics.map(({ name, measure }) => [name, measure(input)])) };
}
