import { join } from 'node:path';
import type { ScalarConfiguration } from '../../config/schema/configuration.ts';
import { tellsClasses } from '../../config/tells-classes.ts';
import type { SplitName, Subject } from '../../dataset/dataset.ts';
import { targetNames } from '../../dataset/scalar/parse-target.ts';
import { scanName, visitsOf } from '../../dataset/visits.ts';
import { tempered } from '../../evaluation/scalar/calibration.ts';
import { labelled, type ScalarRow } from '../../evaluation/scalar/row.ts';
import {
  chooseThresholds,
  mainMetric,
  named,
  scalarMetrics,
} from '../../evaluation/scalar/scalar-metrics.ts';
import { makeFolder } from '../../foundation/folder.ts';
import type { PreparedHandle } from '../../pipeline/prepare-subjects.ts';
import { writeScanThumbnail } from '../../report/scan-thumbnail.ts';
import { extremesOf } from '../../report/sections/extreme-cases.ts';
import { activationOf } from '../../training/losses/scalar-loss.ts';
import { RUN_FILES, SPLIT_FOLDERS } from '../run-folder.ts';
import type { RunTask, TaskInputs } from '../run-task.ts';
import { EpochOutputs } from './epoch-outputs.ts';
import { measureRows } from './measure-rows.ts';
import { predictRows, type RowPrediction } from './predict-rows.ts';
import { chosenThresholds, type Scoring, scoringOf, writeScoring } from './scoring.ts';

type Evaluation = Pick<
  RunTask,
  'scoreName' | 'epochMetrics' | 'validated' | 'validate' | 'settle' | 'evaluate'
>;

interface Parts {
  readonly inputs: TaskInputs;
  readonly prediction: RowPrediction & { readonly handles: ReadonlyMap<string, PreparedHandle> };
}

/** How a classification, regression or sequence is measured while it trains and when it has trained. */
export function evaluateScalar(settings: ScalarConfiguration, { inputs, prediction }: Parts): Evaluation {
  const { folder, split, fold, signal, emit } = inputs;
  const kind = tellsClasses(settings) ? 'classification' : 'regression';
  const main = mainMetric(kind);
  const exclusive = activationOf(settings) === 'softmax';
  const outputsOf = (name: 'train' | 'validation') =>
    new EpochOutputs(join(folder, SPLIT_FOLDERS[name], 'metrics.csv'), SPLIT_FOLDERS[name], fold);
  const outputs = { train: outputsOf('train'), validation: outputsOf('validation') };

  const predict = async (subjects: readonly Subject[], onSubject?: (done: number) => void) => {
    const rows: ScalarRow[] = [];
    for (const [index, subject] of subjects.entries()) {
      signal.throwIfAborted();
      onSubject?.(index);
      rows.push(...(await predictRows(subject, prediction)));
    }
    return rows;
  };

  /** Of the training subjects: they tell how much the model has learned by heart, and choose nothing. */
  const watchTraining = async (at: { epoch: number; step: number } | undefined) => {
    const rows = await predict(split.train);
    if (!at) return;
    const epoch = at.epoch - 1;
    await outputs.train.add(epoch, rows);
    for (const [name, value] of Object.entries(named(scalarMetrics(kind, rows, chooseThresholds(rows))))) {
      const known = Number.isFinite(value) ? value : null;
      emit({ type: 'metric', epoch, step: at.step, split: 'train', name, value: known });
    }
  };

  const validate: RunTask['validate'] = async at => {
    if (settings.validation.training_subjects) await watchTraining(at);
    const rows = await predict(split.validation);
    if (at) await outputs.validation.add(at.epoch - 1, rows);
    const metrics = scalarMetrics(kind, rows, chooseThresholds(rows));
    return { score: metrics.score, metrics: { [main]: metrics.score, ...named(metrics) } };
  };

  const score = async (): Promise<Scoring | undefined> => {
    if (settings.task === 'regression' || kind === 'regression' || split.validation.length === 0)
      return undefined;
    const calibrated = settings.evaluation.calibration === 'temperature';
    const scoring = scoringOf(await predict(split.validation), { calibrated, exclusive });
    await writeScoring(folder, scoring);
    return scoring;
  };
  let scoring: Scoring | undefined;
  const settle = async () => {
    scoring = await score();
  };

  const evaluate = async (name: SplitName) => {
    const subjects = split[name];
    const total = subjects.length;
    const phase = `predicting ${name}`;
    const raw = await predict(subjects, done => emit({ type: 'progress', phase, done, total }));
    const rows = scoring && scoring.temperature !== 1 ? tempered(raw, scoring.temperature, exclusive) : raw;
    const thresholds = scoring && chosenThresholds(scoring);
    emit({ type: 'progress', phase, done: total, total });
    const results = await measureRows(settings, rows, { folder, split: name, fold, thresholds });
    if (prediction.size) {
      const place = join(folder, RUN_FILES.evaluation, SPLIT_FOLDERS[name], 'thumbnails');
      await writeExtremes(place, subjects, rows, prediction.handles);
    }
    return results;
  };

  const columns = Object.keys(named(scalarMetrics(kind, noRows(targetNames(settings.dataset.targets)))));
  return {
    scoreName: `validation/${main}`,
    epochMetrics: { train: settings.validation.training_subjects ? columns : [], validation: columns },
    validated: split.validation.length,
    validate: split.validation.length > 0 ? validate : undefined,
    settle,
    evaluate,
  };
}

/** Slices of the best and worst cases, for the report; of visits that of the last that is told of. */
async function writeExtremes(
  folder: string,
  subjects: readonly Subject[],
  rows: readonly ScalarRow[],
  handles: ReadonlyMap<string, PreparedHandle>,
): Promise<void> {
  await makeFolder(folder);
  const targets = [...new Set(rows.map(({ target }) => target))];
  const shown = new Map<string, ScalarRow>();
  for (const target of targets) {
    const { worst, best } = extremesOf(labelled(rows).filter(row => row.target === target));
    for (const row of [...worst, ...best]) shown.set(row.subject, row);
  }
  for (const { subject: id, position } of shown.values()) {
    const subject = subjects.find(one => one.id === id)!;
    const visit = visitsOf(subject).find(one => position === undefined || one.position === position)!;
    const prepared = await handles.get(scanName(subject, visit))!.load();
    await writeScanThumbnail(folder, id, { ...prepared, data: prepared.images[0]! });
  }
}

const noRows = (targets: readonly string[]): ScalarRow[] =>
  targets.map(target => ({ subject: '', target, output: Number.NaN, label: Number.NaN }));
