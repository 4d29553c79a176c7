import { VirtualList } from '../../shared/virtual-list.tsx';
import { formatDuration, formatShare } from '../format.ts';
import { focusedRun, type OpenRun, post, revision } from '../state.ts';
import { type EpochRow, epochRows } from './epoch-rows.ts';

/** Every epoch with its loss, metrics, checkpoint and the volumes that were predicted after it. */
export function Epochs() {
  revision.value;
  const run = focusedRun.value!;
  const { rows, metrics } = epochRows(run.store, run.info?.checkpoints);
  if (rows.length === 0) return <p class="empty">The first epoch has not ended yet.</p>;
  const columns = { gridTemplateColumns: `64px 96px ${metrics.map(() => '96px').join(' ')} 84px 96px 1fr` };
  return (
    <div class="table">
      <div class="row heading" style={columns} aria-hidden="true">
        <span>Epoch</span>
        <span>Loss</span>
        {metrics.map(name => (
          <span key={name} title={`${name} on the validation split`}>
            {name === 'mean' ? 'Mean Dice' : name}
          </span>
        ))}
        <span>Time</span>
        <span>Checkpoint</span>
        <span class="left">Predicted volumes</span>
      </div>
      <VirtualList
        count={rows.length}
        rowHeight={26}
        label="Epochs, the latest first"
        row={index => (
          <Row run={run} row={rows[rows.length - 1 - index]!} metrics={metrics} columns={columns} />
        )}
      />
    </div>
  );
}

function Row({
  run,
  row,
  metrics,
  columns,
}: {
  run: OpenRun;
  row: EpochRow;
  metrics: readonly string[];
  columns: { gridTemplateColumns: string };
}) {
  const { epoch, loss, seconds, values, checkpoint, images } = row;
  return (
    <div class={`row${checkpoint === 'best' ? ' best' : ''}`} style={columns}>
      <span>{epoch}</span>
      <span>{formatShare(loss)}</span>
      {metrics.map(name => (
        <span key={name}>{values.has(name) ? formatShare(values.get(name)!) : ''}</span>
      ))}
      <span>{Number.isNaN(seconds) ? '' : formatDuration(seconds)}</span>
      <span>{checkpoint === 'best' ? '★ best' : checkpoint === 'kept' ? 'on disk' : ''}</span>
      <span class="left">
        {images.map(({ subject, path }) => (
          <button
            type="button"
            class="plain link"
            key={path}
            title={`Open what was predicted for ${subject} after epoch ${epoch}`}
            onClick={() => post({ type: 'openImage', folder: run.folder, path })}
          >
            {subject}
          </button>
        ))}
      </span>
    </div>
  );
}
