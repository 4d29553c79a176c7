import type { SearchState, SearchTrial } from '../../src/contracts/search.ts';

/** One vertical axis of parallel coordinates. */
export interface Axis {
  readonly name: string;
  /** Marks from the bottom (0) to the top (1). */
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
  /** Place of a trial from the bottom (0) to the top (1); undefined where it has no value. */
  at(trial: SearchTrial): number | undefined;
}

/** A range wider than this by factor is one of powers. */
const WIDE = 30;
const TICKS = 5;

/** An axis for each searched setting, and last the objective. */
export function axesOf({ trials, objective }: SearchState): Axis[] {
  const names = [...new Set(trials.flatMap(({ parameters }) => Object.keys(parameters)))];
  return [
    ...names.map(name => axisOf(name, trials, trial => trial.parameters[name])),
    axisOf(objective.metric, trials, trial => bestValue(trial, objective.goal)),
  ];
}

/** The best value that a trial has reached; undefined where it has none. */
export function bestValue(
  { measurements }: SearchTrial,
  goal: SearchState['objective']['goal'],
): number | undefined {
  const values = measurements.map(({ value }) => value);
  if (values.length === 0) return undefined;
  return goal === 'maximize' ? Math.max(...values) : Math.min(...values);
}

/** Trials with the best first; those without a value, and those that failed, last, in their order. */
export function ranked({ trials, objective }: SearchState): SearchTrial[] {
  const sign = objective.goal === 'maximize' ? -1 : 1;
  const rank = (trial: SearchTrial) => {
    const value = trial.status === 'failed' ? undefined : bestValue(trial, objective.goal);
    return value === undefined ? Number.POSITIVE_INFINITY : sign * value;
  };
  return [...trials].sort((a, b) => rank(a) - rank(b) || a.number - b.number);
}

/** How good a trial is among all: 0 the worst, 1 the best; undefined where it has no value, or failed. */
export function goodness({ trials, objective }: SearchState): (trial: SearchTrial) => number | undefined {
  const reached = (trial: SearchTrial) =>
    trial.status === 'failed' ? undefined : bestValue(trial, objective.goal);
  const values = trials.map(reached).filter(value => value !== undefined);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return trial => {
    const value = reached(trial);
    if (value === undefined) return undefined;
    const share = high > low ? (value - low) / (high - low) : 1;
    return objective.goal === 'maximize' ? share : 1 - share;
  };
}

type ValueOf = (trial: SearchTrial) => unknown;

function axisOf(name: string, trials: readonly SearchTrial[], readValue: ValueOf): Axis {
  const values = trials.map(readValue).filter(value => value !== undefined && value !== null);
  return values.every(value => typeof value === 'number')
    ? numberAxis(name, values, readValue)
    : choiceAxis(name, values, readValue);
}

function numberAxis(name: string, values: readonly number[], readValue: ValueOf): Axis {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const powers = low > 0 && high / low > WIDE;
  const scale = powers ? Math.log : (value: number) => value;
  const place = (value: number) =>
    high > low ? (scale(value) - scale(low)) / (scale(high) - scale(low)) : 0.5;
  const distinct = [...new Set(values)].sort((a, b) => a - b);
  const marks =
    distinct.length <= TICKS
      ? distinct
      : Array.from({ length: TICKS }, (_, index) => {
          const share = index / (TICKS - 1);
          return powers ? low * (high / low) ** share : low + (high - low) * share;
        });
  return {
    name,
    ticks: marks.map(value => ({ at: place(value), text: numberText(value) })),
    at: trial => {
      const value = readValue(trial);
      return typeof value === 'number' ? place(value) : undefined;
    },
  };
}

function choiceAxis(name: string, values: readonly unknown[], readValue: ValueOf): Axis {
  const texts = [...new Set(values.map(wordOf))].sort();
  const place = (text: string) => (texts.length > 1 ? texts.indexOf(text) / (texts.length - 1) : 0.5);
  return {
    name,
    ticks: texts.map(text => ({ at: place(text), text })),
    at: trial => {
      const value = readValue(trial);
      return value === undefined || value === null ? undefined : place(wordOf(value));
    },
  };
}

export const wordOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? numberText(value) : JSON.stringify(value);

export const numberText = (value: number): string =>
  value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5)
    ? value.toExponential(1)
    : String(Number(value.toPrecision(4)));
