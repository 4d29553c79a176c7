import { basename, dirname, join, resolve } from 'node:path';
import { formatResolved, hashSettings } from '../config/format-resolved.ts';
import type { ResolvedConfiguration } from '../config/load-configuration.ts';
import type { Configuration } from '../config/schema/configuration.ts';
import type { Manifest } from '../contracts/run.ts';
import { secondsAtWork } from '../contracts/time-at-work.ts';
import { writeFileAtomically } from '../foundation/atomic-file.ts';
import { Fault } from '../foundation/fault.ts';
import { withLock } from '../foundation/lock-file.ts';
import { thisProcess } from '../foundation/process-identity.ts';
import { version } from '../foundation/version.ts';
import { lastSign } from '../runs/last-sign.ts';
import { createRunFolder, openRun, RUN_FILES, runId, writeManifest } from '../runs/run-folder.ts';
import { gitState, sourcesOf, takeSnapshot } from '../runs/snapshot.ts';

export type ExperimentKind = 'cross-validation' | 'search';

/** An experiment with its folder, ready to begin or to go on. */
export interface Experiment {
  readonly folder: string;
  readonly manifest: Manifest;
}

export interface NewExperiment {
  readonly kind: ExperimentKind;
  readonly seed: number;
  /** Folder that gets the experiment's. */
  readonly outputs: string;
  /** `--set key=value`, for the manifest. */
  readonly overrides: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  /** What else the manifest says. */
  readonly more?: Partial<Manifest>;
  /** The settings that all its trainings begin with, where they are not those of the configuration. */
  readonly settings?: Configuration;
}

/** The name of a configuration: its own, or that of its file. */
export const nameOf = ({ settings, file }: Pick<ResolvedConfiguration, 'settings' | 'file'>): string =>
  settings.name ?? basename(file).replace(/\.innereye\.ya?ml$/, '');

/**
 * Makes the folder of an experiment, a run that others lie in: the settings of all its trainings, the sources of its
 * configuration, and the manifest, last.
 * @param prepare writes what else belongs there before anything begins
 */
export async function createExperiment(
  configuration: ResolvedConfiguration,
  { kind, seed, outputs, overrides, tags, more, settings = configuration.settings }: NewExperiment,
  prepare: (folder: string) => Promise<void>,
): Promise<Experiment> {
  const { file } = configuration;
  const started = new Date();
  const name = nameOf(configuration);
  const folder = await createRunFolder(resolve(outputs), `${runId(name, started)}_${kind}`);
  const git = await gitState(dirname(file));
  const manifest: Manifest = {
    id: basename(folder),
    name,
    task: settings.task,
    kind,
    ...more,
    status: 'running',
    startedAt: started.toISOString(),
    process: thisProcess(),
    seed,
    configuration: { file, hash: hashSettings(settings), overrides: [...overrides] },
    innereye: version,
    node: process.version,
    ...(git && { git }),
    tags: { ...settings.tags, ...tags },
    results: {},
  };
  await writeFileAtomically(join(folder, RUN_FILES.configuration), formatResolved(settings));
  await takeSnapshot(folder, sourcesOf(configuration));
  await prepare(folder);
  await writeManifest(folder, manifest);
  return { folder, manifest };
}

/**
 * Opens an experiment to go on with it.
 * @param file the configuration that it is said to be of, absolute
 * @throws Fault where the folder is no such experiment, or one of another configuration, or is complete or still at work
 */
export async function reopenExperiment(
  path: string,
  file: string,
  kind: ExperimentKind,
): Promise<Experiment> {
  const folder = resolve(path);
  // The lock would make the folder where there is none.
  await openRun(folder);
  return withLock(join(folder, 'run.lock'), async () => {
    const { manifest, status } = await openRun(folder);
    const fault = (what: string, remedy: string) => new Fault(what, { place: { file: folder }, remedy });
    if (manifest.kind !== kind)
      throw fault(`the run is no ${kind}`, 'Go on with it by `innereye train --resume`.');
    if (manifest.configuration.file !== file) {
      const remedy = `Name the configuration that it was made of: ${manifest.configuration.file}`;
      throw fault(`the ${kind} is one of another configuration`, remedy);
    }
    if (status === 'running') throw fault(`the ${kind} is still at work`, 'Wait for it, or stop it first.');
    if (status === 'completed') throw fault(`the ${kind} is complete`, 'Start a new one without --resume.');
    const { finishedAt: _, error: __, ...rest } = manifest;
    const again: Manifest = {
      ...rest,
      status: 'running',
      process: thisProcess(),
      resumed: {
        at: new Date().toISOString(),
        secondsBefore: secondsAtWork(manifest, await lastSign(folder)) ?? 0,
      },
    };
    await writeManifest(folder, again);
    return { folder, manifest: again };
  });
}

/** Writes into the manifest how an experiment ended. Tags and the like may have been changed meanwhile. */
export async function endExperiment(
  folder: string,
  end: Pick<Manifest, 'status'> & Partial<Pick<Manifest, 'results' | 'error'>>,
): Promise<Manifest> {
  const { manifest } = await openRun(folder);
  const ended: Manifest = { ...manifest, ...end, finishedAt: new Date().toISOString() };
  await writeManifest(folder, ended);
  return ended;
}
