import type { SearchState } from '../../src/contracts/search.ts';
import { bestValue, numberText, ranked, wordOf } from './axes.ts';

interface Props {
  readonly state: SearchState;
  readonly marked: number | undefined;
  mark(trial: number | undefined): void;
  open(run: string): void;
}

/** All trials, the best first; each opens its run. */
export function Trials({ state, marked, mark, open }: Props) {
  const { objective, trials } = state;
  const names = [...new Set(trials.flatMap(({ parameters }) => Object.keys(parameters)))];
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Trial</th>
          <th scope="col" class="number">
            {objective.metric}
          </th>
          <th scope="col">Ended</th>
          <th scope="col" class="number">
            Epochs
          </th>
          {names.map(name => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
          <th scope="col">Why</th>
        </tr>
      </thead>
      <tbody>
        {ranked(state).map(trial => {
          const { number, status, measurements, parameters, reason, run } = trial;
          const best = bestValue(trial, objective.goal);
          return (
            <tr key={number} class={number === marked ? 'marked' : ''}>
              <th scope="row">
                {status === 'invalid' ? (
                  `trial ${number + 1}`
                ) : (
                  <button
                    type="button"
                    class="plain link"
                    onMouseEnter={() => mark(number)}
                    onMouseLeave={() => mark(undefined)}
                    onFocus={() => mark(number)}
                    onBlur={() => mark(undefined)}
                    onClick={() => open(run)}
                  >
                    trial {number + 1}
                  </button>
                )}
              </th>
              <td class="number">{best === undefined ? '–' : numberText(best)}</td>
              <td>{status}</td>
              <td class="number">{measurements.at(-1)?.epoch ?? 0}</td>
              {names.map(name => (
                <td key={name}>{parameters[name] === undefined ? '–' : wordOf(parameters[name])}</td>
              ))}
              <td class="reason" title={reason}>
                {reason?.split('\n')[0]}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
