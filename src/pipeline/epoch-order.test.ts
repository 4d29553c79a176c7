import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Random } from '../foundation/random.ts';
import { type EpochPlan, stepsOfEpoch, turnsOfStep } from './epoch-order.ts';

const plan = { seed: 1, subjects: 7, cropsPerSubject: 3, batchSize: 4 };
const steps = (epoch: number, of: EpochPlan = plan) =>
  Array.from({ length: stepsOfEpoch(of) }, (_, step) => turnsOfStep(of, epoch, step));

afterEach(() => vi.restoreAllMocks());

describe('the order of an epoch', () => {
  it('has every crop of every subject once, and fills the last step with further crops', () => {
    fc.assert(
      fc.property(fc.nat(9), fc.nat(4), fc.nat(5), (subjects, cropsPerSubject, batchSize) => {
        const sizes = { seed: 3, subjects: subjects + 1, cropsPerSubject: cropsPerSubject + 1 };
        const turns = steps(0, { ...sizes, batchSize: batchSize + 1 }).flat();
        const names = turns.map(({ subject, crop }) => `${subject}/${crop}`);
        expect(new Set(names).size).toBe(turns.length);
        for (let subject = 0; subject < sizes.subjects; subject++)
          for (let crop = 0; crop < sizes.cropsPerSubject; crop++)
            expect(names).toContain(`${subject}/${crop}`);
      }),
    );
  });

  it('with weights draws subjects as often as their weights say, the same for the same seed', () => {
    const weights = [1, 1, 1, 3];
    const weighted = { seed: 2, subjects: 4, cropsPerSubject: 1, batchSize: 4, weights };
    const drawn = Array.from({ length: 600 }, (_, epoch) => steps(epoch, weighted)).flat(2);
    const share = drawn.filter(({ subject }) => subject === 3).length / drawn.length;
    expect(share).toBeGreaterThan(0.46);
    expect(share).toBeLessThan(0.54);
    expect(steps(5, weighted)).toEqual(steps(5, { ...weighted, weights }));
  });

  it('differs between epochs and does not depend on which were asked for before', () => {
    const [first, second] = [steps(0), steps(1)];
    expect(first).not.toEqual(second);
    expect(steps(0)).toEqual(first);
    expect(steps(0, { ...plan, seed: 2 })).not.toEqual(first);
    expect(turnsOfStep(plan, 1, 2)).toEqual(second[2]);
  });

  it('is shuffled once for all steps of an epoch', () => {
    const shuffle = vi.spyOn(Random.prototype, 'permutation');
    steps(11);
    expect(shuffle).toHaveBeenCalledTimes(1);
  });
});
