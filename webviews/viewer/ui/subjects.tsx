import { useSignal } from '@preact/signals';
import type { SubjectList } from '../../../src/contracts/viewer.ts';
import { IconButton } from './icon.tsx';

/** Goes through the subjects of a run in the order of a metric. */
export function Subjects({ list, onShow }: { list: SubjectList; onShow: (id: string) => void }) {
  const metric = useSignal(list.metrics[0] ?? '');
  const descending = useSignal(false);
  const ordered = orderSubjects(list, metric.value, descending.value);
  const at = ordered.findIndex(({ id }) => id === list.current);
  const go = (by: number) => {
    const next = ordered[at + by];
    if (next) onShow(next.id);
  };
  return (
    <section aria-label="Subjects of the run">
      <h2>
        Subject
        <small>
          {at + 1} of {ordered.length}
        </small>
      </h2>
      <div class="row">
        <IconButton icon="previous" label="Previous subject" disabled={at <= 0} onClick={() => go(-1)} />
        <select
          class="grow"
          aria-label="Subject"
          value={list.current}
          onChange={event => onShow(event.currentTarget.value)}
        >
          {ordered.map(({ id, values }) => (
            <option key={id} value={id}>
              {id}
              {metric.value !== '' && `   ${values[metric.value]?.toFixed(3) ?? '–'}`}
            </option>
          ))}
        </select>
        <IconButton
          icon="next"
          label="Next subject"
          disabled={at < 0 || at >= ordered.length - 1}
          onClick={() => go(1)}
        />
      </div>
      {list.metrics.length > 0 && (
        <div class="row">
          <label class="inline grow">
            <span>Sorted by</span>
            <select
              value={metric.value}
              onChange={event => {
                metric.value = event.currentTarget.value;
              }}
            >
              <option value="">Name</option>
              {list.metrics.map(name => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <button
            type="button"
            class="plain"
            aria-label={descending.value ? 'Largest first' : 'Smallest first'}
            title={descending.value ? 'Largest first' : 'Smallest first'}
            onClick={() => {
              descending.value = !descending.value;
            }}
          >
            {descending.value ? '↓' : '↑'}
          </button>
        </div>
      )}
    </section>
  );
}

/** By a metric, those without a value last; by name where no metric is given. */
export function orderSubjects(
  { subjects }: SubjectList,
  metric: string,
  descending: boolean,
): SubjectList['subjects'] {
  const byName = (a: { id: string }, b: { id: string }) =>
    a.id.localeCompare(b.id, undefined, { numeric: true });
  const sense = descending ? -1 : 1;
  return [...subjects].sort((a, b) => {
    const [left, right] = [a.values[metric] ?? undefined, b.values[metric] ?? undefined];
    if (left === undefined || right === undefined) {
      if (left === right) return sense * byName(a, b);
      return left === undefined ? 1 : -1;
    }
    return sense * (left - right) || byName(a, b);
  });
}
