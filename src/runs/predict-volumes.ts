import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { requireSegmentation } from '../config/require-segmentation.ts';
import type { LoadedSubject, SplitName } from '../dataset/dataset.ts';
import { isVolumeName } from '../dataset/volume-name.ts';
import { Fault } from '../foundation/fault.ts';
import { Predictor } from '../inference/predictor.ts';
import { type SegmentedSubject, segmentSubject } from '../inference/segment-subject.ts';
import { preprocessSubject } from '../pipeline/preprocess.ts';
import { predictingWeights } from '../training/checkpoint.ts';
import { STATISTICS, WEIGHTS } from '../training/training-step.ts';
import { CheckpointFolder } from './checkpoint-folder.ts';
import { openRunEngine } from './engine-session.ts';
import { loadInput } from './load-input.ts';
import { type PredictionListener, type Predictions, predictEach } from './predict-each.ts';
import { findInputs } from './prediction-inputs.ts';
import { openRun } from './run-folder.ts';
import { loadRunPlugins } from './run-plugins.ts';
import { readRunSettings, structureNames } from './run-settings.ts';
import { modelOf } from './trained-model.ts';
import { SEGMENTATION_FILE, writePrediction, writeSegmentation } from './write-prediction.ts';

export interface PredictOptions extends PredictionListener {
  readonly posteriors: boolean;
  /** Leave alone what is predicted already. */
  readonly skipExisting?: boolean;
  /** Of a data set only the subjects that the run had in this split. */
  readonly split?: SplitName;
  /** SeriesInstanceUID, where folders hold several DICOM series. */
  readonly series?: string;
  readonly signal: AbortSignal;
  onTile?(done: number, total: number): void;
}

/**
 * Segments volumes with the best weights of a run. Each gets `<output>/<name>/segmentation.nii.gz`; the only one the
 * file `output` where that is named .nii.gz or .nii.
 * @param inputs see `findInputs`.
 * @throws Fault where the run cannot be read, the inputs hold nothing, or nothing can be written; volumes that cannot
 * be predicted are told in the result.
 */
export async function predictVolumes(
  runFolder: string,
  inputs: readonly string[],
  output: string,
  options: PredictOptions,
): Promise<Predictions> {
  const run = await openRun(resolve(runFolder));
  const settings = requireSegmentation(await readRunSettings(run.folder));
  const subjects = await findInputs(inputs, { folder: run.folder, dataset: settings.dataset }, options.split);
  const place = await placeOfOutput(resolve(output), subjects.length, options.posteriors);
  const engine = await openRunEngine(settings.training, {
    ...(run.manifest.engine && { fixed: run.manifest.engine }),
  });
  const { session } = engine;
  const plugins = await loadRunPlugins(settings);
  const model = modelOf(settings, plugins.models);
  const structures = structureNames(settings);
  const { channels } = settings.dataset;
  try {
    const checkpoint = await new CheckpointFolder(run.folder, model, 1).best();
    const weights = predictingWeights(checkpoint);
    session.variable(WEIGHTS, [weights.length], weights);
    const statistics = checkpoint.variables[STATISTICS];
    if (statistics) session.variable(STATISTICS, [statistics.length], statistics);
    const predictor = new Predictor({
      session,
      model,
      weights: WEIGHTS,
      channels: channels.length,
      classes: structures.length + 1,
      cropSize: settings.sampling.crop_size,
      settings: settings.inference,
    });
    const predictions = await predictEach<LoadedSubject, SegmentedSubject>({
      ...options,
      subjects,
      skipExisting: options.skipExisting ?? false,
      target: ({ id }) => place.file ?? join(place.folder, id, SEGMENTATION_FILE),
      load: subject => loadInput(subject, channels, options.series),
      segment: loaded =>
        segmentSubject(
          preprocessSubject(loaded, settings.preprocessing, channels, {
            findTransform: plugins.findTransform,
          }),
          predictor,
          {
            structures,
            postprocessing: settings.postprocessing,
            posteriors: options.posteriors,
            onTile: (done, total) => {
              options.signal.throwIfAborted();
              options.onTile?.(done, total);
            },
          },
        ),
      write: async ({ id }, segmented) =>
        place.file === undefined
          ? writePrediction(join(place.folder, id), segmented, structures)
          : [await writeSegmentation(place.file, segmented)],
    });
    predictor.close();
    return predictions;
  } finally {
    session.close();
  }
}

/** Where predictions go: into folders, or the only one into a file. @throws Fault for a name that cannot be meant. */
async function placeOfOutput(
  output: string,
  subjects: number,
  posteriors: boolean,
): Promise<{ readonly folder: string; readonly file?: string }> {
  const isFolder = (await stat(output).catch(() => undefined))?.isDirectory();
  if (isFolder || !isVolumeName(output)) return { folder: output };
  const wrong = (what: string, remedy: string) => new Fault(what, { place: { file: output }, remedy });
  if (!/\.nii(\.gz)?$/i.test(output)) {
    throw wrong('segmentations are written as NIfTI', 'Name the output NAME.nii.gz, or a folder.');
  }
  if (subjects > 1) {
    throw wrong(`the output is one file, but there are ${subjects} volumes`, 'Name a folder as --output.');
  }
  if (posteriors) {
    throw wrong('the output is one file, but --posteriors writes several', 'Name a folder as --output.');
  }
  return { folder: dirname(output), file: output };
}
