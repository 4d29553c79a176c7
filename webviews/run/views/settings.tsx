import { computed, signal } from '@preact/signals';
import { theme } from '../../shared/theme.ts';
import { VirtualList } from '../../shared/virtual-list.tsx';
import { colourOf } from '../curves/paint.ts';
import { focusedRun, post, runs } from '../state.ts';

const filter = signal('');
const onlyDifferent = signal(false);

/** A setting and its value in each run; undefined where the run does not have it. */
interface SettingRow {
  readonly path: string;
  readonly values: readonly (string | undefined)[];
  readonly different: boolean;
}

const rows = computed<readonly SettingRow[]>(() => {
  const lists = runs.value.map(
    ({ info }) => new Map(info?.settings.map(({ path, value }) => [path, value] as const)),
  );
  // The order of the run in focus; what only others have comes last.
  const first = focusedRun.value?.info?.settings.map(({ path }) => path) ?? [];
  const paths = new Set([...first, ...lists.flatMap(list => [...list.keys()])]);
  return [...paths].map(path => {
    const values = lists.map(list => list.get(path));
    return { path, values, different: new Set(values).size > 1 };
  });
});

/** Settings of the runs side by side; a click goes to the line in the configuration that sets one. */
export function Settings() {
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = rows.value.filter(
    ({ path, values, different }) =>
      (!onlyDifferent.value || different) &&
      words.every(word => `${path} ${values.join(' ')}`.toLowerCase().includes(word)),
  );
  const several = runs.value.length > 1;
  const columns = {
    gridTemplateColumns: `minmax(200px, 420px) repeat(${runs.value.length}, minmax(160px, 1fr))`,
  };
  return (
    <div class="table">
      <div class="toolbar">
        <input
          type="search"
          placeholder="Filter settings"
          aria-label="Filter settings"
          value={filter.value}
          onInput={event => {
            filter.value = event.currentTarget.value;
          }}
        />
        {several && (
          <label class="check">
            <input
              type="checkbox"
              checked={onlyDifferent.value}
              onChange={() => {
                onlyDifferent.value = !onlyDifferent.value;
              }}
            />
            Only what differs
          </label>
        )}
        <p class="readout" role="status">
          {shown.length === rows.value.length
            ? `${shown.length} settings`
            : `${shown.length} of ${rows.value.length}`}
        </p>
      </div>
      {several && (
        <div class="row heading" style={columns} aria-hidden="true">
          <span class="left">Setting</span>
          {runs.value.map(({ folder, info, colour }) => (
            <span class="left" key={folder}>
              <span class="swatch" style={{ background: colourOf({ colour }, theme.value) }} /> {info?.name}
            </span>
          ))}
        </div>
      )}
      {shown.length === 0 ? (
        <p class="empty">
          {rows.value.length === 0
            ? 'The settings of the run could not be read.'
            : 'No setting has these words.'}
        </p>
      ) : (
        <VirtualList
          count={shown.length}
          rowHeight={24}
          label="Settings"
          row={index => <Row row={shown[index]!} columns={columns} />}
        />
      )}
    </div>
  );
}

function Row({ row, columns }: { row: SettingRow; columns: { gridTemplateColumns: string } }) {
  const at = Math.max(row.path.lastIndexOf('.'), row.path.lastIndexOf('[') - 1) + 1;
  return (
    <button
      type="button"
      class={`plain row${row.different ? ' different' : ''}`}
      style={columns}
      title={`Go to ${row.path} in the configuration`}
      onClick={() => post({ type: 'openSetting', folder: focusedRun.value!.folder, path: row.path })}
    >
      <span class="left path">
        {row.path.slice(0, at)}
        <b>{row.path.slice(at)}</b>
      </span>
      {row.values.map((value, index) => (
        <span class="left value" key={runs.value[index]?.folder}>
          {value ?? '–'}
        </span>
      ))}
    </button>
  );
}
