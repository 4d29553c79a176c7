import type { ComponentType } from 'preact';
import { focusedRun, post, revision, runs, tab } from '../state.ts';
import { Curves } from './curves.tsx';
import { Epochs } from './epochs.tsx';
import { Header } from './header.tsx';
import { Log } from './log.tsx';
import { ProfileView } from './profile.tsx';
import { Settings } from './settings.tsx';

const TABS: readonly (readonly [id: string, title: string, view: ComponentType])[] = [
  ['curves', 'Curves', Curves],
  ['epochs', 'Epochs', Epochs],
  ['profile', 'Profile', ProfileView],
  ['settings', 'Settings', Settings],
  ['log', 'Log', Log],
];

/** The whole panel. */
export function Panel() {
  if (runs.value.length === 0) return <Welcome />;
  const [id, title, View] = TABS.find(([name]) => name === tab.value)!;
  return (
    <>
      <Header />
      <div role="tablist" aria-label="What of the run is shown" class="tabs" onKeyDown={moveTab}>
        {TABS.map(([name, text]) => (
          <button
            type="button"
            role="tab"
            key={name}
            id={`tab-${name}`}
            aria-selected={name === id}
            aria-controls="shown"
            tabIndex={name === id ? 0 : -1}
            onClick={() => {
              tab.value = name;
            }}
          >
            {text}
            {name === 'log' && <Problems />}
          </button>
        ))}
      </div>
      <div role="tabpanel" id="shown" aria-label={title} class={`shown ${id}`}>
        <View />
      </div>
    </>
  );
}

function Welcome() {
  return (
    <div class="empty">
      <p>No run is open.</p>
      <button type="button" class="primary" onClick={() => post({ type: 'addRun' })}>
        Choose a run…
      </button>
    </div>
  );
}

/** How many warnings and errors there are, beside the log's title. */
function Problems() {
  revision.value;
  const messages = focusedRun.value?.store.messages ?? [];
  const errors = messages.filter(({ type }) => type === 'error').length;
  const problems = errors + messages.filter(({ type }) => type === 'warning').length;
  if (problems === 0) return null;
  return (
    <span class={errors > 0 ? 'badge error' : 'badge'} title={`${problems} warnings and errors`}>
      {problems}
    </span>
  );
}

function moveTab(event: KeyboardEvent): void {
  const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
  if (step === 0) return;
  const at = TABS.findIndex(([name]) => name === tab.value);
  tab.value = TABS[(at + step + TABS.length) % TABS.length]![0];
  document.getElementById(`tab-${tab.value}`)?.focus();
}
