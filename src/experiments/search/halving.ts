import type { StoppingSettings } from '../../config/schema/search.ts';
import { bestAt, type Goal, isBetter, type Trial } from './trial.ts';

/**
 * Asynchronous successive halving (Li et al., MLSys 2020), in its stopping form: at each rung (minimum · reductionᵏ
 * epochs) a trial goes on only if its best value so far is in the best 1/reduction of those that have come there yet.
 */
export function halving(
  goal: Goal,
  trial: Trial,
  others: readonly Trial[],
  minimum: number,
  reduction: number,
): string | undefined {
  const rung = rungReached(trial, minimum, reduction);
  const own = rung === undefined ? undefined : bestAt(goal, trial, rung);
  if (rung === undefined || own === undefined) return undefined;
  const there = others.map(other => bestAt(goal, other, rung)).filter(value => value !== undefined);
  const better = there.filter(value => isBetter(goal, value, own)).length;
  // With fewer than `reduction` trials there the first still goes on.
  const places = Math.max(1, Math.floor((there.length + 1) / reduction));
  if (better < places) return undefined;
  return `${better} of ${there.length} trials were better after ${epochText(rung)}, ${placeText(places)}`;
}

/** The rung that the trial's latest measurement is the first to reach; undefined for epochs between rungs. */
function rungReached({ measurements }: Trial, minimum: number, reduction: number): number | undefined {
  const latest = measurements.at(-1)!.epoch;
  const before = measurements.at(-2)?.epoch ?? 0;
  let rung = minimum;
  while (rung * reduction <= latest) rung *= reduction;
  return rung <= latest && rung > before ? rung : undefined;
}

/**
 * Hyperband (Li et al., JMLR 2018), asynchronous: trials are dealt in turn to brackets, which are successive halvings
 * with their first rung at minimum · reductionᵇ epochs; each bracket compares its own trials.
 */
export function hyperband(
  goal: Goal,
  trial: Trial,
  others: readonly Trial[],
  { minimum_epochs, reduction }: Extract<StoppingSettings, { name: 'hyperband' }>,
  epochs: number,
): string | undefined {
  const brackets = Math.max(
    1,
    Math.floor(Math.log(epochs / minimum_epochs) / Math.log(reduction) + 1e-9) + 1,
  );
  const bracketOf = ({ number }: Trial) => dealtBracket(number, brackets, reduction);
  const bracket = bracketOf(trial);
  const peers = others.filter(other => bracketOf(other) === bracket);
  return halving(goal, trial, peers, minimum_epochs * reduction ** bracket, reduction);
}

/**
 * The bracket of a trial: of a round of trials each bracket gets as many as Hyperband gives it,
 * ⌈(brackets) / (s + 1)⌉ · reductionˢ with s halvings left, so that all get about the same epochs.
 */
export function dealtBracket(number: number, brackets: number, reduction: number): number {
  const sizes = Array.from({ length: brackets }, (_, bracket) => {
    const halvings = brackets - 1 - bracket;
    return Math.ceil((brackets * reduction ** halvings) / (halvings + 1));
  });
  let place = number % sizes.reduce((sum, size) => sum + size, 0);
  return sizes.findIndex(size => {
    place -= size;
    return place < 0;
  });
}

const epochText = (epoch: number): string => `${epoch} ${epoch === 1 ? 'epoch' : 'epochs'}`;
const placeText = (places: number): string => `and ${places === 1 ? 'one goes' : `${places} go`} on`;
