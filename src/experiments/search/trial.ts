/** Values of the settings that a search varies, by path. */
export type Parameters = Readonly<Record<string, unknown>>;

/**
 * `stopped`: by early stopping, which is an end like another; `invalid`: its configuration has errors, so that it never
 * began; `cancelled`: by the user, to be gone on with.
 */
export type TrialStatus =
  | 'waiting'
  | 'running'
  | 'completed'
  | 'stopped'
  | 'invalid'
  | 'failed'
  | 'cancelled';

/** What the objective was after an epoch. */
export interface Measurement {
  /** Counts from 1. */
  readonly epoch: number;
  readonly value: number;
}

/** One configuration of a search, and what became of it. Plain JSON. */
export interface Trial {
  /** Counts from 0. */
  readonly number: number;
  readonly parameters: Parameters;
  readonly status: TrialStatus;
  /** In the order of epochs. */
  readonly measurements: readonly Measurement[];
  /** Why it failed, is invalid, was stopped, or is being stopped. */
  readonly reason?: string | undefined;
}

export type Goal = 'maximize' | 'minimize';

/** Whether a value is better than another. */
export const isBetter = (goal: Goal, value: number, than: number): boolean =>
  goal === 'maximize' ? value > than : value < than;

/** The best value among measurements; undefined for none. */
export function bestOf(goal: Goal, measurements: readonly Measurement[]): Measurement | undefined {
  return measurements.reduce<Measurement | undefined>(
    (best, one) => (best === undefined || isBetter(goal, one.value, best.value) ? one : best),
    undefined,
  );
}

/**
 * The best value up to an epoch, or up to the first measurement after it where that epoch was not measured; undefined
 * for a trial that has not come so far.
 */
export function bestAt(goal: Goal, { measurements }: Trial, epoch: number): number | undefined {
  const reached = measurements.findIndex(one => one.epoch >= epoch);
  return reached < 0 ? undefined : bestOf(goal, measurements.slice(0, reached + 1))?.value;
}

/** Trials that have come to an end by themselves, in the order of their numbers. */
export function endedTrials(trials: readonly Trial[]): Trial[] {
  return trials
    .filter(({ status }) => ['completed', 'stopped', 'invalid', 'failed'].includes(status))
    .sort((a, b) => a.number - b.number);
}

/** Ended trials with a value, the best first; of equals the earlier. */
export function ranking(goal: Goal, trials: readonly Trial[]): { trial: Trial; best: Measurement }[] {
  return endedTrials(trials)
    .flatMap(trial => {
      const best = bestOf(goal, trial.measurements);
      return best === undefined || trial.status === 'failed' ? [] : [{ trial, best }];
    })
    .sort((a, b) => (goal === 'maximize' ? b.best.value - a.best.value : a.best.value - b.best.value));
}
