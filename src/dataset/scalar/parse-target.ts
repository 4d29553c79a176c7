import type { ScalarConfiguration } from '../../config/schema/configuration.ts';
import { Fault, type Place } from '../../foundation/fault.ts';
import { quoted } from '../reading.ts';

type Targets = ScalarConfiguration['dataset']['targets'];
export type ClassTargets = Extract<Targets, { column: string }>;

const YES = new Set(['true', 'yes', '1', '1.0']);
const NO = new Set(['false', 'no', '0', '0.0']);

/** Names of the targets: classes of a classification, columns of a regression. */
export function targetNames(targets: Targets): readonly string[] {
  return 'columns' in targets ? targets.columns : targets.classes;
}

/** What the column says for each class, in the order of the classes. */
export const classValues = ({ classes, values }: ClassTargets): readonly string[] =>
  values ?? classes.map((_, index) => String(index));

/** Whether an empty cell says that no class is present, rather than that nobody knows. */
export const namesNone = (text: string, targets: Targets): boolean =>
  text === '' && 'kind' in targets && targets.kind === 'multilabel';

/**
 * The number that a cell holds.
 * @throws Fault naming the column where it holds a text.
 */
export function parseNumber(text: string, column: string, place: Place): number {
  const value = Number(text);
  if (text !== '' && Number.isFinite(value)) return value;
  throw new Fault(`the column "${column}" holds "${text}", which is no number`, {
    place,
    remedy: 'Write a number with a decimal point, or leave the cell empty where the value is missing.',
  });
}

/**
 * The classes that a cell names: 1 for each class that is present, else 0. Of several labels an empty cell names none of
 * them, as in InnerEye.
 * @throws Fault for a value that is no class.
 */
export function parseClasses(text: string, targets: ClassTargets, place: Place): number[] {
  const { column, kind, above } = targets;
  if (kind === 'binary') {
    if (above !== undefined) return [parseNumber(text, column, place) > above ? 1 : 0];
    const word = text.toLowerCase();
    if (YES.has(word)) return [1];
    if (NO.has(word)) return [0];
    throw new Fault(`the column "${column}" holds "${text}", which is neither yes nor no`, {
      place,
      remedy: 'Write true or false, yes or no, 1 or 0; for more classes set dataset.targets.kind.',
    });
  }
  const known = classValues(targets);
  if (namesNone(text, targets)) return known.map(() => 0);
  const named = kind === 'multilabel' ? text.split('|').map(part => part.trim()) : [text];
  const stranger = named.find(value => !known.includes(value));
  if (stranger !== undefined) {
    throw new Fault(`the column "${column}" holds "${stranger}", which is no class`, {
      place,
      remedy: `The classes are written ${quoted(known)}; mend the cell, or dataset.targets.`,
    });
  }
  return known.map(value => (named.includes(value) ? 1 : 0));
}
