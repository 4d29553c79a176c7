import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Manifest, manifestSchema } from '../contracts/run.ts';
import { writeFileAtomically } from '../foundation/atomic-file.ts';
import { Fault } from '../foundation/fault.ts';
import { asWriteFault } from '../foundation/file-fault.ts';
import { makeFolder } from '../foundation/folder.ts';
import { isRunning } from '../foundation/process-identity.ts';
import { stepOfCheckpoint } from './checkpoint-name.ts';
import { isBeating } from './heartbeat.ts';
import { mergeTags, readRunNotes, type Tags } from './run-notes.ts';

/** Files of a run; names are InnerEye's where a file means the same. */
export const RUN_FILES = {
  manifest: 'run.json',
  configuration: 'config.resolved.yaml',
  events: 'events.ndjson',
  checkpoints: 'checkpoints',
  best: 'checkpoints/best.safetensors',
  evaluation: 'best_validation_epoch',
  code: 'code',
  /** Where the time of steps goes; only of a run that was asked for it. */
  profile: 'profile.json',
} as const;

/** InnerEye's name of a run's report: `reports/report_Segmentation.html`, and alike for other tasks. */
export const reportFile = (task: string): string =>
  `reports/report_${task.charAt(0).toUpperCase()}${task.slice(1)}.html`;

/** What a job on AzureML printed beside its events, in the folder of its run. */
export const JOB_LOG = 'logs/job.log';

/** Folders that InnerEye gives the splits. */
export const SPLIT_FOLDERS = { train: 'Train', validation: 'Val', test: 'Test' } as const;

/** A run as others see it: a manifest that says `running` while the process is gone was interrupted. */
export type RunStatus = Manifest['status'] | 'interrupted';

export interface Run {
  /** Absolute path. */
  readonly folder: string;
  readonly manifest: Manifest;
  readonly status: RunStatus;
  /** Those of the manifest, with what was changed later. */
  readonly tags: Tags;
  /** Empty where there is none. */
  readonly note: string;
  /** Until its last checkpoint; absent where it is complete or has none. */
  readonly stepsDone?: number;
}

/** `2026-11-23T190506Z_name`: sorts by time and is a valid file name everywhere. */
export function runId(name: string, time: Date): string {
  const stamp = `${time.toISOString().slice(0, 19).replaceAll(':', '')}Z`;
  const part = name
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}._-]+/gu, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
  return `${stamp}_${part || 'run'}`;
}

/** The name of a run as its folder has it, without the time. */
export const nameInFolder = (folder: string): string =>
  basename(folder).replace(/^\d{4}-\d\d-\d\dT\d{6}Z_/, '');

/** Makes a folder for a new run below `outputs`; two runs of the same second get different ones. */
export async function createRunFolder(outputs: string, id: string): Promise<string> {
  await makeFolder(outputs);
  for (let attempt = 1; ; attempt++) {
    const folder = join(outputs, attempt === 1 ? id : `${id}-${attempt}`);
    try {
      await mkdir(folder);
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw asWriteFault(error, folder);
    }
  }
}

/** What a run has before its manifest: one that was killed then left no more, and may be begun anew. */
const BEFORE_MANIFEST: readonly string[] = [
  RUN_FILES.configuration,
  RUN_FILES.code,
  RUN_FILES.checkpoints,
  'split.json',
];

/**
 * Makes a folder for a new run under a name that was chosen for it.
 * @throws Fault where there is a run already, or anything that a run might write over.
 */
export async function claimRunFolder(folder: string): Promise<string> {
  await makeFolder(folder);
  const names = await readdir(folder);
  if (names.includes(RUN_FILES.manifest)) {
    throw new Fault('there is a run in the folder already', {
      place: { file: folder },
      remedy: 'Go on with it by --resume, or choose another folder.',
    });
  }
  const other = names.find(name => !name.startsWith('.') && !BEFORE_MANIFEST.includes(name));
  if (other === undefined) return folder;
  throw new Fault(`the folder of a new run must be empty, and this one holds ${other}`, {
    place: { file: folder },
    remedy: 'Choose another folder: a run would write over files of the same names.',
  });
}

export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  await writeFileAtomically(join(folder, RUN_FILES.manifest), `${JSON.stringify(manifest, null, 2)}\n`);
}

/**
 * Reads a run.
 * @throws Fault where the folder is no run or its manifest is broken.
 */
export async function openRun(folder: string): Promise<Run> {
  const file = join(folder, RUN_FILES.manifest);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const isThere = await stat(folder).catch(() => undefined);
    throw new Fault(`${folder} is not the folder of a run${isThere ? '' : ': there is no such folder'}`, {
      place: { file },
      remedy: 'Name a folder that `innereye train` made; `innereye runs list` shows them.',
      cause: error,
    });
  }
  let manifest: Manifest;
  try {
    manifest = manifestSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new Fault('the manifest of the run is broken', {
      place: { file },
      remedy: 'Restore run.json from a copy; the checkpoints and results of the run are not affected.',
      cause: error,
    });
  }
  // A run with broken notes is still a run; `innereye runs note` tells of them.
  const notes = await readRunNotes(folder).catch(() => ({ tags: {}, note: '' }));
  return {
    folder,
    manifest,
    status: await statusOf(folder, manifest),
    tags: mergeTags(manifest.tags, notes),
    note: notes.note,
    ...(manifest.status !== 'completed' && (await stepsDoneIn(folder))),
  };
}

async function stepsDoneIn(folder: string): Promise<Pick<Run, 'stepsDone'>> {
  const names = await readdir(join(folder, dirname(RUN_FILES.best))).catch(() => [] as string[]);
  const steps = names.map(stepOfCheckpoint).filter(step => step !== undefined);
  return steps.length === 0 ? {} : { stepsDone: Math.max(...steps) };
}

async function statusOf(folder: string, { status, process, azure }: Manifest): Promise<RunStatus> {
  // Of a job nothing can be told here but what was last heard.
  if (status !== 'running' || azure) return status;
  return (isRunning(process) ?? (await isBeating(folder))) ? 'running' : 'interrupted';
}
