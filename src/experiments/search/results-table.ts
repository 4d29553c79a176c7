import type { SearchState } from '../../contracts/search.ts';
import { formatCsv } from '../../foundation/csv.ts';
import { bestOf } from './trial.ts';

/** Text of trials.csv: a row for each trial with its parameters, its best value and how it ended. */
export function formatTrials({ trials, objective }: SearchState): string {
  const names = [...new Set(trials.flatMap(({ parameters }) => Object.keys(parameters)))];
  const rows = trials.map(
    ({ number, status, parameters, measurements, run, reason, startedAt, finishedAt }) => {
      const best = bestOf(objective.goal, measurements);
      const seconds =
        finishedAt === undefined ? '' : Math.round((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000);
      return [
        number + 1,
        status,
        best === undefined ? '' : String(best.value),
        best?.epoch ?? '',
        measurements.at(-1)?.epoch ?? 0,
        seconds,
        ...names.map(name => cellOf(parameters[name])),
        run,
        reason ?? '',
      ];
    },
  );
  const columns = [
    'trial',
    'status',
    objective.metric,
    'best_epoch',
    'epochs',
    'seconds',
    ...names,
    'run',
    'reason',
  ];
  return formatCsv(columns, rows);
}

const cellOf = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
