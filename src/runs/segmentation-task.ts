import type { SegmentationConfiguration } from '../config/schema/configuration.ts';
import type { Split, Subject } from '../dataset/dataset.ts';
import { Predictor } from '../inference/predictor.ts';
import { segmentSubject } from '../inference/segment-subject.ts';
import { openBatchSource } from '../pipeline/batch-source.ts';
import { type CheckOptions, checkSubjects } from '../pipeline/check-subjects.ts';
import type { Storage } from '../pipeline/preparation.ts';
import { prepareSubjects } from '../pipeline/prepare-subjects.ts';
import { preprocessSubject } from '../pipeline/preprocess.ts';
import { AVERAGED, LAST } from '../training/learned.ts';
import { combine, lossComponents } from '../training/losses/build-loss.ts';
import { segmentationStep } from '../training/segmentation-step.ts';
import { evaluateSplit } from './evaluate-split.ts';
import { keepValidation } from './keep-validation.ts';
import { cropsPerStep, structureNames } from './run-settings.ts';
import type { PreparedTask, TaskInputs } from './run-task.ts';
import { modelOf } from './trained-model.ts';
import { validateVolumes } from './validate-volumes.ts';

const MEAN_DICE = 'Dice/AverageAcrossStructures';

/**
 * Reads and prepares the subjects of a segmentation.
 * @throws Fault with every subject that cannot be read.
 */
export async function prepareSegmentation(
  settings: SegmentationConfiguration,
  inputs: TaskInputs,
): Promise<PreparedTask> {
  const { folder, split, signal, probes, emit } = inputs;
  const reading = (phase: string): CheckOptions => ({
    signal,
    threads: Math.max(1, settings.training.loader_threads),
    onProgress: ({ done, total }) => emit({ type: 'progress', phase, done, total }),
  });
  const prepare = (phase: string, subjects: readonly Subject[]) =>
    prepareSubjects(subjects, settings, {
      ...reading(phase),
      plugins: settings.plugins,
      onWarning: message => emit({ type: 'warning', message }),
    });
  await checkSubjects(readAfterTraining(split, settings), settings, reading('checking further scans'));
  const training = probes
    ? unprepared(split.train, settings)
    : await prepare('preparing training subjects', split.train);
  const validation = await prepare('preparing validation subjects', chosen(split.validation, settings));

  return ({ session }, plugins) => {
    const model = modelOf(settings, plugins.models);
    const structures = structureNames(settings);
    const predictor = new Predictor({
      session,
      model,
      learned: settings.training.ema_decay > 0 ? AVERAGED : LAST,
      channels: settings.dataset.channels.length,
      classes: structures.length + 1,
      cropSize: settings.sampling.crop_size,
      settings: settings.inference,
    });
    const batches = openBatchSource({
      subjects: training,
      sampling: settings.sampling,
      augmentation: settings.augmentation,
      batchSize: cropsPerStep(settings.training),
      seed: settings.training.seed,
      threads: settings.training.loader_threads,
      plugins: settings.plugins,
      ...(probes && { probe: probes.loader }),
    });
    const step = segmentationStep(
      model,
      combine(lossComponents(settings.loss, plugins.losses), probes?.trainer),
      {
        crop: settings.sampling.crop_size,
        batchSize: settings.training.batch_size,
        channels: settings.dataset.channels.length,
        structures,
        masked: settings.dataset.mask !== undefined,
        incomplete: settings.dataset.allow_incomplete_labels,
      },
    );
    const shown = new Set(validation.slice(0, settings.validation.save_predictions).map(({ id }) => id));
    const dice = [MEAN_DICE, ...structures.map(name => `Dice/${name}`)];
    return {
      step,
      batches,
      scoreName: `validation/${MEAN_DICE}`,
      epochMetrics: {
        train: [...dice, ...structures.map(name => `VoxelCount/${name}`)],
        validation: dice,
      },
      validated: validation.length,
      validate:
        validation.length > 0
          ? at =>
              validateVolumes(validation, predictor, structures, {
                probe: probes?.trainer,
                keep: at && keepValidation({ folder, ...at, subjects: shown, emit }),
                signal,
              })
          : undefined,
      async evaluate(name) {
        const { meanDice } = await evaluateSplit({
          folder,
          split: name,
          subjects: split[name],
          settings,
          metrics: plugins.metrics,
          segment: loaded =>
            segmentSubject(
              preprocessSubject(loaded, settings.preprocessing, settings.dataset.channels, {
                findTransform: plugins.findTransform,
              }),
              predictor,
              {
                structures,
                postprocessing: settings.postprocessing,
                posteriors: settings.inference.posteriors,
                ...(probes && { probe: probes.trainer }),
              },
            ),
          signal,
          emit,
          ...(probes && { probe: probes.trainer }),
        });
        return [{ name: MEAN_DICE, key: 'Dice', value: meanDice }];
      },
      async close() {
        await batches.close();
        predictor.close();
      },
    };
  };
}

/** Subjects that are prepared each time they are drawn, where a debugger sees it. */
function unprepared(
  subjects: readonly Subject[],
  { dataset, preprocessing, plugins }: SegmentationConfiguration,
) {
  return subjects.map(subject => {
    const recipe = { subject, dataset, steps: preprocessing, plugins };
    const storage: Storage = { kind: 'none', recipe };
    return { id: subject.id, storage, masked: dataset.mask !== undefined };
  });
}

/** The validation subjects that are used: the first few, where the configuration says how many. */
function chosen<T>(subjects: readonly T[], { validation }: SegmentationConfiguration): readonly T[] {
  return validation.subjects === undefined ? subjects : subjects.slice(0, validation.subjects);
}

/** Subjects that are evaluated at the end and not prepared before: a broken one shall not be found only then. */
function readAfterTraining(split: Split, settings: SegmentationConfiguration): readonly Subject[] {
  const unused = { train: [], validation: split.validation.slice(chosen(split.validation, settings).length) };
  const rest: Split = { ...unused, test: split.test };
  return settings.inference.splits.flatMap(name => rest[name]);
}
