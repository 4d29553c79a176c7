import type { SearchState, SearchTrial } from '../../src/contracts/search.ts';
import { type Axis, axesOf, goodness } from './axes.ts';

const HEIGHT = 260;
const TOP = 30;
const SPACE = 150;
const MARGIN = 70;

interface Props {
  readonly state: SearchState;
  /** Number of the trial that is pointed at in the table. */
  readonly marked: number | undefined;
}

/** Trials as lines over the searched settings to the objective; good ones are stronger, the marked one stands out. */
export function Coordinates({ state, marked }: Props) {
  const axes = axesOf(state);
  const good = goodness(state);
  const width = 2 * MARGIN + (axes.length - 1) * SPACE;
  const first = state.trials.find(({ number }) => number === marked);
  // The marked one last, so that it lies on top.
  const order = first ? [...state.trials.filter(one => one !== first), first] : state.trials;
  return (
    <div class="coordinates">
      <svg
        width={width}
        height={HEIGHT + TOP + 24}
        viewBox={`0 0 ${width} ${HEIGHT + TOP + 24}`}
        role="img"
        aria-label={`${state.trials.length} trials over ${axes.length - 1} settings and ${state.objective.metric}; the table below has the numbers.`}
      >
        {axes.map((axis, index) => (
          <AxisLine key={axis.name} axis={axis} x={MARGIN + index * SPACE} />
        ))}
        {order.map(trial => {
          const path = pathOf(trial, axes);
          if (path === '') return null;
          const share = good(trial);
          const kind = trial === first ? 'marked' : share === undefined ? 'without' : '';
          return (
            <path
              key={trial.number}
              d={path}
              class={`trial ${kind}`}
              style={{ opacity: trial === first ? 1 : 0.15 + 0.6 * (share ?? 0) ** 2 }}
            >
              <title>Trial {trial.number + 1}</title>
            </path>
          );
        })}
      </svg>
    </div>
  );
}

function AxisLine({ axis, x }: { axis: Axis; x: number }) {
  return (
    <g class="axis">
      <text x={x} y={16} text-anchor="middle" class="name">
        {shortName(axis.name)}
        <title>{axis.name}</title>
      </text>
      <line x1={x} x2={x} y1={TOP} y2={TOP + HEIGHT} />
      {axis.ticks.map(({ at, text }) => (
        <text key={text} x={x + 6} y={y(at) + 4}>
          {text.length > 14 ? `${text.slice(0, 13)}…` : text}
        </text>
      ))}
    </g>
  );
}

const y = (at: number): number => TOP + HEIGHT * (1 - at);

/** The last parts of a path say most. */
const shortName = (name: string): string => {
  const parts = name.split(/[./]/);
  const short = parts.slice(-2).join('.');
  const shown = short.length <= 20 ? short : parts.at(-1)!;
  return shown.length <= 20 ? shown : `${shown.slice(0, 19)}…`;
};

/** A line through the places of a trial; it ends where a value is missing. */
function pathOf(trial: SearchTrial, axes: readonly Axis[]): string {
  const places = axes.flatMap((axis, index) => {
    const at = axis.at(trial);
    return at === undefined ? [] : [`${MARGIN + index * SPACE} ${y(at).toFixed(1)}`];
  });
  return places.length < 2 ? '' : `M${places.join('L')}`;
}
