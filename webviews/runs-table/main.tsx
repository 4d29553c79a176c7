import { signal } from '@preact/signals';
import { render } from 'preact';
import type { FromRunsTable, RunRow, ToRunsTable } from '../../src/contracts/runs-table.ts';
import { connect } from '../shared/vscode.ts';
import './style.css';
import { RunsTable, type TableState } from './table.tsx';

const rows = signal<readonly RunRow[] | undefined>(undefined);
const host = connect<ToRunsTable, FromRunsTable, TableState>(message => {
  rows.value = message.rows;
});

function Page() {
  if (rows.value === undefined) return <p class="empty">Looking for runs…</p>;
  if (rows.value.length === 0) return <p class="empty">There are no runs in this workspace yet.</p>;
  return (
    <RunsTable
      rows={rows.value}
      kept={host.kept}
      keep={host.keep}
      open={folder => host.post({ type: 'open', folder })}
      compare={folders => host.post({ type: 'compare', folders })}
    />
  );
}

render(<Page />, document.getElementById('root')!);
host.post({ type: 'ready' });
