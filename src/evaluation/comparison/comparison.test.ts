import { describe, expect, it } from 'vitest';
import { parseMetrics } from '../metrics-table.ts';
import { innerEyeColumns, type MetricsRow } from '../structure-metrics.ts';
import { formatAllRuns } from './all-runs-table.ts';
import { changedCases } from './changed-cases.ts';
import { compareGroups } from './compare-groups.ts';
import { compareMetrics } from './compare-metrics.ts';

const [dice, hausdorff] = innerEyeColumns;
const rowsOf = (structure: string, values: readonly (readonly [dice: number, distance: number])[]) =>
  parseMetrics(
    [
      'Patient,Structure,Dice,HausdorffDistance_mm',
      ...values.map(([one, distance], index) => `p${index},${structure},${one},${distance}`),
    ].join('\n'),
    'metrics.csv',
  );
const constant = (count: number, value: number) => Array.from({ length: count }, () => [value, 3] as const);
const rising = (count: number, from: number, step: number): MetricsRow[] =>
  rowsOf(
    'liver',
    Array.from({ length: count }, (_, index) => [from + step * index, 10 - index * step] as const),
  );

describe('compareMetrics', () => {
  it('finds the better model, also where low is good', () => {
    const first = rising(10, 0.7, 0.001);
    const second = rising(10, 0.75, 0.002);
    const [liver] = compareMetrics(first, second, dice!);
    // All ten signs alike: p = 2 / 2¹⁰ (scipy.stats.wilcoxon).
    expect(liver).toMatchObject({ pairs: 10, higher: 10, p: 2 / 1024, rankBiserial: 1, verdict: 'better' });
    expect(liver!.difference).toBeCloseTo(0.0545, 10);
    expect(liver!.interval.low).toBeLessThan(0.0545);
    expect(liver!.interval.high).toBeGreaterThan(0.0545);
    expect(compareMetrics(second, first, dice!)[0]!.verdict).toBe('worse');
    expect(compareMetrics(first, second, hausdorff!)[0]!.verdict).toBe('better');
  });

  it('says that few pairs cannot show anything, and nothing of equal ones', () => {
    expect(compareMetrics(rising(5, 0.1, 0.01), rising(5, 0.9, 0.01), dice!)[0]).toMatchObject({
      smallestP: 0.0625,
      verdict: 'too few',
    });
    const same = compareMetrics(rising(9, 0.1, 0.01), rising(9, 0.1, 0.01), dice!)[0]!;
    expect(same).toMatchObject({ equal: 9, verdict: 'same' });
    expect(same.p).toBeNaN();
  });

  it('corrects for the number of structures, and leaves out subjects and structures of one model', () => {
    const six = (structure: string, value: number) => rowsOf(structure, constant(6, value));
    const first = [...six('a', 0.5), ...six('b', 0.5), ...six('only', 0.5)];
    const second = [...six('a', 0.6).slice(0, 6), ...rowsOf('b', constant(7, 0.6))];
    const found = compareMetrics(first, second, dice!);
    expect(found.map(({ structure, pairs, adjustedP }) => [structure, pairs, adjustedP])).toEqual([
      ['a', 6, 0.0625],
      ['b', 6, 0.0625],
    ]);
    expect(found.map(({ verdict }) => verdict)).toEqual(['not shown', 'not shown']);
  });

  it('counts infinite distances in ranks, and has no interval then', () => {
    const first = rowsOf(
      's',
      Array.from({ length: 8 }, (_, index) => [0.5, index + 1] as const),
    );
    const second = rowsOf(
      's',
      Array.from({ length: 8 }, () => [0, Infinity] as const),
    );
    const [found] = compareMetrics(first, second, hausdorff!);
    expect(found).toMatchObject({ p: 2 / 256, verdict: 'worse', difference: Infinity });
    expect(found!.interval.low).toBeNaN();
  });
});

describe('compareGroups', () => {
  const rows = rowsOf('s', [...constant(5, 0.9), ...constant(5, 0.4), ...constant(4, 0.1)]);
  const institution = (patient: string) => {
    const index = Number(patient.slice(1));
    return index < 5 ? 'A' : index < 10 ? 'B' : 'C';
  };

  it('compares groups of five and more', () => {
    const found = compareGroups(rows, institution, dice!);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      groups: ['A', 'B'],
      counts: [5, 5],
      medians: [0.9, 0.4],
      cliffsDelta: 1,
    });
    // scipy.stats.mannwhitneyu([.9] * 5, [.4] * 5): p = 0.003976752
    expect(found[0]!.p).toBeCloseTo(0.003976752, 9);
  });

  it('leaves out subjects without a group', () => {
    expect(compareGroups(rows, () => undefined, dice!)).toEqual([]);
  });
});

describe('changedCases', () => {
  it('has the worst change first, and what is equal or unknown not at all', () => {
    const first = rowsOf('s', [
      [0.9, 1],
      [0.5, 1],
      [0.8, 1],
      [Number.NaN, 1],
    ]);
    const second = rowsOf('s', [
      [0.7, 1],
      [0.6, 1],
      [0.8, 1],
      [0.3, 1],
    ]);
    expect(changedCases(first, second).map(({ patient, change }) => [patient, change.toFixed(3)])).toEqual([
      ['p0', '-0.200'],
      ['p1', '0.100'],
    ]);
  });
});

describe('formatAllRuns', () => {
  it("is InnerEye's table: Dice in percent, the run in the column split", () => {
    const rows = rowsOf('s', [
      [0.9, 1.25],
      [0, Infinity],
    ]);
    const text = formatAllRuns([
      { name: 'A', mode: 'Test', rows, attributesOf: patient => ({ institutionId: `i-${patient}` }) },
    ]);
    expect(text).toBe(
      'Patient,Structure,Dice,HausdorffDistance_mm,MeanDistance_mm,seriesId,institutionId,split,mode\n' +
        'p1,s,0.000,inf,,,i-p1,A,Test\np0,s,90.000,1.250,,,i-p0,A,Test\n',
    );
  });
});
