import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { LoadedSubject } from '../dataset/dataset.ts';
import { Fault } from '../foundation/fault.ts';
import { Predictor } from '../inference/predictor.ts';
import { segmentSubject } from '../inference/segment-subject.ts';
import { preprocessSubject } from '../pipeline/preprocess.ts';
import { predictingWeights } from '../training/checkpoint.ts';
import { STATISTICS, WEIGHTS } from '../training/training-step.ts';
import { readVolume } from '../volume/read.ts';
import { CheckpointFolder } from './checkpoint-folder.ts';
import { openRunEngine } from './engine-session.ts';
import { openRun } from './run-folder.ts';
import { loadRunPlugins } from './run-plugins.ts';
import { readRunSettings, structureNames } from './run-settings.ts';
import { modelOf } from './trained-model.ts';
import { writePrediction } from './write-prediction.ts';

const VOLUME = /\.(nii|nii\.gz|nrrd|nhdr|mha|mhd|npy|npz)$/i;

export interface PredictOptions {
  readonly posteriors: boolean;
  readonly signal: AbortSignal;
  onStart?(file: string, index: number, total: number): void;
  onTile?(done: number, total: number): void;
}

/**
 * Segments volumes with the best weights of a run. Each gets `<output>/<name>/segmentation.nii.gz`.
 * @param inputs a file a subject (its channels separated by commas), or folders of files.
 * @returns the files written.
 * @throws Fault where an input cannot be read or has not the model's channels.
 */
export async function predictVolumes(
  runFolder: string,
  inputs: readonly string[],
  output: string,
  options: PredictOptions,
): Promise<string[]> {
  const run = await openRun(resolve(runFolder));
  const settings = await readRunSettings(run.folder);
  const subjects = (await Promise.all(inputs.map(subjectsIn))).flat();
  refuseTwins(subjects);
  const engine = await openRunEngine(settings.training, {
    ...(run.manifest.engine && { fixed: run.manifest.engine }),
  });
  const { session } = engine;
  const plugins = await loadRunPlugins(settings);
  const model = modelOf(settings, plugins.models);
  const structures = structureNames(settings);
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
      channels: settings.dataset.channels.length,
      classes: structures.length + 1,
      cropSize: settings.sampling.crop_size,
      settings: settings.inference,
    });
    const written: string[] = [];
    for (const [index, { id, files }] of subjects.entries()) {
      options.signal.throwIfAborted();
      options.onStart?.(files[0]!, index, subjects.length);
      const loaded = await readChannels(id, files, settings.dataset.channels);
      const prepared = preprocessSubject(loaded, settings.preprocessing, settings.dataset.channels, {
        findTransform: plugins.findTransform,
      });
      const segmented = await segmentSubject(prepared, predictor, {
        structures,
        postprocessing: settings.postprocessing,
        posteriors: options.posteriors,
        onTile: (done, total) => {
          options.signal.throwIfAborted();
          options.onTile?.(done, total);
        },
      });
      written.push(await writePrediction(join(resolve(output), id), segmented, structures));
    }
    predictor.close();
    return written;
  } finally {
    session.close();
  }
}

interface InputSubject {
  readonly id: string;
  /** One file a channel. */
  readonly files: readonly string[];
}

async function subjectsIn(input: string): Promise<InputSubject[]> {
  const parts = input.split(',').map(part => resolve(part));
  const found = await stat(parts[0]!).catch(() => undefined);
  if (!found) {
    throw new Fault('there is no such file or folder', {
      place: { file: parts[0]! },
      remedy: 'Check the path of --input.',
    });
  }
  if (parts.length > 1 || found.isFile()) return [{ id: nameOf(parts[0]!), files: parts }];
  const files = (await readdir(parts[0]!)).filter(name => VOLUME.test(name) && !name.startsWith('.')).sort();
  if (files.length === 0) {
    throw new Fault('the folder holds no volumes', {
      place: { file: parts[0]! },
      remedy: 'Name a folder with .nii, .nii.gz, .nrrd, .mha, .mhd or .npy files.',
    });
  }
  return files.map(name => ({ id: nameOf(name), files: [join(parts[0]!, name)] }));
}

const nameOf = (file: string) => basename(file).replace(VOLUME, '');

function refuseTwins(subjects: readonly InputSubject[]): void {
  const seen = new Map<string, string>();
  for (const { id, files } of subjects) {
    const other = seen.get(id);
    if (other !== undefined) {
      throw new Fault(
        `two inputs are named "${id}" and would overwrite each other: ${other} and ${files[0]}`,
        {
          place: { file: files[0]! },
          remedy: 'Predict them into different output folders.',
        },
      );
    }
    seen.set(id, files[0]!);
  }
}

async function readChannels(
  id: string,
  files: readonly string[],
  channels: readonly string[],
): Promise<LoadedSubject> {
  if (files.length !== channels.length) {
    throw new Fault(
      `the model takes ${channels.length} channels (${channels.join(', ')}), not ${files.length}`,
      {
        place: { file: files[0]! },
        remedy: 'Give the files of a subject separated by commas, in this order: --input a.nii.gz,b.nii.gz',
      },
    );
  }
  const volumes = await Promise.all(files.map(file => readVolume(file)));
  const [first] = volumes;
  const strange = volumes.findIndex(
    ({ shape, affine }) =>
      shape.join() !== first!.shape.join() ||
      affine.some((value, at) => Math.abs(value - first!.affine[at]!) > 1e-3),
  );
  if (strange > 0) {
    throw new Fault('the channels do not lie on one grid: shape or affine differ from those of the first', {
      place: { file: files[strange]!, subject: id },
      remedy: 'Resample the channels to one grid first.',
    });
  }
  return {
    id,
    shape: first!.shape,
    affine: first!.affine,
    images: volumes.map(({ data }) => (data instanceof Float32Array ? data : Float32Array.from(data))),
    drawn: [],
  };
}
