import { describe, expect, it } from 'vitest';
import type { SearchState, SearchTrial } from '../../src/contracts/search.ts';
import { axesOf, goodness, ranked } from './axes.ts';

const trial = (
  number: number,
  parameters: Record<string, unknown>,
  values: readonly number[],
  status: SearchTrial['status'] = 'completed',
): SearchTrial => ({
  number,
  parameters,
  status,
  measurements: values.map((value, index) => ({ epoch: index + 1, value })),
  run: `trials/${number}`,
  startedAt: '2026-01-01T00:00:00Z',
});
const state = (goal: 'maximize' | 'minimize'): SearchState => ({
  objective: { metric: 'validation/Dice', goal },
  total: 4,
  trials: [
    trial(0, { rate: 1e-4, features: 8, loss: 'dice' }, [0.5, 0.9]),
    trial(1, { rate: 1e-2, features: 16, loss: 'entropy' }, [0.3]),
    trial(2, { rate: 1e-3, features: 12, loss: ['a'] }, [0.6]),
    trial(3, { rate: 1e-3, features: 8, loss: 'dice' }, [], 'invalid'),
  ],
});

describe('parallel coordinates', () => {
  it('have an axis for each setting and the objective last; wide ranges by powers, words by name', () => {
    const { trials } = state('maximize');
    const [rate, features, loss, objective] = axesOf(state('maximize'));
    expect(trials.map(one => rate!.at(one)?.toFixed(3))).toEqual(['0.000', '1.000', '0.500', '0.500']);
    expect(trials.map(one => features!.at(one))).toEqual([0, 1, 0.5, 0]);
    expect(loss!.ticks.map(({ text }) => text)).toEqual(['["a"]', 'dice', 'entropy']);
    expect(trials.map(one => loss!.at(one))).toEqual([0.5, 1, 0, 0.5]);
    expect(objective!.name).toBe('validation/Dice');
    expect(trials.map(one => objective!.at(one)?.toFixed(3))).toEqual(['1.000', '0.000', '0.500', undefined]);
  });

  it('rank trials by their best value, whichever way is good, those without one last', () => {
    expect(ranked(state('maximize')).map(({ number }) => number)).toEqual([0, 2, 1, 3]);
    expect(ranked(state('minimize')).map(({ number }) => number)).toEqual([1, 0, 2, 3]);
    const good = goodness(state('minimize'));
    expect(state('minimize').trials.map(one => good(one)?.toFixed(2))).toEqual([
      '0.33',
      '1.00',
      '0.00',
      undefined,
    ]);
  });

  it('rank trials that failed behind all others, whatever they had reached', () => {
    const [best, ...others] = state('maximize').trials;
    const failed = { ...state('maximize'), trials: [{ ...best!, status: 'failed' as const }, ...others] };
    expect(ranked(failed).map(({ number }) => number)).toEqual([2, 1, 0, 3]);
    expect(failed.trials.map(goodness(failed))).toEqual([undefined, 0, 1, undefined]);
  });

  it('put a single value in the middle', () => {
    const one = { ...state('maximize'), trials: [trial(0, { rate: 0.1 }, [0.5])] };
    expect(axesOf(one).map(axis => axis.at(one.trials[0]!))).toEqual([0.5, 0.5]);
  });
});
