import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { searchSchema } from '../../config/schema/search.ts';
import { Random } from '../../foundation/random.ts';
import { reasonToStop } from './early-stopping.ts';
import { dealtBracket } from './halving.ts';
import { bestAt, ranking, type Trial } from './trial.ts';

const settings = (
  early_stopping: z.input<typeof searchSchema>['early_stopping'],
  goal: 'maximize' | 'minimize' = 'maximize',
) =>
  searchSchema.parse({
    parameters: { x: { distribution: 'uniform', low: 0, high: 1 } },
    objective: { goal },
    early_stopping,
  });
const trial = (number: number, values: readonly number[], status: Trial['status'] = 'completed'): Trial => ({
  number,
  parameters: {},
  status,
  measurements: values.map((value, index) => ({ epoch: index + 1, value })),
});

describe('asha', () => {
  const asha = settings({ name: 'asha', minimum_epochs: 2, reduction: 3 });
  const earlier = [0.5, 0.6, 0.7, 0.8, 0.9].map((value, number) => trial(number, [0.1, value, value]));

  it('lets the best third of those at a rung go on', () => {
    const with_ = (value: number) => reasonToStop(asha, trial(9, [0.1, value], 'running'), earlier, 18);
    expect(with_(0.95)).toBeUndefined();
    expect(with_(0.85)).toBeUndefined();
    expect(with_(0.75)).toBe('2 of 5 trials were better after 2 epochs, and 2 go on');
  });

  it('compares at its rungs alone, and not at the end', () => {
    expect(reasonToStop(asha, trial(9, [0.1], 'running'), earlier, 18)).toBeUndefined();
    expect(reasonToStop(asha, trial(9, [0.1, 0.1, 0.1], 'running'), earlier, 18)).toBeUndefined();
    expect(reasonToStop(asha, trial(9, [0.1, 0.1], 'running'), earlier, 2)).toBeUndefined();
  });

  it('compares at the rung that a rare validation has passed', () => {
    const rare = { ...trial(9, [], 'running'), measurements: [{ epoch: 3, value: 0.1 }] };
    expect(reasonToStop(asha, rare, earlier, 18)).toContain('after 2 epochs');
  });

  it('takes small values for good where it minimises', () => {
    const minimise = settings({ name: 'asha', minimum_epochs: 2 }, 'minimize');
    const losses = [0.5, 0.6, 0.7, 0.8, 0.9].map((value, number) => trial(number, [1, value]));
    expect(reasonToStop(minimise, trial(9, [1, 0.55], 'running'), losses, 18)).toBeUndefined();
    expect(reasonToStop(minimise, trial(9, [1, 0.65], 'running'), losses, 18)).toBeDefined();
  });
});

/** Learning curves that approach a quality at some speed, with noise: 40 trials whose best comes to 1 or so. */
function curve(seed: number, number: number): number[] {
  const random = new Random(seed, 'curve', number);
  const quality = random.uniform();
  const speed = random.between(0.1, 0.4);
  return Array.from(
    { length: 27 },
    (_, epoch) => quality * (1 - Math.exp(-speed * (epoch + 1))) + 0.01 * random.normal(),
  );
}

/** A search in which `workers` trials run at once; an epoch of one takes up to three times that of another. */
function simulate(search: ReturnType<typeof settings>, seed: number, workers: number): Trial[] {
  const trials: Trial[] = [];
  const curves = Array.from({ length: 40 }, (_, number) => curve(seed, number));
  const paces = curves.map((_, number) => 1 + new Random(seed, 'pace', number).below(3));
  for (
    let time = 0;
    trials.length < curves.length || trials.some(({ status }) => status === 'running');
    time++
  ) {
    while (
      trials.length < curves.length &&
      trials.filter(({ status }) => status === 'running').length < workers
    )
      trials.push(trial(trials.length, [], 'running'));
    for (const [number, one] of trials.entries()) {
      if (one.status !== 'running' || time % paces[number]! !== 0) continue;
      const next = trial(number, curves[number]!.slice(0, one.measurements.length + 1), 'running');
      trials[number] = next;
      const reason = reasonToStop(search, next, trials, 27);
      if (reason) trials[number] = { ...next, status: 'stopped', reason };
      else if (next.measurements.length === 27) trials[number] = { ...next, status: 'completed' };
    }
  }
  return trials;
}

const epochsOf = (trials: readonly Trial[]) => trials.reduce((sum, one) => sum + one.measurements.length, 0);
const bestOf = (trials: readonly Trial[]) => ranking('maximize', trials)[0]!.best.value;
const full = simulate(settings(undefined), 0, 4);

