import { signal } from '@preact/signals';
import { render } from 'preact';
import type {
  ComparedRuns,
  ComparisonState,
  FromComparison,
  ToComparison,
} from '../../src/contracts/comparison.ts';
import { connect } from '../shared/vscode.ts';
import { Comparison } from './comparison.tsx';
import './style.css';

const compared = signal<ComparedRuns | undefined>(undefined);
const fault = signal<string | undefined>(undefined);
/** Which of several runs is compared with the first. */
const chosen = signal(0);
const host = connect<ToComparison, FromComparison, ComparisonState>(message => {
  if (message.type === 'fault') {
    fault.value = message.message;
    return;
  }
  compared.value = message.compared;
  const [one] = message.compared.comparisons;
  if (one) host.keep({ folders: [one.first, ...message.compared.comparisons.map(({ second }) => second)] });
});

function Page() {
  if (fault.value !== undefined)
    return (
      <p class="empty" role="alert">
        {fault.value}
      </p>
    );
  if (compared.value === undefined)
    return (
      <p class="empty" role="status">
        Comparing the runs…
      </p>
    );
  const { comparisons } = compared.value;
  const shown = comparisons[chosen.value] ?? comparisons[0];
  if (!shown) return <p class="empty">There is nothing to compare.</p>;
  return (
    <Comparison
      one={shown}
      others={comparisons.map(({ second }) => second)}
      choose={index => {
        chosen.value = index;
      }}
      post={host.post}
    />
  );
}

render(<Page />, document.getElementById('root')!);
host.post({ type: 'ready' });
