import { join } from 'node:path';
import { parsePath } from '../../config/tree.ts';
import { type SearchState, type SearchTrial, WINNER_FILE } from '../../contracts/search.ts';
import { writeFileAtomically } from '../../foundation/atomic-file.ts';
import { endExperiment } from '../experiment-folder.ts';
import { formatTrials } from './results-table.ts';
import { loadTrial } from './run-search.ts';
import type { Search } from './search-folder.ts';
import { bestOf, type Measurement, ranking } from './trial.ts';
import { winningConfiguration } from './winner.ts';

const TABLE_FILE = 'trials.csv';

/** What a search has come to. */
export interface SearchResult {
  readonly state: SearchState;
  /** Absent where no trial has a value. */
  readonly winner?: { readonly trial: SearchTrial; readonly best: Measurement; readonly file: string };
}

/**
 * Writes what a search has come to, complete or not: trials.csv, the winning configuration, and how it ended into its
 * manifest.
 */
export async function finishSearch(
  search: Search,
  state: SearchState,
  status: 'completed' | 'cancelled' | 'failed',
  error?: string,
): Promise<SearchResult> {
  const { folder } = search;
  await writeFileAtomically(join(folder, TABLE_FILE), formatTrials(state));
  const winner = await writeWinner(search, state);
  await endExperiment(folder, {
    status,
    results: winner ? { [state.objective.metric]: winner.best.value } : {},
    ...(error !== undefined && { error }),
  });
  return { state, ...(winner && { winner }) };
}

async function writeWinner(search: Search, state: SearchState): Promise<SearchResult['winner']> {
  const { metric, goal } = state.objective;
  const [first] = ranking(goal, state.trials);
  if (first === undefined) return undefined;
  const trial = state.trials[first.trial.number]!;
  const best = bestOf(goal, trial.measurements)!;
  const { settings } = await loadTrial(search.folder, trial.parameters);
  const file = join(search.folder, WINNER_FILE);
  const ended = state.trials.filter(one => one.status !== 'running' && one.status !== 'cancelled').length;
  const comment = `Trial ${trial.number + 1} of ${search.manifest.id}, the best of ${ended}: ${metric} ${best.value.toPrecision(4)} after epoch ${best.epoch}.`;
  const place = { file: search.manifest.configuration.file, folder: search.folder };
  const set = [
    ...search.manifest.configuration.overrides.map(override => override.slice(0, override.indexOf('='))),
    ...Object.keys(trial.parameters),
  ].filter(name => parsePath(name)[0] !== 'search');
  await writeFileAtomically(file, winningConfiguration(set, settings, place, comment));
  return { trial, best, file };
}
