import type { ScalarDatasetSettings } from '../../config/schema/configuration.ts';
import { Fault } from '../../foundation/fault.ts';
import type { Subject, TableValues } from '../dataset.ts';
import { quoted } from '../reading.ts';
import { visitsOf } from '../visits.ts';

/** How the columns of a table become inputs of a network, fixed by the training subjects. Plain data, kept with a run. */
export interface FeatureEncoding {
  readonly numerical: readonly { column: string; mean: number; deviation: number }[];
  readonly categorical: readonly { column: string; words: readonly string[]; frequent: string }[];
}

type FeatureColumns = Pick<ScalarDatasetSettings['features'], 'numerical' | 'categorical'>;

/** Mean and deviation of each number, and the words of each category, among the training subjects. */
export function fitFeatures(training: readonly Subject[], columns: FeatureColumns): FeatureEncoding {
  const values = training.flatMap(subject => visitsOf(subject).map(visit => visit.values));
  return {
    numerical: columns.numerical.map((column, index) => {
      const numbers = values.map(({ numbers }) => numbers[index]!).filter(number => !Number.isNaN(number));
      return { column, ...spread(numbers) };
    }),
    categorical: columns.categorical.map((column, index) => {
      const counts = new Map<string, number>();
      for (const { words } of values) {
        const word = words[index]!;
        if (word !== '') counts.set(word, (counts.get(word) ?? 0) + 1);
      }
      const words = [...counts.keys()].sort();
      const frequent = words.reduce(
        (best, word) => (counts.get(word)! > (counts.get(best) ?? 0) ? word : best),
        '',
      );
      return { column, words, frequent };
    }),
  };
}

/** Mean and sample deviation; a deviation of 1 where all numbers are alike. */
export function spread(numbers: readonly number[]): { mean: number; deviation: number } {
  const [first] = numbers;
  if (first === undefined) return { mean: 0, deviation: 1 };
  // The sum of equal numbers is rounded: their deviation from its share is not 0.
  if (numbers.every(number => number === first)) return { mean: first, deviation: 1 };
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  const squares = numbers.reduce((sum, number) => sum + (number - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / Math.max(1, numbers.length - 1));
  return { mean, deviation };
}

/** Number of inputs that an encoding gives. */
export const featureCount = ({ numerical, categorical }: FeatureEncoding): number =>
  numerical.length + categorical.reduce((sum, { words }) => sum + words.length, 0);

/** Names of the inputs: a column, or a column and a word. */
export const featureNames = ({ numerical, categorical }: FeatureEncoding): string[] => [
  ...numerical.map(({ column }) => column),
  ...categorical.flatMap(({ column, words }) => words.map(word => `${column}=${word}`)),
];

/**
 * The inputs of a subject: standardised numbers, the mean where one is missing; 1 at the subject's word, the most
 * frequent where it is missing.
 * @throws Fault for a word that no training subject has.
 */
export function encodeFeatures(
  { numerical, categorical }: FeatureEncoding,
  { numbers, words }: TableValues,
  place: Subject['place'],
): number[] {
  return [
    ...numerical.map(({ mean, deviation }, index) => {
      const number = numbers[index]!;
      return Number.isNaN(number) ? 0 : (number - mean) / deviation;
    }),
    ...categorical.flatMap(({ column, words: known, frequent }, index) => {
      const word = words[index] === '' ? frequent : words[index]!;
      if (!known.includes(word)) {
        throw new Fault(`the column "${column}" holds "${word}", which no training subject has`, {
          place,
          remedy: `Known from training: ${quoted(known)}. Mend the cell, or leave it empty where the value is unknown.`,
        });
      }
      return known.map(other => (other === word ? 1 : 0));
    }),
  ];
}
