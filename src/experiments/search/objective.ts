import type { SearchSettings } from '../../config/schema/search.ts';
import type { RunEvent } from '../../contracts/events.ts';
import { Fault } from '../../foundation/fault.ts';
import type { Measurement } from './trial.ts';

/** What the best checkpoint of a training is chosen by, by task. */
const CHOSEN_BY: Readonly<Record<string, string>> = {
  segmentation: 'validation/Dice/AverageAcrossStructures',
};

/**
 * The metric of a search: `<split>/<name of the metric>`.
 * @throws Fault where none is given and the task has no usual one
 */
export function metricOf({ objective }: SearchSettings, task: string): string {
  const metric = objective.metric ?? CHOSEN_BY[task];
  if (metric !== undefined) return metric;
  throw new Fault(`the search does not say what it wants of a ${task}`, {
    place: { setting: 'search.objective.metric' },
    remedy: 'Give `search.objective.metric`, such as validation/loss, and the `goal`.',
  });
}

/** The objective by epoch, from what was said of a training. An epoch's first value is that of the training itself. */
export function measurementsIn(events: readonly RunEvent[], metric: string): Measurement[] {
  const values = new Map<number, number>();
  for (const event of events) {
    const value = valueIn(event, metric);
    if (value !== undefined && 'epoch' in event && !values.has(event.epoch + 1)) {
      values.set(event.epoch + 1, value);
    }
  }
  return [...values].map(([epoch, value]) => ({ epoch, value })).sort((a, b) => a.epoch - b.epoch);
}

function valueIn(event: RunEvent, metric: string): number | undefined {
  if (event.type === 'epoch' && metric === 'train/loss') return event.loss ?? undefined;
  if (event.type !== 'metric' || metric !== `${event.split}/${event.name}`) return undefined;
  return event.value ?? undefined;
}
