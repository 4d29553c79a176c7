import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { type Distribution, searchSchema } from '../../config/schema/search.ts';
import { mannWhitney } from '../../evaluation/comparison/mann-whitney.ts';
import { summarize } from '../../evaluation/statistics.ts';
import { axisOf } from './distribution.ts';
import { suggest, trialCount } from './sampler.ts';
import type { Parameters, Trial } from './trial.ts';

const settings = (input: z.input<typeof searchSchema>) => searchSchema.parse(input);

/** Runs a whole search of a function, one trial after the other. */
function trialsOf(
  search: ReturnType<typeof settings>,
  objective: (parameters: Parameters) => number,
  until = trialCount(search),
): Trial[] {
  const trials: Trial[] = [];
  for (let number = 0; number < until; number++) {
    const parameters = suggest(search, number, trials);
    const measurements = [{ epoch: 1, value: objective(parameters) }];
    trials.push({ number, parameters, status: 'completed', measurements });
  }
  return trials;
}

const distributions: Distribution[] = [
  { distribution: 'choice', values: ['a', [1, 2], { x: null }, 4] },
  { distribution: 'uniform', low: -2, high: 5 },
  { distribution: 'loguniform', low: 1e-6, high: 10 },
  { distribution: 'quniform', low: 0, high: 0.3, step: 0.1 },
  { distribution: 'randint', low: -1, high: 3 },
  { distribution: 'normal', mean: 10, deviation: 2 },
  { distribution: 'lognormal', mean: -2, deviation: 0.5 },
];

describe('a distribution', () => {
  it.each(distributions)('$distribution finds the place of each of its values again', distribution => {
    const axis = axisOf(distribution);
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), place => {
        const value = axis.valueAt(place);
        expect(axis.valueAt(axis.placeOf(value))).toEqual(
          typeof value === 'number' && axis.count === Infinity
            ? expect.closeTo(value, 7 - Math.ceil(Math.log10(Math.abs(value) + 1e-6)))
            : value,
        );
      }),
    );
  });

  it('reaches both ends, and never leaves its range', () => {
    const ends = (distribution: Distribution) => [0, 1 - 2 ** -32].map(axisOf(distribution).valueAt);
    expect(ends({ distribution: 'randint', low: 1, high: 4 })).toEqual([1, 4]);
    expect(ends({ distribution: 'quniform', low: 0, high: 0.3, step: 0.1 })).toEqual([0, 0.3]);
    expect(ends({ distribution: 'quniform', low: 0, high: 0.35, step: 0.1 })).toEqual([0, 0.3]);
    const [low, high] = ends({ distribution: 'loguniform', low: 1e-4, high: 0.1 });
    expect(low).toBe(1e-4);
    expect(high).toBeLessThanOrEqual(0.1);
    for (const value of ends({ distribution: 'normal', mean: 0, deviation: 1 }))
      expect(value).toSatisfy(Number.isFinite);
  });

  it('is drawn from with the right moments', () => {
    const search = settings({
      parameters: {
        n: { distribution: 'normal', mean: 3, deviation: 2 },
        l: { distribution: 'loguniform', low: 0.01, high: 100 },
      },
      algorithm: { name: 'random' },
    });
    const drawn = Array.from({ length: 4000 }, (_, number) => suggest(search, number, []));
    const normal = summarize(drawn.map(({ n }) => n as number));
    expect(normal.mean).toBeCloseTo(3, 0);
    expect(normal.std).toBeCloseTo(2, 0);
    expect(Math.log10(summarize(drawn.map(({ l }) => l as number)).median)).toBeCloseTo(0, 0);
  });
});

describe('a grid', () => {
  const grid = settings({
    parameters: {
      a: { distribution: 'choice', values: ['x', 'y'] },
      b: { distribution: 'randint', low: 1, high: 3 },
    },
    algorithm: { name: 'grid' },
  });

  it('goes through all combinations once, the last parameter fastest', () => {
    const all = trialsOf(grid, () => 0).map(({ parameters: { a, b } }) => `${a}${b}`);
    expect(all).toEqual(['x1', 'x2', 'x3', 'y1', 'y2', 'y3']);
  });

  it('ends early where fewer trials are asked for', () => {
    expect(trialCount({ ...grid, trials: 4 })).toBe(4);
  });
});

