import type { RunEvent } from '../../../src/contracts/events.ts';
import { standsAfter, stepsDone } from '../../../src/contracts/resumption.ts';
import { TrainingClock } from '../../../src/contracts/training-clock.ts';
import { LineReader } from './line-reader.ts';
import { type Moment, Table } from './table.ts';

export const STEP_COLUMNS = ['loss', 'learningRate', 'gradientNorm', 'stepsPerSecond'] as const;
export const EPOCH_COLUMNS = ['epoch', 'loss', 'seconds', 'waiting', 'residentMegabytes'] as const;
export const RESOURCE_COLUMNS = [
  'processorPercent',
  'residentMegabytes',
  'gpuPercent',
  'gpuMegabytes',
] as const;

type Of<Type extends RunEvent['type']> = Extract<RunEvent, { type: Type }>;
/** An event that is kept whole, with where it stands. */
export type Kept<Type extends RunEvent['type']> = Of<Type> & Moment;
export type Message = Kept<'log'> | Kept<'warning'> | Kept<'error'>;

/** Values of one metric on one split over the run. */
export interface MetricSeries {
  readonly split: Of<'metric'>['split'];
  /** Such as `Dice/liver`. */
  readonly name: string;
  readonly table: Table<'epoch' | 'value'>;
}

/**
 * What the event stream of a run says, in columns, at full resolution. It reads the bytes of `events.ndjson` as they
 * grow; lines that are broken are counted, events of a later version left out and counted by type.
 */
export class RunStore {
  private readonly lines = new LineReader();
  private clock!: TrainingClock;
  /** Steps done by what was read last. */
  private done = 0;
  steps!: Table<(typeof STEP_COLUMNS)[number]>;
  epochs!: Table<(typeof EPOCH_COLUMNS)[number]>;
  resources!: Table<(typeof RESOURCE_COLUMNS)[number]>;
  /** By split and name, in the order in which they came. */
  metrics!: Map<string, MetricSeries>;
  started: Of<'started'> | undefined;
  finished: Of<'finished'> | undefined;
  /** What is being done beside training, until it is done. */
  phase: Of<'progress'> | undefined;
  checkpoints: Kept<'checkpoint'>[] = [];
  images: Kept<'image'>[] = [];
  resumptions: Kept<'resumed'>[] = [];
  messages!: Message[];
  brokenLines = 0;
  unknownEvents!: Map<string, number>;
  /** Of the last event that was read, ISO 8601. */
  latestTime: string | undefined;

  constructor() {
    this.clear();
  }

  get stepsDone(): number {
    return this.done;
  }

  get seconds(): number {
    return this.latestTime === undefined ? 0 : this.clock.seconds(this.latestTime);
  }

  /** Reads bytes of the stream; those at offset 0 begin anew. */
  append(offset: number, bytes: Uint8Array): void {
    if (offset === 0) this.clear();
    for (const line of this.lines.read(offset, bytes)) {
      let event: unknown;
      try {
        event = JSON.parse(line);
      } catch {
        this.brokenLines++;
        continue;
      }
      this.apply(event as RunEvent);
    }
  }

  private clear(): void {
    this.clock = new TrainingClock();
    this.done = 0;
    this.steps = new Table(STEP_COLUMNS);
    this.epochs = new Table(EPOCH_COLUMNS);
    this.resources = new Table(RESOURCE_COLUMNS);
    this.metrics = new Map();
    this.started = undefined;
    this.finished = undefined;
    this.phase = undefined;
    this.checkpoints = [];
    this.images = [];
    this.resumptions = [];
    this.messages = [];
    this.brokenLines = 0;
    this.unknownEvents = new Map();
    this.latestTime = undefined;
  }

  /** Takes what a line holds; the schema's validation is too slow for a million of them, so fields are looked at here. */
  private apply(event: RunEvent): void {
    if (typeof event !== 'object' || event === null || typeof event.type !== 'string') {
      this.brokenLines++;
      return;
    }
    const placed = 'step' in event;
    if (placed && !Number.isFinite(event.step)) {
      this.brokenLines++;
      return;
    }
    if (typeof event.time === 'string') this.latestTime = event.time;
    if (event.type === 'resumed') this.resume(event);
    if (placed) this.done = Math.max(this.done, stepsDone(event.type, event.step));
    const moment = { at: this.done, seconds: this.seconds };
    this.record(event, moment);
  }

  private record(event: RunEvent, moment: Moment): void {
    switch (event.type) {
      case 'step':
        this.phase = undefined;
        this.steps.add(moment, {
          loss: number(event.loss),
          learningRate: number(event.learningRate),
          gradientNorm: number(event.gradientNorm),
          // A step too short for the clock has no speed.
          stepsPerSecond: event.milliseconds > 0 ? 1000 / event.milliseconds : Number.NaN,
        });
        break;
      case 'epoch':
        this.epochs.add(moment, {
          epoch: number(event.epoch),
          loss: number(event.loss),
          seconds: number(event.seconds),
          waiting: number(event.waiting),
          residentMegabytes: number(event.residentMegabytes),
        });
        break;
      case 'metric':
        this.metric(event).add(moment, { epoch: number(event.epoch), value: number(event.value) });
        break;
      case 'result':
        // That of the validation split, on the grids of its files, is no point of the curve on prepared grids.
        if (event.split === 'test')
          this.metric(event).add(moment, { epoch: Number.NaN, value: number(event.value) });
        break;
      case 'resources':
        this.resources.add(moment, {
          processorPercent: number(event.processorPercent),
          residentMegabytes: number(event.residentMegabytes),
          gpuPercent: number(event.gpu?.percent),
          gpuMegabytes: number(event.gpu?.megabytes),
        });
        break;
      case 'progress':
        this.phase = event.done < event.total ? event : undefined;
        break;
      case 'started':
        this.started = event;
        break;
      case 'resumed':
        this.finished = undefined;
        this.phase = undefined;
        this.resumptions.push({ ...event, ...moment });
        break;
      case 'finished':
        this.finished = event;
        this.phase = undefined;
        break;
      case 'checkpoint':
        this.checkpoints.push({ ...event, ...moment });
        break;
      case 'image':
        this.images.push({ ...event, ...moment });
        break;
      case 'log':
      case 'warning':
      case 'error':
        this.messages.push({ ...event, ...moment });
        break;
      default: {
        const { type } = event as { type: string };
        this.unknownEvents.set(type, (this.unknownEvents.get(type) ?? 0) + 1);
      }
    }
  }

  private metric({ split, name }: Pick<MetricSeries, 'split' | 'name'>): MetricSeries['table'] {
    const key = `${split}/${name}`;
    let series = this.metrics.get(key);
    if (!series) {
      series = { split, name, table: new Table(['epoch', 'value']) };
      this.metrics.set(key, series);
    }
    return series.table;
  }

  /** Voids what was said of steps that are done again. */
  private resume({ step, time }: Of<'resumed'>): void {
    const tables = [this.steps, this.epochs, this.resources, ...[...this.metrics.values()].map(m => m.table)];
    for (const table of tables) table.keepUntil(step);
    const stands = (event: RunEvent & { step: number }) => standsAfter(step, event.type, event.step);
    this.checkpoints = this.checkpoints.filter(stands);
    this.images = this.images.filter(stands);
    this.done = step;
    this.clock.resume(time, Math.max(0, ...tables.map(table => table.seconds.at(table.length - 1) || 0)));
  }
}

const number = (value: unknown): number => (typeof value === 'number' ? value : Number.NaN);
