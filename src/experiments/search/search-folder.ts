import type { ResolvedConfiguration } from '../../config/load-configuration.ts';
import type { SearchSettings } from '../../config/schema/search.ts';
import type { SearchState } from '../../contracts/search.ts';
import { Fault } from '../../foundation/fault.ts';
import { withFixedInterval } from '../../runs/fold-settings.ts';
import { readRunSettings } from '../../runs/run-settings.ts';
import { createExperiment, type Experiment, reopenExperiment } from '../experiment-folder.ts';
import { metricOf } from './objective.ts';
import { trialCount } from './sampler.ts';
import { readSearch, writeSearch } from './search-state.ts';

/** A search with its folder, ready to begin or to go on. */
export interface Search extends Experiment {
  readonly settings: SearchSettings;
  readonly state: SearchState;
}

/** Makes the folder of a search: the settings of all its trials, the manifest, and no trial yet. */
export async function createSearch(
  configuration: ResolvedConfiguration,
  options: { outputs: string; overrides: readonly string[]; tags: Readonly<Record<string, string>> },
): Promise<Search> {
  const settings = withFixedInterval(configuration.settings);
  const { search } = settings;
  if (search === undefined) {
    throw new Fault('the configuration has no `search` section', {
      place: { file: configuration.file },
      remedy: 'Say in it which settings to vary: search: {parameters: {optimizer.learning_rate: {…}}}.',
    });
  }
  const metric = metricOf(search, settings);
  const { goal } = search.objective;
  const state: SearchState = { objective: { metric, goal }, total: trialCount(search), trials: [] };
  const made = await createExperiment(
    configuration,
    { ...options, kind: 'search', seed: search.seed, settings },
    folder => writeSearch(folder, state),
  );
  return { ...made, settings: search, state };
}

/**
 * Opens a search to go on with it.
 * @param file the configuration that it is said to be of, absolute
 * @throws Fault where the folder is no search, or one of another configuration, or is complete or still at work
 */
export async function reopenSearch(path: string, file: string): Promise<Search> {
  const opened = await reopenExperiment(path, file, 'search');
  const state = await readSearch(opened.folder);
  const { search } = await readRunSettings(opened.folder);
  if (search === undefined) {
    throw new Fault('the settings of the search are gone', {
      place: { file: opened.folder },
      remedy: 'Start a new one.',
    });
  }
  return { ...opened, settings: search, state };
}
