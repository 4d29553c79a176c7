import { signal } from '@preact/signals';
import { render } from 'preact';
import type { FromSearchPanel, SearchPanelState, ToSearchPanel } from '../../src/contracts/search-panel.ts';
import { connect } from '../shared/vscode.ts';
import { bestValue, numberText } from './axes.ts';
import { Coordinates } from './coordinates.tsx';
import './style.css';
import { Trials } from './trials.tsx';

const search = signal<Extract<ToSearchPanel, { type: 'search' }> | undefined>(undefined);
const fault = signal<string | undefined>(undefined);
const marked = signal<number | undefined>(undefined);
const host = connect<ToSearchPanel, FromSearchPanel, SearchPanelState>(message => {
  fault.value = message.type === 'fault' ? message.message : undefined;
  if (message.type !== 'search') return;
  search.value = message;
  host.keep({ folder: message.folder });
});

const mark = (trial: number | undefined) => {
  marked.value = trial;
};

function Page() {
  if (fault.value !== undefined)
    return (
      <p class="empty" role="alert">
        {fault.value}
      </p>
    );
  if (search.value === undefined) return <p class="empty">Reading the search…</p>;
  const { name, state, hasWinner } = search.value;
  const { trials, total, objective } = state;
  const values = trials.map(one => bestValue(one, objective.goal)).filter(value => value !== undefined);
  const best = objective.goal === 'maximize' ? Math.max(...values) : Math.min(...values);
  return (
    <main>
      <header>
        <h1>{name}</h1>
        <p role="status">
          {trials.length} of {total} trials
          {values.length > 0 && `, best ${objective.metric} ${numberText(best)}`}
        </p>
        {hasWinner && (
          <button type="button" class="primary" onClick={() => host.post({ type: 'openWinner' })}>
            Open the Winning Configuration
          </button>
        )}
      </header>
      {trials.length > 0 && <Coordinates state={state} marked={marked.value} />}
      <Trials
        state={state}
        marked={marked.value}
        mark={mark}
        open={run => host.post({ type: 'openTrial', run })}
      />
    </main>
  );
}

render(<Page />, document.getElementById('root')!);
host.post({ type: 'ready' });
