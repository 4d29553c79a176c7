import { Presets, SingleBar } from 'cli-progress';
import type { RunEvent } from '../contracts/events.ts';
import { MAIN_METRICS, metricTitle } from '../contracts/metric-names.ts';
import { durationText } from '../runs/duration.ts';

/** Shows the events of a training. */
export interface TrainingOutput {
  show(event: RunEvent): void;
  close(): void;
}

/** One event a line, for programs. */
export const jsonOutput: TrainingOutput = {
  show: event => console.log(JSON.stringify(event)),
  close: () => {},
};

/** A bar on a terminal, plain lines in a pipe. */
export const textOutput = (): TrainingOutput => (process.stdout.isTTY ? barOutput() : lineOutput());

const percent = (value: number | null) => (value === null ? '–' : value.toFixed(4));

/** The metric of each task that decides which checkpoint is the best, and what people call it. */
const MAIN_TITLES: ReadonlyMap<string, string> = new Map(
  MAIN_METRICS.map(name => [name === 'Dice' ? 'Dice/AverageAcrossStructures' : name, metricTitle(name)]),
);

/** Lines for the events of one training, most often none. */
export function epochLines(): (event: RunEvent) => string[] {
  const lines = new EpochLines();
  return event => lines.linesFor(event);
}

/** What is worth a line in either form. */
class EpochLines {
  private epochs = 0;
  private seconds = 0;
  private timed = 0;
  private lastPhase = '';

  /** Lines for an event, most often none. */
  linesFor(event: RunEvent): string[] {
    switch (event.type) {
      case 'started':
        this.epochs = event.epochs;
        return [`training ${event.epochs} epochs of ${event.stepsPerEpoch} steps`];
      case 'resumed':
        return [`going on at epoch ${event.epoch + 1}, step ${event.step}`];
      case 'epoch':
        return [this.epochLine(event)];
      case 'metric':
        if (!MAIN_TITLES.has(event.name) || event.split === 'train') return [];
        return [`  ${event.split} ${MAIN_TITLES.get(event.name)} ${percent(event.value)}`];
      case 'progress':
        if (event.phase === this.lastPhase && event.done < event.total) return [];
        this.lastPhase = event.phase;
        return event.done === 0 || event.done === event.total
          ? [`${event.phase}: ${event.done} of ${event.total}`]
          : [];
      case 'log':
        return [event.message];
      case 'warning':
        return [`warning: ${event.message}`];
      default:
        return [];
    }
  }

  private epochLine({
    epoch,
    loss,
    learningRate,
    seconds,
    waiting,
  }: Extract<RunEvent, { type: 'epoch' }>): string {
    const total = this.epochs > 0 ? `/${this.epochs}` : '';
    const rate = learningRate.toExponential(1);
    const wait = waiting > 0.05 ? `, waiting for crops ${Math.round(waiting * 100)} %` : '';
    this.seconds += seconds;
    const left = ((this.epochs - epoch - 1) * this.seconds) / ++this.timed;
    const remaining = left > 0 ? `, ${durationText(left)} left` : '';
    return `epoch ${epoch + 1}${total}  loss ${percent(loss)}  rate ${rate}  ${seconds.toFixed(1)} s${wait}${remaining}`;
  }
}

function lineOutput(): TrainingOutput {
  const lines = new EpochLines();
  return {
    show: event => {
      for (const line of lines.linesFor(event)) console.log(line);
    },
    close: () => {},
  };
}

function barOutput(): TrainingOutput {
  const lines = new EpochLines();
  let bar: SingleBar | undefined;
  const stop = () => {
    bar?.stop();
    bar = undefined;
  };
  const start = (total: number, phase: string, value = 0) => {
    stop();
    bar = new SingleBar(
      {
        format: '{phase} [{bar}] {value}/{total}  {note}  {eta_formatted} left',
        clearOnComplete: true,
        hideCursor: true,
      },
      Presets.shades_classic,
    );
    bar.start(total, value, { phase, note: '' });
  };
  let phase = '';
  let stepsPerEpoch = 1;
  let steps = 0;
  return {
    show: event => {
      if (event.type === 'started') {
        stepsPerEpoch = event.stepsPerEpoch;
        steps = event.epochs * stepsPerEpoch;
      }
      const text = event.type === 'progress' ? [] : lines.linesFor(event);
      if (text.length > 0) {
        stop();
        for (const line of text) console.log(line);
      }
      if (event.type === 'step') {
        if (!bar) start(steps || stepsPerEpoch, 'training', event.step);
        bar!.update(event.step + 1, { note: `loss ${percent(event.loss)}` });
      } else if (event.type === 'progress') {
        if (event.phase !== phase || !bar) start(event.total, event.phase, event.done);
        phase = event.phase;
        bar?.update(event.done);
        if (event.done === event.total) stop();
      }
    },
    close: stop,
  };
}
