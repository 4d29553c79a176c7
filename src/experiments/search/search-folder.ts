import { basename, dirname, join, resolve } from 'node:path';
import { formatResolved, hashSettings } from '../../config/format-resolved.ts';
import type { ResolvedConfiguration } from '../../config/load-configuration.ts';
import type { SearchSettings } from '../../config/schema/search.ts';
import type { Manifest } from '../../contracts/run.ts';
import type { SearchState } from '../../contracts/search.ts';
import { writeFileAtomically } from '../../foundation/atomic-file.ts';
import { Fault } from '../../foundation/fault.ts';
import { withLock } from '../../foundation/lock-file.ts';
import { thisProcess } from '../../foundation/process-identity.ts';
import { createRunFolder, openRun, RUN_FILES, runId, writeManifest } from '../../runs/run-folder.ts';
import { readRunSettings } from '../../runs/run-settings.ts';
import { gitState } from '../../runs/snapshot.ts';
import { version } from '../../runs/version.ts';
import { metricOf } from './objective.ts';
import { trialCount } from './sampler.ts';
import { readSearch, writeSearch } from './search-state.ts';

/** A search with its folder, ready to begin or to go on. */
export interface Search {
  readonly folder: string;
  readonly settings: SearchSettings;
  readonly state: SearchState;
  readonly manifest: Manifest;
}

/** Makes the folder of a search: the settings of all its trials, the manifest, and no trial yet. */
export async function createSearch(
  { settings, file }: ResolvedConfiguration,
  options: { outputs: string; overrides: readonly string[]; tags: Readonly<Record<string, string>> },
): Promise<Search> {
  const { search } = settings;
  if (search === undefined) {
    throw new Fault('the configuration has no `search` section', {
      place: { file },
      remedy: 'Say in it which settings to vary: search: {parameters: {optimizer.learning_rate: {…}}}.',
    });
  }
  const started = new Date();
  const name = settings.name ?? basename(file).replace(/\.innereye\.ya?ml$/, '');
  const metric = metricOf(search, settings.task);
  const folder = await createRunFolder(resolve(options.outputs), `${runId(name, started)}_search`);
  const git = await gitState(dirname(file));
  const manifest: Manifest = {
    id: basename(folder),
    name,
    task: settings.task,
    kind: 'search',
    status: 'running',
    startedAt: started.toISOString(),
    process: thisProcess(),
    seed: search.seed,
    configuration: { file, hash: hashSettings(settings), overrides: [...options.overrides] },
    innereye: version,
    node: process.version,
    ...(git && { git }),
    tags: { ...settings.tags, ...options.tags },
    results: {},
  };
  const { goal } = search.objective;
  const state: SearchState = { objective: { metric, goal }, total: trialCount(search), trials: [] };
  await writeFileAtomically(join(folder, RUN_FILES.configuration), formatResolved(settings));
  await writeSearch(folder, state);
  await writeManifest(folder, manifest);
  return { folder, settings: search, state, manifest };
}

/**
 * Opens a search to go on with it.
 * @param file the configuration that it is said to be of, absolute
 * @throws Fault where the folder is no search, or one of another configuration, or is complete or still at work
 */
export function reopenSearch(path: string, file: string): Promise<Search> {
  const folder = resolve(path);
  return withLock(join(folder, 'run.lock'), async () => {
    const { manifest, status } = await openRun(folder);
    const fault = (what: string, remedy: string) => new Fault(what, { place: { file: folder }, remedy });
    if (manifest.kind !== 'search')
      throw fault('the run is no search', 'Go on with it by `innereye train --resume`.');
    if (manifest.configuration.file !== file) {
      const remedy = `Name the configuration that it was made of: ${manifest.configuration.file}`;
      throw fault('the search is one of another configuration', remedy);
    }
    if (status === 'running') throw fault('the search is still at work', 'Wait for it, or stop it first.');
    if (status === 'completed') throw fault('the search is complete', 'Start a new one without --resume.');
    const state = await readSearch(folder);
    const { search } = await readRunSettings(folder);
    if (search === undefined) throw fault('the settings of the search are gone', 'Start a new one.');
    const { finishedAt: _, error: __, ...rest } = manifest;
    const again: Manifest = { ...rest, status: 'running', process: thisProcess() };
    await writeManifest(folder, again);
    return { folder, settings: search, state, manifest: again };
  });
}