describe('on simulated learning curves', () => {
  it.each([1, 4])('asha comes to an equal result with half of the epochs at most, %i at once', workers => {
    const search = settings({ name: 'asha', minimum_epochs: 3 });
    const repetitions = Array.from({ length: 20 }, (_, seed) => {
      const [whole, halved] = [simulate(settings(undefined), seed, workers), simulate(search, seed, workers)];
      return { epochs: epochsOf(halved) / epochsOf(whole), loss: bestOf(whole) - bestOf(halved) };
    });
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const share = mean(repetitions.map(({ epochs }) => epochs));
    const loss = mean(repetitions.map(one => one.loss));
    console.log(
      `asha, ${workers} at once: ${(share * 100).toFixed(0)} % of the epochs (most ${(Math.max(...repetitions.map(({ epochs }) => epochs)) * 100).toFixed(0)} %), best value ${loss.toFixed(4)} lower`,
    );
    expect(Math.max(...repetitions.map(({ epochs }) => epochs))).toBeLessThanOrEqual(0.5);
    expect(loss).toBeLessThan(0.01);
  });

  it.each([
    { name: 'hyperband' },
    { name: 'bandit', slack_factor: 0.2, delay_epochs: 5 },
    { name: 'median', delay_epochs: 2 },
  ] as const)('$name spares epochs without losing the best trial', policy => {
    const trials = simulate(settings(policy), 0, 4);
    expect(epochsOf(trials)).toBeLessThan(0.85 * epochsOf(full));
    expect(bestOf(trials)).toBeGreaterThan(bestOf(full) - 0.02);
    expect(trials.find(({ status }) => status === 'stopped')?.reason).toMatch(/\d/);
  });
});

describe('hyperband', () => {
  it('deals trials as the table of the paper: 81, 34, 15, 8, 5 for η = 3 and R = 81', () => {
    const sizes = new Array<number>(5).fill(0);
    for (let number = 0; number < 81 + 34 + 15 + 8 + 5; number++) sizes[dealtBracket(number, 5, 3)]!++;
    expect(sizes).toEqual([81, 34, 15, 8, 5]);
  });
});

describe("AzureML's policies", () => {
  const others = [trial(0, [0.2, 0.8, 0.7]), trial(1, [0.3, 0.5, 0.6])];

  it('bandit stops below best / (1 + slack), as the example of its documentation', () => {
    // A best value of 0.8 and a slack factor of 0.2 end what is below 0.66.
    const bandit = settings({ name: 'bandit', slack_factor: 0.2, delay_epochs: 1 });
    expect(reasonToStop(bandit, trial(9, [0.1, 0.67], 'running'), others, 9)).toBeUndefined();
    expect(reasonToStop(bandit, trial(9, [0.1, 0.66], 'running'), others, 9)).toMatch(
      /slack ends at 0\.6667/,
    );
    expect(reasonToStop(bandit, trial(9, [0.01], 'running'), others, 9)).toBeUndefined();
    const amount = settings({ name: 'bandit', slack_amount: 0.1 }, 'minimize');
    expect(reasonToStop(amount, trial(9, [0.29], 'running'), others, 9)).toBeUndefined();
    expect(reasonToStop(amount, trial(9, [0.31], 'running'), others, 9)).toBeDefined();
  });

  it('bandit stops no trial that is as good as the best, whatever the sign', () => {
    for (const goal of ['maximize', 'minimize'] as const) {
      const bandit = settings({ name: 'bandit', slack_factor: 0.2 }, goal);
      for (const value of [-0.5, 0, 0.5]) {
        const best = [trial(0, [value])];
        expect(reasonToStop(bandit, trial(9, [value], 'running'), best, 9)).toBeUndefined();
        const worse = value + (goal === 'maximize' ? -0.2 : 0.2);
        expect(reasonToStop(bandit, trial(9, [worse], 'running'), best, 9)).toBeDefined();
      }
    }
  });

  it('median compares the best value with the median of the means', () => {
    // Means up to the second epoch are 0.5 and 0.4: their median is 0.45.
    const median = settings({ name: 'median', every_epochs: 2 });
    expect(reasonToStop(median, trial(9, [0.46, 0.1], 'running'), others, 9)).toBeUndefined();
    expect(reasonToStop(median, trial(9, [0.44, 0.1], 'running'), others, 9)).toMatch(/means is 0\.4500/);
    expect(reasonToStop(median, trial(9, [0.1], 'running'), others, 9)).toBeUndefined();
    expect(reasonToStop(median, trial(9, [0.1, 0.1], 'running'), [], 9)).toBeUndefined();
  });
});

describe('the best value up to an epoch', () => {
  it('is unknown of a trial that has not come so far', () => {
    expect(bestAt('maximize', trial(0, [0.5, 0.4]), 2)).toBe(0.5);
    expect(bestAt('maximize', trial(0, [0.5]), 2)).toBeUndefined();
  });
});
