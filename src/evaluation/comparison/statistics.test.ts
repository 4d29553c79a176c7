import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import golden from '../fixtures/comparison.json' with { type: 'json' };
import { parseMetrics } from '../metrics-table.ts';
import type { MetricName } from '../structure-metrics.ts';
import { bcaInterval, bootstrapInterval } from './bootstrap.ts';
import { cliffsDelta, cohensD, rankBiserial } from './effect-size.ts';
import { holm } from './holm.ts';
import { mannWhitney } from './mann-whitney.ts';
import { normalQuantile, normalTail } from './normal-distribution.ts';
import { pairedDifferences } from './paired.ts';
import { type WilcoxonMethod, wilcoxon, type ZeroMethod } from './wilcoxon.ts';

// Expected values: SciPy 1.17.1 and statsmodels (scripts/goldens/evaluation-comparison.py).
type Expected = Readonly<Record<string, (number | null)[]>>;

function expectClose(own: number, expected: number | null | undefined, what: string): void {
  if (expected === null || expected === undefined) expect(own, what).toBeNaN();
  else expect(Math.abs(own - expected), what).toBeLessThanOrEqual(1e-11 * Math.abs(expected));
}

function expectWilcoxon(differences: readonly number[], expected: Expected): void {
  for (const [name, [statistic, p]] of Object.entries(expected)) {
    const [zeros, method] = name.split(' ') as [ZeroMethod, WilcoxonMethod | 'auto'];
    const own = wilcoxon(differences, { zeros, ...(method !== 'auto' && { method }) });
    expectClose(own.statistic, statistic, `${name}: statistic`);
    expectClose(own.p, p, `${name}: p`);
  }
}

function expectMannWhitney(first: readonly number[], second: readonly number[], expected: Expected): void {
  for (const [method, [u, p]] of Object.entries(expected)) {
    const own = mannWhitney(first, second, method === 'auto' ? undefined : (method as 'exact'));
    expectClose(own.u, u, `${method}: U`);
    expectClose(own.p, p, `${method}: p`);
  }
}

describe('normal distribution', () => {
  it.each(golden.normalTail)('has above %d the share that SciPy has', (z, share) => {
    expectClose(normalTail(z!), share, 'share');
  });

  it.each(golden.normalQuantile)('has the quantile of %d that SciPy has', (share, z) => {
    expect(normalQuantile(share!)).toBeCloseTo(z!, 7);
    if (share! < 0.99) expectClose(normalQuantile(share!) + 1, z! + 1, 'quantile');
  });
});

describe('wilcoxon', () => {
  it.each(golden.wilcoxon)('says of $count pairs, $kind, what SciPy says', ({ differences, expected }) => {
    expectWilcoxon(differences, expected);
  });
});

describe('mannWhitney', () => {
  it.each(golden.mannWhitney)('says what SciPy says (case %#)', ({ first, second, expected }) => {
    expectMannWhitney(first, second, expected);
  });

  it('says nothing of an empty group', () => {
    expect(mannWhitney([], [1, 2]).p).toBeNaN();
  });
});

const headAndNeck = new URL('../../../../shared/data/innereye/metrics_hn.csv', import.meta.url);

describe.skipIf(!existsSync(headAndNeck))("InnerEye's head and neck results (skipped without them)", () => {
  const names: Record<string, MetricName> = {
    Dice: 'dice',
    HausdorffDistance_mm: 'hausdorffMm',
    MeanDistance_mm: 'meanDistanceMm',
  };
  const rows = existsSync(headAndNeck)
    ? parseMetrics(readFileSync(headAndNeck, 'utf8'), 'metrics_hn.csv')
    : [];
  const valuesOf = (structure: string, metric: MetricName) => {
    const own = rows.filter(row => row.structure === structure && !Number.isNaN(row[metric]));
    return new Map(own.map(row => [row.patient, row[metric]]));
  };

  it.each(golden.headAndNeck)('$column of $pair as SciPy', ({ column, pair, pairs, ...expected }) => {
    const [left, right] = pair.map(structure => valuesOf(structure, names[column]!));
    const patients = [...left!.keys()].filter(patient => right!.has(patient));
    expect(patients).toHaveLength(pairs);
    const [a, b] = [left!, right!].map(values => patients.map(patient => values.get(patient)!));
    expectWilcoxon(pairedDifferences(b!, a!), expected.wilcoxon);
    expectMannWhitney(a!, b!, expected.mannWhitney);
  });
});

describe('bootstrap', () => {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

  it.each(golden.bootstrap)('makes of the same replicates the interval that SciPy makes', one => {
    const { low, high } = bcaInterval(one.values, mean, one.replicates, 0.95);
    expect([low, high].map(value => value.toFixed(9))).toEqual(one.interval.map(value => value.toFixed(9)));
  });

  it.each(golden.bootstrap)('comes to the interval of 100 000 resamples', ({ values, intervalOfMany }) => {
    const { low, high } = bootstrapInterval(values, mean, { resamples: 20_000, seed: 3 });
    // A percentile of 20 000 replicates scatters by about a fiftieth of the interval.
    const scatter = (intervalOfMany[1]! - intervalOfMany[0]!) / 25;
    expect(Math.abs(low - intervalOfMany[0]!)).toBeLessThan(scatter);
    expect(Math.abs(high - intervalOfMany[1]!)).toBeLessThan(scatter);
  });

  it('depends on the seed alone, and has no interval for equal or infinite values', () => {
    const interval = (seed: number) => bootstrapInterval([1, 2, 4, 8, 9], mean, { seed, resamples: 200 });
    expect(interval(1)).toEqual(interval(1));
    expect(interval(1)).not.toEqual(interval(2));
    expect(bootstrapInterval([2, 2, 2], mean).low).toBeNaN();
    expect(bootstrapInterval([1, Infinity], mean).high).toBeNaN();
  });
});

describe('effect sizes', () => {
  it("are Cliff's delta as Somers' D of SciPy", () => {
    for (const { first, second, expected } of golden.cliffsDelta)
      expect(cliffsDelta(first, second)).toBeCloseTo(expected, 12);
  });

  it("are Cohen's d as t over the root of n", () => {
    expect(cohensD(golden.cohensD.differences)).toBeCloseTo(golden.cohensD.expected, 12);
  });

  it('are the rank-biserial correlation of the worked example', () => {
    // Ranks of 1, −2, 3, 4 are 1 to 4: (8 − 2) / 10.
    expect(rankBiserial([1, -2, 3, 4, 0])).toBeCloseTo(0.6, 12);
    expect(rankBiserial([0, 0])).toBeNaN();
  });
});

describe('holm', () => {
  it.each(golden.holm)('adjusts $ps as statsmodels', ({ ps, expected }) => {
    for (const [index, p] of holm(ps).entries()) expect(p).toBeCloseTo(expected[index]!, 12);
  });

  it('leaves out tests that could not be made', () => {
    expect(holm([0.02, Number.NaN, 0.04])).toEqual([0.04, Number.NaN, 0.04]);
  });
});

describe('pairedDifferences', () => {
  it('leaves out missing values, rounds what binary numbers add, and lets infinities be equal', () => {
    expect(pairedDifferences([0.8, 0.7, 1, Number.NaN, Infinity], [0.9, 0.8, Infinity, 1, Infinity])).toEqual(
      [0.1, 0.1, Infinity, 0],
    );
  });
});
