import type { Probe, ProbeFrame, ProbePoint, ProbeVolume } from '../foundation/probe.ts';
import { ActiveBreakpoint } from './conditions.ts';
import { filterOf, PointWatch } from './exception-filters.ts';
import { asValue, isTensor, type Value } from './expressions/value.ts';
import type { FromTraining, NodeBreakpoint, Stop, ThreadId, ToTraining } from './messages.ts';
import { Moment, type OpenFrame, titleOf } from './moment.ts';
import { depthOfPart, Stepping } from './stepping.ts';

/** How the inspector hears of the adapter while nothing else can run on its thread. */
export interface Line {
  send(message: FromTraining): void;
  /** What has come since it was last asked, without waiting. */
  poll(): ToTraining | undefined;
  /** Sleeps until something comes. */
  wait(): ToTraining;
}

/** Numbers that conditions may use wherever training is: the last known loss, learning rate, metrics. */
const REMEMBERED = new Set(['loss', 'gradient_norm', 'learning_rate', 'best_dice', 'value']);

/**
 * Stops a training at its nodes and answers questions about what is there. It blocks the thread that trains, so that
 * tensors stay as they are and model code need not know.
 */
export class Inspector {
  private readonly threads: Record<ThreadId, OpenFrame[]> = { 1: [], 2: [] };
  private readonly stepping = new Stepping();
  private readonly watch = new PointWatch();
  private readonly known = new Map<string, number>();
  private breakpoints: ActiveBreakpoint[];
  private pausing = false;
  private entry: boolean;

  constructor(
    private readonly line: Line,
    private readonly options: {
      readonly stopOnEntry: boolean;
      readonly breakpoints: readonly NodeBreakpoint[];
      readonly filters: readonly string[];
      /** The settings that the running code reads. */
      readonly settings: object;
      /** Asks training to write a checkpoint and end. */
      abort(): void;
    },
  ) {
    this.entry = options.stopOnEntry;
    this.breakpoints = options.breakpoints.map(breakpoint => new ActiveBreakpoint(breakpoint));
    this.watch.enabled = new Set(options.filters);
  }

  /** The probe of one of the threads. */
  probe(thread: ThreadId): Probe {
    return {
      enter: frame => this.enter(thread, frame),
      leave: () => this.leave(thread),
      at: point => this.at(thread, point),
      failed: error => this.failed(thread, error),
    };
  }

  /** Tells of an error that ended training, unless it has been told where it happened. */
  failed(thread: ThreadId, error: unknown): void {
    if (this.told === error) return;
    this.told = error;
    const filter = filterOf(error);
    if (!this.watch.enabled.has(filter)) return;
    const said = error instanceof Error ? error.message : String(error);
    // The node that failed has shown nothing; the one that is known was done before it, in the same frame.
    const done = this.doneInFrame[thread];
    const message = done === undefined ? said : `${said} (after ${done})`;
    this.stop(thread, undefined, { reason: 'exception', exception: { filter, message } });
  }
  private told: unknown;
  /** The node of the innermost frame that was done last. */
  private readonly doneInFrame: Partial<Record<ThreadId, string>> = {};
  private readonly lastPoint: Partial<Record<ThreadId, ProbePoint>> = {};

  private enter(thread: ThreadId, frame: ProbeFrame): void {
    this.threads[thread].push({ name: frame.name, setting: frame.setting, values: frame.values ?? {} });
    delete this.doneInFrame[thread];
  }

  private leave(thread: ThreadId): void {
    this.threads[thread].pop();
    delete this.doneInFrame[thread];
  }

  private at(thread: ThreadId, point: ProbePoint): void {
    for (let message = this.line.poll(); message; message = this.line.poll()) this.hear(message);
    this.lastPoint[thread] = point;
    this.doneInFrame[thread] = titleOf(point);
    this.remember(point);
    const finding = this.watch.enabled.size > 0 ? this.watch.look(point) : undefined;
    if (finding) {
      this.stop(thread, point, { reason: 'exception', exception: finding });
      return;
    }
    const hit = this.hits(thread, point);
    const within = depthOfPart(point.part);
    if (hit.length > 0) this.stop(thread, point, { reason: 'breakpoint', hit });
    else if (this.entry && within === 0) this.stop(thread, point, { reason: 'entry' });
    else if (this.pausing) this.stop(thread, point, { reason: 'pause' });
    else if (this.stepping.endsAt({ frames: this.threads[thread].length, within }))
      this.stop(thread, point, { reason: 'step' });
  }

  /** Breakpoints that stop here; logpoints print. */
  private hits(thread: ThreadId, point: ProbePoint): number[] {
    const here = this.breakpoints.filter(active => this.concerns(active, point));
    if (here.length === 0) return [];
    const names = this.moment(thread, point).names;
    return here.flatMap(active => {
      try {
        const reaction = active.react(names);
        if (reaction.kind === 'log')
          this.line.send({
            type: 'output',
            category: 'console',
            text: `${reaction.text}\n`,
            setting: point.setting,
          });
        return reaction.kind === 'stop' ? [active.breakpoint.id] : [];
      } catch (error) {
        const text = `The condition \`${active.breakpoint.condition}\` cannot be used at ${point.setting}: ${(error as Error).message}\n`;
        this.line.send({ type: 'output', category: 'stderr', text, setting: point.setting });
        return [active.breakpoint.id];
      }
    });
  }

