import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { formatResolved, hashSettings } from '../../config/format-resolved.ts';
import type { Configuration } from '../../config/schema/configuration.ts';
import type { Manifest } from '../../contracts/run.ts';
import { writeFileAtomically } from '../../foundation/atomic-file.ts';
import { RUN_FILES, writeManifest } from '../../runs/run-folder.ts';
import { readRunSettings } from '../../runs/run-settings.ts';
import type { AzureWorkspace, Job } from '../workspace.ts';
import { openJobRun, REMOTE, runStatusOf } from './run-record.ts';

/** The jobs of the folds of a cross-validation, by fold: trials of the sweep that is a step of its job. */
export async function foldJobs(workspace: AzureWorkspace, job: string): Promise<Map<number, Job>> {
  const steps = await workspace.children(job);
  const sweeps = steps.filter(({ kind }) => kind === 'sweep');
  const trials = await Promise.all(sweeps.map(({ name }) => workspace.children(name)));
  return new Map(
    trials.flat().flatMap(trial => {
      const fold = foldOf(trial);
      return fold === undefined ? [] : [[fold, trial]];
    }),
  );
}

/** The service says in a tag which values a trial has. */
function foldOf({ tags }: Job): number | undefined {
  try {
    const fold = Number(JSON.parse(tags.hyperparameters ?? '{}').fold);
    return Number.isInteger(fold) && fold >= 0 ? fold : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Makes local runs for folds that have begun, where they lie in a cross-validation on one machine: from then on they are
 * followed like other jobs.
 * @returns the folders of those that are new.
 */
export async function recordFolds(workspace: AzureWorkspace, folder: string): Promise<string[]> {
  const { manifest, azure } = await openJobRun(folder);
  const made: string[] = [];
  for (const [fold, job] of await foldJobs(workspace, azure.job)) {
    const place = join(folder, 'folds', String(fold));
    if (existsSync(join(place, RUN_FILES.manifest))) continue;
    await recordFold(place, manifest, fold, job);
    made.push(place);
  }
  return made;
}

async function recordFold(folder: string, parent: Manifest, fold: number, job: Job): Promise<void> {
  const { kind: _, ensemble: __, finishedAt: ___, error: ____, ...shared } = parent;
  const { broughtAt: _____, page: ______, reason: _______, ...place } = parent.azure!;
  const whole = await readRunSettings(join(folder, '..', '..'));
  const seed = parent.seed + fold;
  const settings = { ...whole, training: { ...whole.training, seed } } as Configuration;
  await mkdir(folder, { recursive: true });
  await writeFileAtomically(join(folder, RUN_FILES.configuration), formatResolved(settings));
  await writeManifest(folder, {
    ...shared,
    id: String(fold),
    parent: parent.id,
    fold,
    status: runStatusOf(job),
    startedAt: job.createdAt ?? new Date().toISOString(),
    process: REMOTE,
    seed,
    configuration: { ...parent.configuration, hash: hashSettings(settings) },
    results: {},
    azure: { ...place, job: job.name, kind: 'command', status: job.status },
  });
}
