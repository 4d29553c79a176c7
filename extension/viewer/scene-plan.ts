import { basename, dirname, join } from 'node:path';
import type {
  SubjectList,
  ViewerSource,
  ViewerState,
  ViewerStructure,
  VolumeRole,
} from '../../src/contracts/viewer.ts';
import { nameInFolder } from '../../src/runs/run-folder.ts';
import { findRun } from './find-run.ts';
import { findStructures, structuresOfRun } from './find-structures.ts';
import { findPrediction, type Prediction, predictionOfFile } from './predictions.ts';

/** A volume that a scene wants: a file, or what the command line writes when it is asked to. */
export interface WantedVolume {
  readonly name: string;
  readonly file: string;
  readonly role?: VolumeRole;
  readonly structures?: readonly ViewerStructure[];
  /** Arguments that write it to a NIfTI file, where the viewer cannot read `file` itself. */
  readonly write?: (output: string) => readonly string[];
}

/** What a panel is to show. */
export interface ScenePlan {
  readonly title: string;
  readonly views: readonly { readonly title: string; readonly volumes: readonly WantedVolume[] }[];
  readonly subjects?: SubjectList;
}

/** The files or folders that a scene comes from. */
export function filesOf(source: ViewerSource): readonly string[] {
  if (source.kind === 'file') return [source.file];
  if (source.kind === 'series') return [source.folder];
  return source.kind === 'runs' ? source.runs : source.files;
}

/** What a panel is to show. @throws Fault where there is nothing to show */
export function planScene({ source, subject }: ViewerState): Promise<ScenePlan> {
  switch (source.kind) {
    case 'file':
      return planFile(subject === undefined ? source.file : besideOf(source.file, subject));
    case 'series':
      return Promise.resolve(planSeries(source));
    case 'overlay':
      return planOverlay(source.files);
    case 'sideBySide':
      return planSideBySide(source.files);
    case 'runs':
      return planRuns(source.runs, subject);
  }
}

/** The same file of another subject: predictions of a split or validation lie in folders named by subject. */
function besideOf(file: string, subject: string): string {
  return join(dirname(dirname(file)), subject, basename(file));
}

/** One file, as it is or, where a run predicted it, over the scan of its subject. */
export async function planFile(file: string): Promise<ScenePlan> {
  const run = await findRun(file);
  const prediction = run === undefined ? undefined : await predictionOfFile(run, file);
  if (prediction) return planPrediction(prediction);
  return { title: basename(file), views: [{ title: basename(file), volumes: [await wantFile(file)] }] };
}

/** A DICOM series, by its description. */
export function planSeries({ folder, uid, name }: Extract<ViewerSource, { kind: 'series' }>): ScenePlan {
  const write = (output: string) => ['convert', folder, output, '--series', uid];
  return { title: name, views: [{ title: name, volumes: [{ name, file: folder, role: 'image', write }] }] };
}

/** Several files laid over one another. */
export async function planOverlay(files: readonly string[]): Promise<ScenePlan> {
  const volumes = await Promise.all(files.map(wantFile));
  // Scans first: what is laid over them is drawn later.
  const ordered = [
    ...volumes.filter(({ role }) => role === undefined),
    ...volumes.filter(({ role }) => role !== undefined),
  ];
  return {
    title: ordered.map(({ name }) => name).join(' + '),
    views: [{ title: ordered[0]!.name, volumes: ordered }],
  };
}

/** Several files side by side. */
export async function planSideBySide(files: readonly string[]): Promise<ScenePlan> {
  const plans = await Promise.all(files.map(planFile));
  return { title: plans.map(({ title }) => title).join(' | '), views: plans.flatMap(({ views }) => views) };
}

/** The predictions of one subject by several runs side by side, or by one run alone. */
export async function planRuns(runs: readonly string[], subject?: string): Promise<ScenePlan> {
  const first = await findPrediction(runs[0]!, subject);
  const others = await Promise.all(runs.slice(1).map(run => findPrediction(run, first.subject)));
  const plans = await Promise.all([first, ...others].map(planPrediction));
  return {
    title: `${first.subject}: ${runs.map(run => nameInFolder(run)).join(' | ')}`,
    views: plans.map(({ views }, index) => ({ ...views[0]!, title: nameInFolder(runs[index]!) })),
    subjects: first.subjects,
  };
}

export async function planPrediction(prediction: Prediction): Promise<ScenePlan> {
  const { run, subject, file, scan, hasTruth, subjects } = prediction;
  const structures = await structuresOfRun(run);
  const known = structures && { structures };
  const truth: WantedVolume = {
    name: 'ground truth',
    file: `${dirname(scan)}/ground_truth.nii.gz`,
    role: 'truth',
    ...known,
    write: output => ['truth', run, subject, output],
  };
  return {
    title: `${subject}: ${nameInFolder(run)}`,
    views: [
      {
        title: `${subject}: ${nameInFolder(run)}`,
        volumes: [
          { name: basename(scan), file: scan, role: 'image' },
          { name: 'prediction', file, role: 'prediction', ...known },
          ...(hasTruth ? [truth] : []),
        ],
      },
    ],
    subjects,
  };
}

/** A file with what its name and its surroundings say of it. */
export async function wantFile(file: string): Promise<WantedVolume> {
  const structures = await findStructures(file);
  const role = roleOfName(basename(file));
  return {
    name: basename(file),
    file,
    ...(role && { role }),
    ...(structures && { structures }),
  };
}

/** What a volume is by its name, where that is plain; the viewer looks at the voxels of the others. */
export function roleOfName(name: string): VolumeRole | undefined {
  const words = name.replace(/\.(nii|gz|nrrd|nhdr|mha|mhd|mgz|mgh|npy)\b/gi, '').toLowerCase();
  if (/(^|[^a-z])(gt|ground[_ -]?truth|truth|reference)([^a-z]|$)/.test(words)) return 'truth';
  if (/(^|[^a-z])(pred|prediction|predicted|segmentation)([^a-z]|$)/.test(words)) return 'prediction';
  return undefined;
}
