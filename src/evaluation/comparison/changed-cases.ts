import type { MetricsRow } from '../structure-metrics.ts';
import { keyOf } from './compare-metrics.ts';

/** A structure of a subject in which two models differ. */
export interface ChangedCase {
  readonly patient: string;
  readonly structure: string;
  readonly dice: readonly [first: number, second: number];
  /** Dice of the second minus that of the first. */
  readonly change: number;
}

/** Cases whose Dice differs between two models, those that the second does worst by first. */
export function changedCases(first: readonly MetricsRow[], second: readonly MetricsRow[]): ChangedCase[] {
  const known = new Map(second.map(row => [keyOf(row), row.dice]));
  return first
    .flatMap(row => {
      const dice = known.get(keyOf(row));
      if (dice === undefined || Number.isNaN(dice - row.dice) || dice === row.dice) return [];
      const { patient, structure } = row;
      return [{ patient, structure, dice: [row.dice, dice] as const, change: dice - row.dice }];
    })
    .sort((a, b) => a.change - b.change);
}
