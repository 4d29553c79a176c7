import { computed, effect, signal } from '@preact/signals';
import type { Profile } from '../../src/contracts/profile.ts';
import type { FromRunPanel, PanelRun, RunPanelState, ToRunPanel } from '../../src/contracts/run-panel.ts';
import { connect } from '../shared/vscode.ts';
import type { ShownRun } from './curves/lines.ts';
import { structureColours } from './curves/structure-colours.ts';
import { type Axis, pan, type View, wholeView, zoom } from './curves/view.ts';
import { RunStore } from './store/run-store.ts';

/** A run of the panel: what the extension says of it and what its events say. */
export interface OpenRun {
  readonly folder: string;
  readonly info: PanelRun | undefined;
  readonly store: RunStore;
  /** Place in the palette, kept while the run is open. */
  readonly colour: number;
  readonly caughtUp: boolean;
  readonly fault: { readonly message: string; readonly remedy?: string; readonly gone?: boolean } | undefined;
  readonly log: string;
  readonly profile: Profile | undefined;
}

/** In the order in which they were added. */
export const runs = signal<readonly OpenRun[]>([]);
/** Counts up when events were read; the stores themselves are not signals, as they change with every line. */
export const revision = signal(0);
export const hiddenRuns = signal<ReadonlySet<string>>(new Set());
/** Folder of the run whose header, epochs, settings and log are shown. */
export const focused = signal<string | undefined>(undefined);
export const axis = signal<Axis>('step');
/** Steps that an average goes over; 1: none. */
export const smoothing = signal(1);
/** Undefined: everything, and what comes. */
export const view = signal<View | undefined>(undefined);
/** The place under the pointer, on the horizontal axis. */
export const cursor = signal<number | undefined>(undefined);
/** The part of the panel that is shown. */
export const tab = signal('curves');
/** Ids of charts with a logarithmic axis. */
export const logarithmic = signal<ReadonlySet<string>>(new Set());
/** `chart/series` that were switched. */
export const switched = signal<ReadonlySet<string>>(new Set());

export const focusedRun = computed(
  () => runs.value.find(({ folder }) => folder === focused.value) ?? runs.value[0],
);
export const shownRuns = computed<readonly ShownRun[]>(() =>
  runs.value
    .filter(({ folder }) => !hiddenRuns.value.has(folder))
    .map(({ folder, info, store, colour }) => ({
      folder,
      name: info?.name ?? folder,
      store,
      colour,
      structures: structureColours(info?.settings ?? []),
    })),
);
export const whole = computed<View>(() => {
  revision.value;
  return wholeView(
    shownRuns.value.map(({ store }) => store),
    axis.value,
  );
});
export const shownView = computed<View>(() => view.value ?? whole.value);

const host = connect<ToRunPanel, FromRunPanel, RunPanelState>(receive);
export const post = host.post;

/** While a run is read from the start, its curves are drawn only now and then: they are about to change. */
const READING_MILLISECONDS = 500;
let frame = 0;
let announced = 0;
/** Tells of new events once a frame, however many came. */
function announce(reading: boolean): void {
  if (frame !== 0 || (reading && performance.now() - announced < READING_MILLISECONDS)) return;
  frame = requestAnimationFrame(() => {
    frame = 0;
    announced = performance.now();
    revision.value++;
  });
}

function receive(message: ToRunPanel): void {
  switch (message.type) {
    case 'begin':
      for (const folder of message.folders) change(folder, {});
      break;
    case 'run':
      change(message.run.folder, { info: message.run, fault: undefined });
      break;
    case 'removed':
      runs.value = runs.value.filter(({ folder }) => folder !== message.folder);
      break;
    case 'events': {
      const { store, caughtUp } = change(message.folder, {});
      store.append(message.offset, message.bytes);
      announce(!caughtUp);
      break;
    }
    case 'profile':
      change(message.folder, { profile: message.profile });
      break;
    case 'caughtUp':
      change(message.folder, { caughtUp: true });
      announce(false);
      break;
    case 'fault':
      change(message.folder, { fault: message });
      break;
    case 'log': {
      const { log } = change(message.folder, {});
      change(message.folder, { log: message.offset === 0 ? message.text : log + message.text });
      break;
    }
  }
}

/** Changes what is known of a run; one that is new is added. */
function change(folder: string, changes: Partial<OpenRun>): OpenRun {
  const old = runs.value.find(run => run.folder === folder);
  if (old && Object.keys(changes).length === 0) return old;
  const run = { ...(old ?? newRun(folder)), ...changes };
  runs.value = old ? runs.value.map(other => (other === old ? run : other)) : [...runs.value, run];
  return run;
}

function newRun(folder: string): OpenRun {
  const taken = new Set(runs.value.map(({ colour }) => colour));
  let colour = 0;
  while (taken.has(colour)) colour++;
  const store = new RunStore();
  const nothing = { info: undefined, fault: undefined, profile: undefined };
  return { folder, store, colour, caughtUp: false, log: '', ...nothing };
}

/** A set with one member more or less. */
export function toggled(set: ReadonlySet<string>, member: string): ReadonlySet<string> {
  const other = new Set(set);
  if (!other.delete(member)) other.add(member);
  return other;
}

export function panView(share: number): void {
  if (view.value) view.value = pan(view.value, whole.value, share);
}

export function zoomView(factor: number, around: number): void {
  view.value = zoom(shownView.value, whole.value, factor, around);
}

/** Changes the axis and keeps to the whole, as places on one axis are none on another. */
export function setAxis(to: Axis): void {
  axis.value = to;
  view.value = undefined;
  cursor.value = undefined;
}

/** How the panel is looked at; kept while it is hidden. */
interface Look {
  readonly tab: string;
  readonly axis: Axis;
  readonly smoothing: number;
  readonly view?: View;
  readonly focused?: string;
  readonly logarithmic: readonly string[];
  readonly hiddenRuns: readonly string[];
  readonly switched: readonly string[];
}

function restore(look: Look): void {
  tab.value = look.tab;
  axis.value = look.axis;
  smoothing.value = look.smoothing;
  view.value = look.view;
  focused.value = look.focused;
  logarithmic.value = new Set(look.logarithmic);
  hiddenRuns.value = new Set(look.hiddenRuns);
  switched.value = new Set(look.switched);
}

/** Goes on as it was left, and tells the extension that the page can take messages. */
export function begin(): void {
  const look = host.kept?.look as Look | undefined;
  if (look) restore(look);
  effect(() => {
    const kept: Look = {
      tab: tab.value,
      axis: axis.value,
      smoothing: smoothing.value,
      ...(view.value && { view: view.value }),
      ...(focused.value !== undefined && { focused: focused.value }),
      logarithmic: [...logarithmic.value],
      hiddenRuns: [...hiddenRuns.value],
      switched: [...switched.value],
    };
    const folders = runs.value.map(({ folder }) => folder);
    if (folders.length > 0) host.keep({ folders, look: kept });
  });
  post({ type: 'ready' });
}
