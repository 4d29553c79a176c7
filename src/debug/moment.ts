import { configurationSchema } from '../config/schema/configuration.ts';
import { parsePath } from '../config/tree.ts';
import type { ProbePoint } from '../foundation/probe.ts';
import { exportVolumes } from './export-volumes.ts';
import { completeExpression } from './expressions/complete.ts';
import { evaluate, type Names } from './expressions/evaluate.ts';
import { parseExpression } from './expressions/parse.ts';
import { ExpressionError } from './expressions/syntax.ts';
import { asValue, type GroupValue, namesOf, type Value } from './expressions/value.ts';
import type { Question, Questions, Scope, StackFrame, ThreadId, Variable } from './messages.ts';
import { type Entry, VariableStore } from './values/variable-store.ts';

/** More frames than a thread has; a frame's number is its thread's times this, and its place from the innermost. */
const FRAMES = 1000;

/** Something under way on a thread. */
export interface OpenFrame {
  readonly name: string;
  readonly setting: string;
  readonly values: Readonly<Record<string, number>>;
}

export interface MomentOptions {
  readonly thread: ThreadId;
  /** The node that training is at; unknown where it failed between nodes. */
  readonly point: ProbePoint | undefined;
  readonly threads: Readonly<Record<ThreadId, readonly OpenFrame[]>>;
  /** Last known numbers by name, such as `loss` and `Dice/liver`. */
  readonly known: ReadonlyMap<string, number>;
  /** What training stopped for, where that is a tensor; an expression at the node. */
  readonly suspect?: string | undefined;
  /** The settings that the running code reads. */
  readonly settings: object;
  /** [z, y, x] in mm of the crop that was drawn last. */
  readonly spacing: () => readonly [number, number, number] | undefined;
  changed(setting: string, value: number): void;
}