/** Branin's function (Dixon and Szegö, 1978): three minima of 0.397887, at (π, 2.275) among others. */
const branin = ({ x, y }: Parameters): number => {
  const [a, b] = [x as number, y as number];
  return (
    (b - (5.1 / (4 * Math.PI ** 2)) * a ** 2 + (5 / Math.PI) * a - 6) ** 2 +
    10 * (1 - 1 / (8 * Math.PI)) * Math.cos(a) +
    10
  );
};

/** Best at rate 0.003, width 24 and kind b, where it is 1: as a learning rate, features and a choice may be. */
const training = ({ rate, width, kind }: Parameters): number =>
  Math.exp(-(Math.log10((rate as number) / 0.003) ** 2)) *
  Math.exp(-((((width as number) - 24) / 16) ** 2)) *
  ({ a: 0.6, b: 1, c: 0.8 }[kind as string] ?? 0);

const objectives = {
  Branin: {
    goal: 'minimize',
    known: 0.397887,
    value: branin,
    parameters: {
      x: { distribution: 'uniform', low: -5, high: 10 },
      y: { distribution: 'uniform', low: 0, high: 15 },
    },
  },
  'a mixed function': {
    goal: 'maximize',
    known: 1,
    value: training,
    parameters: {
      rate: { distribution: 'loguniform', low: 1e-5, high: 1 },
      width: { distribution: 'quniform', low: 8, high: 64, step: 8 },
      kind: { distribution: 'choice', values: ['a', 'b', 'c'] },
    },
  },
} as const;

describe('tpe', () => {
  it.each(Object.entries(objectives))(
    'finds a better value of %s than random search with 60 trials, over 20 repetitions',
    (name, { goal, known, value, parameters }) => {
      const bestValues = (algorithm: 'tpe' | 'random') =>
        Array.from({ length: 20 }, (_, seed) => {
          const search = settings({
            parameters: structuredClone(parameters) as unknown as z.input<typeof searchSchema>['parameters'],
            algorithm: { name: algorithm },
            trials: 60,
            seed,
            objective: { goal },
          });
          const values = trialsOf(search, value).map(({ measurements }) => measurements[0]!.value);
          return Math.abs((goal === 'minimize' ? Math.min(...values) : Math.max(...values)) - known);
        });
      const [tpe, random] = [bestValues('tpe'), bestValues('random')];
      const { p } = mannWhitney(tpe, random);
      const medians = [tpe, random].map(values => summarize(values).median);
      console.log(
        `${name}: median distance from the optimum ${medians.map(median => median.toPrecision(3)).join(' (TPE), ')} (random); rank-sum p = ${p.toExponential(1)}`,
      );
      expect(medians[0]!).toBeLessThan(medians[1]! / 2);
      expect(p).toBeLessThan(0.001);
    },
  );

  const search = settings({
    parameters: { x: { distribution: 'uniform', low: 0, high: 1 } },
    trials: 30,
    seed: 5,
  });
  const value = ({ x }: Parameters) => -(((x as number) - 0.3) ** 2);

  it('depends on the seed and on what ended: a search that is killed goes on as if it had not been', () => {
    const whole = trialsOf(search, value);
    const interrupted = JSON.parse(JSON.stringify(whole.slice(0, 17))) as Trial[];
    // Trials under way and their order do not matter.
    const running: Trial = { number: 40, parameters: { x: 0.9 }, status: 'running', measurements: [] };
    expect(suggest(search, 17, [running, ...interrupted.reverse()])).toEqual(whole[17]!.parameters);
    expect(suggest({ ...search, seed: 6 }, 17, interrupted)).not.toEqual(whole[17]!.parameters);
  });

  it('stays away from what is invalid', () => {
    const trials = Array.from({ length: 40 }, (_, number): Trial => {
      const parameters = suggest({ ...search, algorithm: { name: 'random' } }, number, []);
      const invalid = (parameters.x as number) > 0.5;
      return {
        number,
        parameters,
        status: invalid ? 'invalid' : 'completed',
        measurements: invalid ? [] : [{ epoch: 1, value: 1 - number / 1000 }],
      };
    });
    const next = Array.from({ length: 30 }, (_, number) => suggest(search, 40 + number, trials).x as number);
    expect(next.filter(x => x > 0.5).length).toBeLessThan(8);
  });
});
