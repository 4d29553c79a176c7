import type { TaskData } from '../../config/schema/configuration.ts';
import type { SearchSettings } from '../../config/schema/search.ts';
import { targetKind } from '../../config/tells-classes.ts';
import type { RunEvent } from '../../contracts/events.ts';
import { mainMetric } from '../../evaluation/scalar/scalar-metrics.ts';
import type { Measurement } from './trial.ts';

/** The metric of a search, `<split>/<name of the metric>`; default: what the best checkpoint of a training is chosen by. */
export const metricOf = ({ objective }: SearchSettings, task: TaskData): string =>
  objective.metric ?? `validation/${chosenBy(task)}`;

function chosenBy(task: TaskData): string {
  const kind = targetKind(task);
  if (kind === undefined) return 'Dice/AverageAcrossStructures';
  return mainMetric(kind === 'classes' ? 'classification' : 'regression');
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