/** Settings that the running code reads again whenever it uses them. */
const CHANGEABLE =
  /^(augmentation\[|postprocessing\[|schedule\.|optimizer\.learning_rate$|sampling\.class_weights)/;

/** What there is to see while training is stopped at one place. */
export class Moment {
  readonly frames: Readonly<Record<ThreadId, readonly StackFrame[]>>;
  readonly names: Names;
  private readonly store = new VariableStore();

  constructor(private readonly options: MomentOptions) {
    this.frames = { 1: this.framesOf(1), 2: this.framesOf(2) };
    this.names = this.namesAt(options.threads[options.thread], options.point);
  }

  /** @throws ExpressionError that says why there is no answer. */
  answer(question: Question, given: unknown): unknown {
    switch (question) {
      case 'scopes':
        return this.scopes((given as Questions['scopes'][0]).frame);
      case 'variables': {
        const { reference, filter, start, count } = given as Questions['variables'][0];
        return this.store.variables(reference, filter, start, count);
      }
      case 'evaluate':
        return this.evaluate(given as Questions['evaluate'][0]);
      case 'set':
        return this.set(given as Questions['set'][0]);
      case 'complete':
        return this.complete(given as Questions['complete'][0]);
      case 'exportVolume': {
        const { expression, folder, frame } = given as Questions['exportVolume'][0];
        const value = evaluate(parseExpression(expression), this.namesIn(frame));
        return exportVolumes(value, folder, expression, this.options.spacing());
      }
    }
  }

  private framesOf(thread: ThreadId): StackFrame[] {
    const { point, threads } = this.options;
    const open = threads[thread].map(({ name, setting }) => ({ name, setting }));
    if (thread === this.options.thread && point) {
      open.push({ name: titleOf(point), setting: point.setting });
    }
    return open.reverse().map((frame, index) => ({ ...frame, id: thread * FRAMES + index }));
  }

  private complete({ text, frame }: Questions['complete'][0]): string[] {
    return completeExpression(text, this.namesIn(frame));
  }

  /** The thread and place of a frame, and the node that it shows, if any; undefined where there is none any more. */
  private frameOf(id: number) {
    const [thread, index] = [Math.floor(id / FRAMES) as ThreadId, id % FRAMES];
    const frame = this.frames[thread]?.[index];
    const atNode = thread === this.options.thread && index === 0;
    return frame && { thread, index, setting: frame.setting, point: atNode ? this.options.point : undefined };
  }

  /** The names that expressions have in a frame; default: where training is stopped. */
  private namesIn(id: number | undefined): Names {
    const found = id === undefined ? undefined : this.frameOf(id);
    if (found === undefined || found.point !== undefined) return this.names;
    const { thread, index } = found;
    const open = this.options.threads[thread];
    const inner = this.frames[thread].length - open.length;
    return this.namesAt(open.slice(0, open.length - (index - inner)), undefined);
  }

  private scopes(id: number): Scope[] {
    const found = this.frameOf(id);
    if (!found) return [];
    const { point } = found;
    const { suspect } = this.options;
    const scopes = [
      ...(point && suspect ? [this.scope('NaN or Inf', [this.suspectEntry(suspect)])] : []),
      ...(point ? [this.scope('Node', nodeEntries(point))] : []),
      this.scope('Settings', this.settingEntries(found.setting)),
      this.scope('Progress', this.progressEntries()),
    ];
    return scopes.filter(({ named }) => named > 0);
  }

  private suspectEntry(suspect: string): Entry {
    return {
      name: suspect,
      value: () => evaluate(parseExpression(suspect), this.names),
      evaluateName: suspect,
    };
  }

  private scope(name: string, entries: readonly Entry[]): Scope {
    return { name, reference: this.store.entries(entries), named: entries.length, expensive: false };
  }

  /** The settings of a node, from the object that the running code reads. */
  private settingEntries(setting: string): Entry[] {
    const value = parsePath(setting).reduce<unknown>(
      (inner, part) => (inner as Record<string | number, unknown> | undefined)?.[part],
      this.options.settings,
    );
    if (typeof value !== 'object' || value === null) return [];
    return this.entriesOf(value as Record<string, unknown>, setting);
  }

  private entriesOf(object: Record<string, unknown>, path: string): Entry[] {
    return Object.entries(object).flatMap(([key, value]): Entry[] => {
      const inner = Array.isArray(object) ? `${path}[${key}]` : `${path}.${key}`;
      // A step's settings are shown at once: what stands below its name.
      if (
        typeof value === 'object' &&
        value !== null &&
        !Array.isArray(value) &&
        Object.keys(object).length === 1
      )
        return this.entriesOf(value as Record<string, unknown>, inner);
      const settable = typeof value === 'number' && CHANGEABLE.test(inner);
      return [
        {
          name: key,
          value: () => plain(object[key]),
          ...(settable && { set: (next: number) => this.change(object, key, inner, next) }),
        },
      ];
    });
  }

  private change(object: Record<string, unknown>, key: string, setting: string, next: number): void {
    const before = object[key];
    object[key] = next;
    const checked = configurationSchema.safeParse(this.options.settings);
    const path = parsePath(setting).join('.');
    const issue = checked.success
      ? undefined
      : (checked.error.issues.find(one => one.path.join('.').startsWith(path)) ?? checked.error.issues[0]);
    if (issue) {
      object[key] = before;
      throw new ExpressionError(`\`${setting}\` cannot be ${next}: ${issue.message}`);
    }
    this.options.changed(setting, next);
  }

  private progressEntries(): Entry[] {
    const names = ['epoch', 'batch', 'step', ...this.options.known.keys()];
    return [...new Set(names)].flatMap(name => {
      const read = this.names.get(name) ?? (() => this.options.known.get(name) ?? null);
      return read() === null
        ? []
        : [{ name, value: read, ...(this.names.has(name) && { evaluateName: name }) }];
    });
  }

  private evaluate({ expression, frame }: Questions['evaluate'][0]): Variable {
    const value = evaluate(parseExpression(expression), this.namesIn(frame));
    return this.store.variable({ name: expression, value: () => value, evaluateName: expression });
  }

  private set({ reference, name, value }: Questions['set'][0]): Variable {
    const entry = this.store.find(reference, name);
    if (!entry?.set)
      throw new ExpressionError(
        `\`${name}\` cannot be changed while training: it is used only when a run begins, or computed`,
      );
    const next = evaluate(parseExpression(value), this.names);
    if (typeof next !== 'number' || !Number.isFinite(next))
      throw new ExpressionError(`\`${name}\` takes a number`);
    entry.set(next);
    return this.store.variable(entry);
  }

  /** What expressions may name: the node's values, where training is, the last known numbers, the settings. */
  private namesAt(open: readonly OpenFrame[], point: ProbePoint | undefined): Map<string, () => Value> {
    const { known, settings } = this.options;
    const names = new Map<string, () => Value>();
    names.set('settings', () => plain(settings));
    for (const [group, members] of metricsByGroup(known)) names.set(group, () => members);
    for (const [name, value] of known) if (!name.includes('/')) names.set(name, () => value);
    for (const frame of open) {
      for (const [name, value] of Object.entries(frame.values)) names.set(name, () => value);
      if (frame.setting === 'dataset' || frame.setting === 'inference')
        names.set('subject', () => frame.name);
    }
    if (!point) return names;
    names.set('block', () => point.part ?? null);
    names.set('backward', () => point.backward === true);
    for (const name of Object.keys(point.changeable ?? {})) names.set(name, () => point.changeable![name]!);
    for (const [name, value] of shownBy(point)) names.set(name, value);
    return names;
  }
}

function nodeEntries(point: ProbePoint): Entry[] {
  const changeable = Object.keys(point.changeable ?? {}).map(
    (name): Entry => ({
      name,
      value: () => point.changeable![name]!,
      evaluateName: name,
      set: value => {
        point.changeable![name] = value;
      },
    }),
  );
  const shown = [...shownBy(point)].map(([name, value]): Entry => ({ name, value, evaluateName: name }));
  return [...changeable, ...shown];
}

/** What a node shows. Where it cannot be had, as after a failure, one value that says why. */
function shownBy(point: ProbePoint): ReadonlyMap<string, () => Value> {
  try {
    return namesOf(point.values());
  } catch (error) {
    const refuse = () => {
      throw new ExpressionError(`its values cannot be shown: ${(error as Error).message}`);
    };
    return new Map([['values', refuse]]);
  }
}

/** A node, or a part of it, for people: `architecture encoder/0 (backward)`. */
export function titleOf({ setting, part, backward }: ProbePoint): string {
  return part ? `${setting} ${part}${backward ? ' (backward)' : ''}` : setting;
}

/** `Dice/liver` as `dice.liver`. */
function metricsByGroup(known: ReadonlyMap<string, number>): Map<string, GroupValue> {
  const groups = new Map<string, Map<string, () => Value>>();
  for (const [name, value] of known) {
    const [group, member] = name.split('/', 2);
    if (member === undefined) continue;
    const key = group!.toLowerCase();
    groups.set(
      key,
      (groups.get(key) ?? new Map()).set(member, () => value),
    );
  }
  return new Map([...groups].map(([name, values]) => [name, { kind: 'group', values }]));
}

/** Settings as values: maps and lists as groups. */
function plain(value: unknown): Value {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'object') return asValue(value as number | string | boolean);
  if (Array.isArray(value) && value.every(item => typeof item !== 'object')) return `[${value.join(', ')}]`;
  return {
    kind: 'group',
    values: new Map(Object.entries(value).map(([key, inner]) => [key, () => plain(inner)])),
  };
}
