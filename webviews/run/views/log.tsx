import { computed, signal } from '@preact/signals';
import { VirtualList } from '../../shared/virtual-list.tsx';
import { formatDuration } from '../format.ts';
import { focusedRun, revision } from '../state.ts';
import type { Message } from '../store/run-store.ts';

const KINDS = [
  ['all', 'Messages'],
  ['problems', 'Warnings and errors'],
  ['output', 'Output of the backend'],
] as const;
const kind = signal<(typeof KINDS)[number][0]>('all');
const filter = signal('');
const output = computed(() => focusedRun.value?.log.split('\n') ?? []);

/** What the run said: log, warnings and errors, or what the backend printed. */
export function Log() {
  revision.value;
  const wanted = filter.value.toLowerCase();
  const messages = (focusedRun.value?.store.messages ?? []).filter(
    message =>
      (kind.value === 'all' || message.type !== 'log') && message.message.toLowerCase().includes(wanted),
  );
  const lines = output.value.filter(line => line.trim() !== '' && line.toLowerCase().includes(wanted));
  const count = kind.value === 'output' ? lines.length : messages.length;
  return (
    <div class="table">
      <div class="toolbar">
        <fieldset class="segments">
          <legend class="hidden">What is listed</legend>
          {KINDS.map(([value, text]) => (
            <button
              type="button"
              key={value}
              aria-pressed={kind.value === value}
              onClick={() => {
                kind.value = value;
              }}
            >
              {text}
            </button>
          ))}
        </fieldset>
        <input
          type="search"
          placeholder="Filter"
          aria-label="Filter the log"
          value={filter.value}
          onInput={event => {
            filter.value = event.currentTarget.value;
          }}
        />
      </div>
      {count === 0 ? (
        <p class="empty">{wanted ? 'Nothing has these words.' : 'No messages yet.'}</p>
      ) : (
        <VirtualList
          key={kind.value}
          count={count}
          rowHeight={22}
          label="Log"
          follow
          row={index =>
            kind.value === 'output' ? (
              <code title={lines[index]}>{lines[index]}</code>
            ) : (
              <Line message={messages[index]!} />
            )
          }
        />
      )}
    </div>
  );
}

function Line({ message }: { message: Message }) {
  const { type, seconds } = message;
  const remedy = message.type === 'error' ? message.remedy : undefined;
  const text = remedy ? `${message.message} ${remedy}` : message.message;
  return (
    <p class={`message ${type}`} title={text}>
      <time dateTime={message.time}>{formatDuration(seconds)}</time>
      {type !== 'log' && <strong>{type}</strong>}
      <span>{text}</span>
    </p>
  );
}
