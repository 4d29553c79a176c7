import type { ScalarConfiguration, SegmentationConfiguration } from '../../config/schema/configuration.ts';
import { tellsClasses } from '../../config/tells-classes.ts';
import type { NewEvent } from '../../contracts/events.ts';
import type { Subject } from '../../dataset/dataset.ts';
import type { Combination } from '../../inference/combine-posteriors.ts';
import { activationOf } from '../../training/losses/scalar-loss.ts';
import { evaluateSplit } from '../evaluate-split.ts';
import { openRunModel } from '../predicting-model.ts';
import type { EvaluationResult } from '../run-task.ts';
import { measureRows } from '../scalar/measure-rows.ts';
import { readScoring } from '../scalar/scoring.ts';
import { Segmenter } from '../segmenter.ts';
import { combineOutputs, meanThresholds, readOutputs } from './combine-outputs.ts';
import type { NewEnsemble } from './make-ensemble.ts';

/** Predicts the test subjects with an ensemble and measures them, as a training does at its end. */
export async function evaluateEnsemble(
  ensemble: Pick<NewEnsemble, 'folder' | 'description' | 'settings'>,
  subjects: readonly Subject[],
  watch: { readonly signal: AbortSignal; emit(event: NewEvent): void },
): Promise<readonly EvaluationResult[]> {
  const { settings } = ensemble;
  return settings.task === 'segmentation'
    ? segmentAndMeasure({ ...ensemble, settings }, subjects, watch)
    : combineAndMeasure({ ...ensemble, settings });
}

async function segmentAndMeasure(
  { folder, settings }: { folder: string; settings: SegmentationConfiguration },
  subjects: readonly Subject[],
  watch: { readonly signal: AbortSignal; emit(event: NewEvent): void },
): Promise<EvaluationResult[]> {
  const model = await openRunModel(folder);
  const segmenter = await Segmenter.open(model);
  try {
    const { meanDice } = await evaluateSplit({
      ...watch,
      folder,
      split: 'test',
      subjects,
      settings,
      metrics: model.plugins.metrics,
      segment: loaded =>
        segmenter.segment(loaded, {
          posteriors: settings.inference.posteriors,
          onTile: () => watch.signal.throwIfAborted(),
        }),
    });
    return [{ name: 'Dice/AverageAcrossStructures', key: 'Dice', value: meanDice }];
  } finally {
    segmenter.close();
  }
}

/** What the members said of the test subjects is in their runs: it need not be computed again. */
async function combineAndMeasure({
  folder,
  settings,
  description: { method, members },
}: Pick<NewEnsemble, 'folder' | 'description'> & {
  settings: ScalarConfiguration;
}): Promise<EvaluationResult[]> {
  const folders = members.map(({ run }) => run);
  const combination: Combination = { method, weights: members.map(({ weight }) => weight) };
  const rows = combineOutputs(
    await Promise.all(folders.map(run => readOutputs(run, 'test'))),
    combination,
    folders,
    activationOf(settings) === 'softmax',
  );
  // Votes are a share of the members, whose thresholds mean nothing for it.
  const thresholds = !tellsClasses(settings)
    ? undefined
    : method === 'majority'
      ? new Map(rows.map(({ target }) => [target, 0.5]))
      : meanThresholds(await Promise.all(folders.map(readScoring)));
  return measureRows(settings, rows, { folder, split: 'test', thresholds });
}
