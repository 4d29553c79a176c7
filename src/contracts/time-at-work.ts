import type { RunEvent } from './events.ts';
import { stepsDone } from './resumption.ts';
import { TrainingClock } from './training-clock.ts';

/** What a manifest says of times. */
export interface WorkTimes {
  readonly startedAt: string;
  readonly finishedAt?: string | undefined;
  /** Of a run that was gone on with: since when, and seconds of work before that hold. */
  readonly resumed?: { readonly at: string; readonly secondsBefore: number } | undefined;
}

/**
 * Seconds that a run was at work, without the pauses between an interruption and its resumption and without what was
 * done in vain before it; undefined of one whose end is not known.
 * @param until ISO 8601; default: when it finished
 */
export function secondsAtWork(
  { startedAt, finishedAt, resumed }: WorkTimes,
  until = finishedAt,
): number | undefined {
  if (until === undefined) return undefined;
  const since = Date.parse(resumed?.at ?? startedAt);
  return (resumed?.secondsBefore ?? 0) + Math.max(0, Date.parse(until) - since) / 1000;
}

/** Events that are points of curves: by the last of them that holds the time of training goes on. */
const POINTS: ReadonlySet<RunEvent['type']> = new Set(['step', 'epoch', 'metric', 'result', 'resources']);

/** Seconds of work until `step` steps were done, by a run's history, as the run panel's clock counts them. */
export function secondsUntil(events: readonly RunEvent[], step: number): number {
  const clock = new TrainingClock();
  const points: { readonly at: number; readonly seconds: number }[] = [];
  const keepUntil = (at: number): number => {
    while ((points.at(-1)?.at ?? 0) > at) points.pop();
    return points.at(-1)?.seconds ?? 0;
  };
  let done = 0;
  for (const event of events) {
    if (event.type === 'resumed') {
      clock.resume(event.time, keepUntil(event.step));
      done = event.step;
    }
    if ('step' in event) done = Math.max(done, stepsDone(event.type, event.step));
    const seconds = clock.seconds(event.time);
    if (POINTS.has(event.type)) points.push({ at: done, seconds });
  }
  return keepUntil(step);
}
