import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { formatResolved, hashSettings } from '../../config/format-resolved.ts';
import type { Configuration } from '../../config/schema/configuration.ts';
import type { Manifest } from '../../contracts/run.ts';
import { writeFileAtomically } from '../../foundation/atomic-file.ts';
import { makeFolder } from '../../foundation/folder.ts';
import { RUN_FILES, writeManifest } from '../../runs/run-folder.ts';
import { readRunSettings } from '../../runs/run-settings.ts';
import type { AzureWorkspace, Job } from '../workspace.ts';
import { openJobRun, REMOTE, runStatusOf } from './run-record.ts';

/** What a job is made of: the folds of a cross-validation, or the trials of a search. */
type Part = 'fold' | 'trial';

type AzureOfRun = NonNullable<Manifest['azure']>;

const PART: Partial<Record<AzureOfRun['kind'], Part>> = { pipeline: 'fold', sweep: 'trial' };

/** Where a part lies in the folder of the whole, as it does where the whole was made on one machine. */
const placeOf = (part: Part, index: number): string =>
  part === 'fold' ? join('folds', String(index)) : join('trials', String(index + 1).padStart(3, '0'));

/** The trainings that a job is made of, by their number. */
export async function partsOf(
  workspace: AzureWorkspace,
  { job, kind }: Pick<AzureOfRun, 'job' | 'kind'>,
): Promise<Map<number, Job>> {
  const children = await workspace.children(job);
  if (kind === 'sweep') return numbered(children, ({ name }) => /_(\d+)$/.exec(name)?.[1]);
  const sweeps = children.filter(child => child.kind === 'sweep');
  const trials = await Promise.all(sweeps.map(({ name }) => workspace.children(name)));
  return numbered(trials.flat(), foldOf);
}

function numbered(jobs: readonly Job[], numberOf: (job: Job) => unknown): Map<number, Job> {
  return new Map(
    jobs.flatMap(job => {
      const index = Number(numberOf(job) ?? Number.NaN);
      return Number.isInteger(index) && index >= 0 ? [[index, job]] : [];
    }),
  );
}

/** The service says in a tag which values a trial has. */
function foldOf({ tags }: Job): unknown {
  try {
    return JSON.parse(tags.hyperparameters ?? '{}').fold;
  } catch {
    return undefined;
  }
}

/**
 * Makes local runs for folds or trials that have begun, where they lie if all is done on one machine: from then on they
 * are followed like other jobs.
 * @returns the folders of those that are new; none of a job that is one training.
 */
export async function recordParts(workspace: AzureWorkspace, folder: string): Promise<string[]> {
  const { manifest, azure } = await openJobRun(folder);
  const part = PART[azure.kind];
  // Of what was attached to, the settings are not here before it is brought.
  if (part === undefined || manifest.configuration.hash === '') return [];
  const made: string[] = [];
  for (const [index, job] of await partsOf(workspace, azure)) {
    const place = join(folder, placeOf(part, index));
    if (existsSync(join(place, RUN_FILES.manifest))) continue;
    await recordPart(place, folder, part, index, job);
    made.push(place);
  }
  return made;
}

async function recordPart(folder: string, whole: string, part: Part, index: number, job: Job): Promise<void> {
  const { manifest: parent, azure } = await openJobRun(whole);
  const { kind: _, ensemble: __, finishedAt: ___, error: ____, ...shared } = parent;
  const { broughtAt: _____, page: ______, reason: _______, ...place } = azure;
  const settings = await settingsOfPart(whole, part, index);
  await makeFolder(folder);
  await writeFileAtomically(join(folder, RUN_FILES.configuration), formatResolved(settings));
  await writeManifest(folder, {
    ...shared,
    id: basename(folder),
    parent: parent.id,
    [part]: index,
    status: runStatusOf(job),
    startedAt: job.createdAt ?? new Date().toISOString(),
    process: REMOTE,
    seed: settings.training.seed,
    configuration: { ...parent.configuration, hash: hashSettings(settings) },
    results: {},
    azure: { ...place, job: job.name, kind: 'command', status: job.status },
  });
}

/** Each fold has a seed of its own; what a trial changes is known when it is brought back. */
async function settingsOfPart(whole: string, part: Part, index: number): Promise<Configuration> {
  const settings = await readRunSettings(whole);
  if (part === 'trial') return settings;
  const { training } = settings;
  return { ...settings, training: { ...training, seed: training.seed + index } } as Configuration;
}
