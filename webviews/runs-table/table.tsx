import { useState } from 'preact/hooks';
import { type RunRow, type SortKey, type SortOrder, STATUS_WORDS } from '../../src/contracts/runs-table.ts';
import { filterProblem, filterRows, NEWEST_FIRST, sortRows } from '../../src/runs/arrange-rows.ts';
import { durationText } from '../../src/runs/duration.ts';
import { epochsText } from '../../src/runs/run-row.ts';

/** How the table is arranged; kept over a reload of the window. */
export interface TableState {
  readonly sort: SortOrder;
  readonly filter: string;
}

export interface RunsTableProps {
  readonly rows: readonly RunRow[];
  readonly kept: TableState | undefined;
  keep(state: TableState): void;
  open(folder: string): void;
  compare(folders: readonly string[]): void;
}

interface Column {
  readonly title: string;
  readonly sort?: SortKey;
  readonly number?: boolean;
  text(row: RunRow): string;
}

const COLUMNS: readonly Column[] = [
  { title: 'Status', sort: 'status', text: ({ status }) => STATUS_WORDS[status] },
  { title: 'Started', sort: 'started', text: ({ startedAt }) => new Date(startedAt).toLocaleString() },
  { title: 'Score', sort: 'score', number: true, text: ({ score }) => score?.value.toFixed(4) ?? '' },
  { title: 'Measure', text: ({ score }) => (score ? `${score.split} ${score.name}` : '') },
  {
    title: 'Duration',
    sort: 'duration',
    number: true,
    text: ({ seconds }) => (seconds === undefined ? '' : durationText(seconds)),
  },
  { title: 'Epochs', number: true, text: epochsText },
  {
    title: 'Tags',
    text: ({ tags }) =>
      Object.entries(tags)
        .map(pair => pair.join('='))
        .join(', '),
  },
  { title: 'Note', text: ({ note }) => note },
];

/** Rows that are made at once; more are a click away. */
const PAGE = 300;

/** The runs as a table: sorted by a click on a column, with two of them chosen to be compared. */
export function RunsTable({ rows, kept, keep, open, compare }: RunsTableProps) {
  const [state, setState] = useState<TableState>(kept ?? { sort: NEWEST_FIRST, filter: '' });
  const [shown, setShown] = useState(PAGE);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [current, setCurrent] = useState(0);
  const arrange = (changed: Partial<TableState>) => {
    const next = { ...state, ...changed };
    setState(next);
    keep(next);
    setCurrent(0);
  };
  const arranged = sortRows(filterRows(rows, state.filter), state.sort);
  const problem = filterProblem(state.filter);
  const seen = arranged.slice(0, shown);
  const picked = chosen.filter(folder => rows.some(row => row.folder === folder));
  const choose = (folder: string) =>
    // The third takes the place of the first: two can be compared.
    setChosen(picked.includes(folder) ? picked.filter(one => one !== folder) : [...picked, folder].slice(-2));

  return (
    <>
      <header>
        <input
          type="search"
          aria-label="Filter runs"
          placeholder="Filter: words, site=B, dice>0.8"
          value={state.filter}
          onInput={({ currentTarget }) => arrange({ filter: currentTarget.value })}
        />
        <button type="button" disabled={picked.length !== 2} onClick={() => compare(picked)}>
          Compare
        </button>
        <small role="status">
          {problem && <span class="problem">{problem} </span>}
          {arranged.length === rows.length
            ? `${rows.length} runs`
            : `${arranged.length} of ${rows.length} runs`}
        </small>
      </header>
      <div class="scroll">
        <table>
          <caption class="hidden">Runs of the workspace</caption>
          <thead>
            <tr>
              <th scope="col">
                <span class="hidden">Compare</span>
              </th>
              <Heading title="Name" sort="name" order={state.sort} set={sort => arrange({ sort })} />
              {COLUMNS.map(({ title, sort, number }) => (
                <Heading
                  key={title}
                  {...{ title, sort, number }}
                  order={state.sort}
                  set={order => arrange({ sort: order })}
                />
              ))}
            </tr>
          </thead>
          <tbody onKeyDown={event => moveFocus(event, seen.length, setCurrent)}>
            {seen.map((row, index) => (
              <tr key={row.folder} class={row.status} onFocusIn={() => setCurrent(index)}>
                <td>
                  <input
                    type="checkbox"
                    tabIndex={index === current ? 0 : -1}
                    checked={picked.includes(row.folder)}
                    aria-label={`Compare ${row.name}, started ${new Date(row.startedAt).toLocaleString()}`}
                    onChange={() => choose(row.folder)}
                  />
                </td>
                <th scope="row">
                  <button
                    type="button"
                    class="plain link"
                    tabIndex={index === current ? 0 : -1}
                    title={row.folder}
                    onClick={() => open(row.folder)}
                  >
                    {row.name}
                  </button>
                </th>
                {COLUMNS.map(column => (
                  <td key={column.title} class={column.number ? 'number' : ''} title={column.text(row)}>
                    {column.text(row)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        {arranged.length > shown && (
          <button type="button" class="more" onClick={() => setShown(shown + PAGE)}>
            Show {Math.min(PAGE, arranged.length - shown)} more
          </button>
        )}
      </div>
    </>
  );
}

interface HeadingProps {
  readonly title: string;
  readonly sort?: SortKey | undefined;
  readonly number?: boolean | undefined;
  readonly order: SortOrder;
  set(order: SortOrder): void;
}

function Heading({ title, sort, number, order, set }: HeadingProps) {
  const sorted = sort === order.key;
  const direction = order.descending ? 'descending' : 'ascending';
  return (
    <th scope="col" class={number ? 'number' : ''} aria-sort={sorted ? direction : 'none'}>
      {sort === undefined ? (
        title
      ) : (
        <button
          type="button"
          class="plain"
          onClick={() => set({ key: sort, descending: sorted ? !order.descending : sort !== 'name' })}
        >
          {title}
          <span aria-hidden="true">{sorted ? (order.descending ? ' ↓' : ' ↑') : ''}</span>
        </button>
      )}
    </th>
  );
}

/** Up and down go from row to row, in the column of the control that has the focus. */
function moveFocus(event: KeyboardEvent, count: number, set: (index: number) => void): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const control = event.target as HTMLElement;
  const row = control.closest('tr');
  if (step === undefined || row === null) return;
  event.preventDefault();
  const next = row.rowIndex - 1 + step;
  if (next < 0 || next >= count) return;
  set(next);
  const target = row.parentElement!.children[next]!;
  target.querySelector<HTMLElement>(control.tagName === 'INPUT' ? 'input' : 'button')?.focus();
}
