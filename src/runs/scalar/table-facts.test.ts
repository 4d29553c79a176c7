import { describe, expect, it } from 'vitest';
import type { Subject } from '../../dataset/dataset.ts';
import { Faults } from '../../foundation/fault.ts';
import { type TableFacts, valuesOfAll } from './table-facts.ts';

const subject = (id: string, word: string): Subject => ({
  id,
  images: [],
  attributes: {},
  values: { numbers: [], words: [word], targets: [1] },
  place: { file: 'dataset.csv', subject: id },
});
const facts: TableFacts = {
  features: { numerical: [], categorical: [{ column: 'sex', words: ['f', 'm'], frequent: 'f' }] },
  targets: [{ mean: 0, deviation: 1 }],
};

describe('what a network is given of a table', () => {
  it('names every subject with a word that no training subject has, not the first alone', () => {
    const error = (() => {
      try {
        return valuesOfAll([subject('a', 'f'), subject('b', 'x'), subject('c', 'y')], facts);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(Faults);
    expect((error as Faults).faults.map(({ place }) => place?.subject)).toEqual(['b', 'c']);
  });

  it('is there for all of them otherwise', () => {
    expect(valuesOfAll([subject('a', 'f'), subject('b', 'm')], facts).get('b')!.features).toEqual([0, 1]);
  });
});