  private concerns(active: ActiveBreakpoint, point: ProbePoint): boolean {
    const { setting, part } = active.breakpoint;
    if (setting.startsWith('dataset.structures[')) return this.holdsStructure(setting, point);
    if (setting !== point.setting) return false;
    if (part !== undefined)
      return (
        part === point.part ||
        (part.endsWith(' backward') && point.backward === true && part === `${point.part} backward`)
      );
    return point.part === undefined || active.looksInside;
  }

  /** A breakpoint on a structure stops where a crop that holds it has been drawn. */
  private holdsStructure(setting: string, point: ProbePoint): boolean {
    if (point.setting !== 'sampling') return false;
    const structure = Number(/\[(\d+)\]/.exec(setting)![1]) + 1;
    const output = asValue(point.values().output!);
    if (typeof output !== 'object' || output === null || output.kind !== 'group') return false;
    const labels = output.values.get('labels')?.();
    if (labels === undefined || !isTensor(labels)) return false;
    return (labels.data() as Uint8Array).includes(structure);
  }

  private remember(point: ProbePoint): void {
    for (const [name, value] of Object.entries(point.changeable ?? {})) this.known.set(name, value);
    if (point.part !== undefined || !['training', 'validation', 'loss'].includes(point.setting)) return;
    for (const [name, shown] of Object.entries(point.values())) {
      const value: Value = asValue(shown);
      const number = isTensor(value) && value.size === 1 ? value.data()[0]! : value;
      if (typeof number !== 'number') continue;
      if (REMEMBERED.has(name) || point.setting === 'validation') this.known.set(name, number);
    }
  }

  private moment(thread: ThreadId, point: ProbePoint | undefined, suspect?: string): Moment {
    return new Moment({
      thread,
      point,
      suspect,
      threads: this.threads,
      known: this.known,
      settings: this.options.settings,
      spacing: () => this.spacing(),
      changed: (setting, value) => this.line.send({ type: 'changed', setting, value }),
    });
  }

  /** Of the crop that was drawn last, which tensors of the network have too. */
  private spacing(): readonly [number, number, number] | undefined {
    const output = this.lastPoint[2]?.values().output;
    if (typeof output !== 'object' || output === null || !('kind' in output) || output.kind !== 'group')
      return undefined;
    const volume = Object.values(output.values).find(
      value => typeof value === 'object' && value !== null && 'spacing' in value,
    );
    return volume && (volume as ProbeVolume).spacing;
  }

  private stop(
    thread: ThreadId,
    point: ProbePoint | undefined,
    why: Pick<Stop, 'reason' | 'exception'> & { hit?: readonly number[] },
  ): void {
    this.entry = false;
    this.pausing = false;
    const moment = this.moment(thread, point, why.exception?.tensor);
    this.line.send({ type: 'stopped', stop: { hit: [], ...why, thread, frames: moment.frames } });
    for (;;) {
      const message = this.line.wait();
      if (message.type === 'go') {
        this.stepping.begin(message.mode, {
          frames: this.threads[thread].length,
          within: depthOfPart(point?.part),
        });
        return;
      }
      if (message.type === 'ask') this.answer(moment, message);
      else this.hear(message);
      if (message.type === 'abort') return;
    }
  }

  private answer(moment: Moment, { id, question, given }: Extract<ToTraining, { type: 'ask' }>): void {
    try {
      this.line.send({ type: 'answer', id, result: moment.answer(question, given) });
    } catch (error) {
      this.line.send({ type: 'refused', id, message: (error as Error).message });
    }
  }

  private hear(message: ToTraining): void {
    switch (message.type) {
      case 'pause':
        this.pausing = true;
        break;
      case 'breakpoints':
        this.breakpoints = message.breakpoints.map(breakpoint => this.kept(breakpoint));
        break;
      case 'filters':
        this.watch.enabled = new Set(message.filters);
        break;
      case 'abort':
        this.breakpoints = [];
        this.watch.enabled = new Set();
        this.stepping.begin('continue', { frames: 0, within: 0 });
        this.options.abort();
        break;
      case 'ask':
        this.line.send({ type: 'refused', id: message.id, message: 'training is running' });
        break;
      case 'go':
        break;
    }
  }

  /** A breakpoint that is set again keeps the hits it has counted. */
  private kept(breakpoint: NodeBreakpoint): ActiveBreakpoint {
    const same = this.breakpoints.find(
      active => JSON.stringify(active.breakpoint) === JSON.stringify(breakpoint),
    );
    return same ?? new ActiveBreakpoint(breakpoint);
  }
}
