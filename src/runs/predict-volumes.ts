import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { LoadedSubject, SplitName } from '../dataset/dataset.ts';
import { isVolumeName } from '../dataset/volume-name.ts';
import { resultStructures } from '../dicom/result-structures.ts';
import type { SourceSeries } from '../dicom/source-series.ts';
import { Fault } from '../foundation/fault.ts';
import { makeFolder } from '../foundation/folder.ts';
import { refuseToOverwrite } from '../foundation/overwriting.ts';
import type { SegmentedSubject } from '../inference/segment-subject.ts';
import { loadInput } from './load-input.ts';
import { type PredictionListener, type Predictions, predictEach } from './predict-each.ts';
import type { PredictingModel } from './predicting-model.ts';
import { findInputs } from './prediction-inputs.ts';
import { needsDicom, RESULT_FILES, type ResultFormat, sourceOf, writeDicomResults } from './result-files.ts';
import { structureNames } from './run-settings.ts';
import { Segmenter } from './segmenter.ts';
import { refuseInTraining } from './training-files.ts';
import { predictionFileNames, writePrediction, writeSegmentation } from './write-prediction.ts';

export interface PredictOptions extends PredictionListener {
  readonly posteriors: boolean;
  /** Leave alone what is predicted already. */
  readonly skipExisting?: boolean;
  /** Of a data set only the subjects that the run had in this split. */
  readonly split?: SplitName;
  /** SeriesInstanceUID, where folders hold several DICOM series. */
  readonly series?: string;
  /** What is written of each; default: NIfTI. */
  readonly formats?: readonly ResultFormat[];
  /** `NAME:VERSION` of the model, as results in DICOM name it. */
  readonly modelName: string;
  readonly signal: AbortSignal;
  onTile?(done: number, total: number): void;
}

/**
 * Segments volumes with a trained model. Each gets `<output>/<name>/segmentation.nii.gz` (and as DICOM, where that is
 * asked for); the only one the file `output` where that is named .nii.gz or .nii.
 * @param inputs see `findInputs`.
 * @throws Fault where the inputs hold nothing, would be written over, or nothing can be written; volumes that cannot be predicted are told in
 * the result.
 */
export async function predictVolumes(
  model: PredictingModel,
  inputs: readonly string[],
  output: string,
  options: PredictOptions,
): Promise<Predictions> {
  const { settings } = model;
  const from = { folder: model.runFolder, dataset: settings.dataset };
  const subjects = await findInputs(inputs, from, options.split);
  const formats = options.formats ?? ['nifti'];
  const place = await placeOfOutput(resolve(output), subjects.length, {
    posteriors: options.posteriors,
    formats,
  });
  const places = place.file === undefined ? subjects.map(({ id }) => join(place.folder, id)) : [place.file];
  for (const path of places) await refuseInTraining(path);
  const structures = structureNames(settings);
  const names = [
    ...predictionFileNames(structures, options.posteriors),
    ...formats.map(format => RESULT_FILES[format]),
  ];
  await refuseToOverwrite(
    place.file === undefined
      ? subjects.flatMap(({ id }) => names.map(name => join(place.folder, id, name)))
      : [place.file],
    subjects.flatMap(({ images, kept = [] }) => [...images.map(({ file }) => file), ...kept]),
  );
  // Before anything is computed.
  await makeFolder(place.folder);
  const shown = resultStructures(settings.dataset.structures);
  const sources = new Map<string, SourceSeries>();
  const segmenter = await Segmenter.open(model);
  try {
    return await predictEach<LoadedSubject, SegmentedSubject>({
      ...options,
      subjects,
      skipExisting: options.skipExisting ?? false,
      target: ({ id }) => place.file ?? join(place.folder, id, RESULT_FILES[formats[0]!]),
      load: async subject => {
        if (needsDicom(formats)) {
          sources.set(subject.id, await sourceOf(subject.images[0]!.file, options.series));
        }
        return loadInput(subject, settings.dataset.channels, options.series);
      },
      segment: loaded =>
        segmenter.segment(loaded, {
          posteriors: options.posteriors,
          onTile: (done, total) => {
            options.signal.throwIfAborted();
            options.onTile?.(done, total);
          },
        }),
      write: async ({ id }, segmented) => {
        if (place.file !== undefined) return [await writeSegmentation(place.file, segmented)];
        const folder = join(place.folder, id);
        const files = formats.includes('nifti') ? await writePrediction(folder, segmented, structures) : [];
        const source = sources.get(id);
        sources.delete(id);
        if (source === undefined) return files;
        const about = { formats, structures: shown, model: options.modelName };
        return [...files, ...(await writeDicomResults(folder, source, segmented, about))];
      },
    });
  } finally {
    segmenter.close();
  }
}

/** Where predictions go: into folders, or the only one into a file. @throws Fault for a name that cannot be meant. */
async function placeOfOutput(
  output: string,
  subjects: number,
  { posteriors, formats }: { readonly posteriors: boolean; readonly formats: readonly ResultFormat[] },
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
  if (needsDicom(formats)) {
    throw wrong('the output is one file, but --format names more than NIfTI', 'Name a folder as --output.');
  }
  if (posteriors) {
    throw wrong('the output is one file, but --posteriors writes several', 'Name a folder as --output.');
  }
  return { folder: dirname(output), file: output };
}
