import type { RunStore } from '../store/run-store.ts';

/** How far a run is. */
export interface Progress {
  /** The epoch it is in, counted from 1. */
  readonly epoch: number;
  /** Seconds of training, those since the last event included. */
  readonly elapsed: number;
  /** Seconds that training will still take at its pace of late; undefined where that is not known. */
  readonly remaining: number | undefined;
  /** What is being done beside training, in words. */
  readonly phase: string | undefined;
  /** Of what is being done; undefined where there is no telling. */
  readonly share: number | undefined;
}

/** Epochs that the pace is measured over. */
const RECENT = 5;

/** @param now where the run is at work */
export function progressOf(store: RunStore, now?: Date): Progress {
  const { started, phase, stepsDone } = store;
  const silent =
    now && store.latestTime ? Math.max(0, (now.getTime() - Date.parse(store.latestTime)) / 1000) : 0;
  const elapsed = store.seconds + silent;
  const total = started ? started.epochs * started.stepsPerEpoch : undefined;
  const epoch = started
    ? Math.min(started.epochs, Math.floor(stepsDone / Math.max(1, started.stepsPerEpoch)) + 1)
    : 0;
  const training = total !== undefined && stepsDone > 0 && stepsDone < total;
  return {
    epoch,
    elapsed,
    remaining: training && now ? remaining(store, total, silent) : undefined,
    phase: phase && `${sentence(phase.phase)}: ${phase.done} of ${phase.total}`,
    share: phase ? phase.done / phase.total : training ? stepsDone / total : undefined,
  };
}

/** At the pace since some epochs ago, validations and all; before the first epoch ended, at that of the steps. */
function remaining(store: RunStore, total: number, silent: number): number | undefined {
  const { epochs, steps, stepsDone } = store;
  const since = epochs.length > 0 ? epochs : steps;
  const index = epochs.length > 0 ? Math.max(0, epochs.length - 1 - RECENT) : 0;
  const done = stepsDone - since.at.at(index);
  if (!(done > 0)) return undefined;
  const pace = (store.seconds - since.seconds.at(index)) / done;
  return Math.max(0, (total - stepsDone) * pace - silent);
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
