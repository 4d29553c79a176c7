import type { RunStore } from '../store/run-store.ts';
import type { Table } from '../store/table.ts';
import type { Stretch } from './decimate.ts';

/** What the horizontal axes of all charts count. */
export type Axis = 'step' | 'epoch' | 'time';

/** The part of the horizontal axis that all charts show. */
export type View = Stretch;

/**
 * The column that places a table's rows on an axis, and by what it must be multiplied: epochs are steps divided by the
 * steps of an epoch, fractions and all.
 */
export function placed(
  store: RunStore,
  table: Table<string>,
  axis: Axis,
): { readonly x: Float64Array; readonly unit: number } {
  if (axis === 'time') return { x: table.seconds.values, unit: 1 };
  return { x: table.at.values, unit: axis === 'epoch' ? 1 / stepsPerEpoch(store) : 1 };
}

/** Where something that happened stands on an axis. */
export function place(
  store: RunStore,
  moment: { readonly at: number; readonly seconds: number },
  axis: Axis,
): number {
  if (axis === 'time') return moment.seconds;
  return axis === 'epoch' ? moment.at / stepsPerEpoch(store) : moment.at;
}

/** Everything that the runs hold. */
export function wholeView(stores: readonly RunStore[], axis: Axis): View {
  const ends = stores.map(store => place(store, { at: store.stepsDone, seconds: store.seconds }, axis));
  return { from: 0, to: Math.max(axis === 'time' ? 1 : 1e-3, ...ends) };
}

/** The view moved by a share of its width, kept within the whole. */
export function pan(view: View, whole: View, share: number): View {
  const width = view.to - view.from;
  const from = clamp(view.from + share * width, whole.from, Math.max(whole.from, whole.to - width));
  return { from, to: from + width };
}

/** The view made `factor` times as wide around a point; undefined where that is the whole. */
export function zoom(view: View, whole: View, factor: number, around: number): View | undefined {
  const from = Math.max(whole.from, around - (around - view.from) * factor);
  const to = Math.min(whole.to, around + (view.to - around) * factor);
  const least = (whole.to - whole.from) * 1e-7;
  if (to - from < least) return view;
  return from <= whole.from && to >= whole.to ? undefined : { from, to };
}

const stepsPerEpoch = ({ started }: RunStore) => Math.max(1, started?.stepsPerEpoch ?? 1);
const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));
