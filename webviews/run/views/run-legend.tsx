import { theme } from '../../shared/theme.ts';
import { colourOf } from '../curves/paint.ts';
import { focused, focusedRun, hiddenRuns, post, runs, toggled } from '../state.ts';

/** Runs that lie over each other: their colours, on and off, which one is in focus, and away. */
export function RunLegend() {
  if (runs.value.length < 2) return null;
  return (
    <ul class="runs" aria-label="Runs">
      {runs.value.map(({ folder, info, colour }) => {
        const name = info?.name ?? folder;
        const on = !hiddenRuns.value.has(folder);
        return (
          <li key={folder} class={folder === focusedRun.value?.folder ? 'focused' : ''}>
            <label title={on ? 'Hide its curves' : 'Show its curves'}>
              <input
                type="checkbox"
                checked={on}
                aria-label={`Curves of ${name}`}
                onChange={() => {
                  hiddenRuns.value = toggled(hiddenRuns.value, folder);
                }}
              />
              <span
                class="swatch"
                aria-hidden="true"
                style={{ background: on ? colourOf({ colour }, theme.value) : 'transparent' }}
              />
            </label>
            <button
              type="button"
              class="plain"
              title={`${folder}\nShow its state, epochs, settings and log`}
              aria-pressed={folder === focusedRun.value?.folder}
              onClick={() => {
                focused.value = folder;
              }}
            >
              {name} <small>{info && began(info.startedAt)}</small>
            </button>
            <button
              type="button"
              class="plain icon"
              aria-label={`Remove ${name} from the panel`}
              title="Remove from the panel"
              onClick={() => post({ type: 'removeRun', folder })}
            >
              ×
            </button>
          </li>
        );
      })}
    </ul>
  );
}

const began = (time: string) =>
  new Date(time).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
