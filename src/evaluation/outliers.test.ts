import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseMetrics } from './metrics-table.ts';
import { worstCases } from './outliers.ts';

const rows = (structure: string, values: readonly [dice: number, hausdorff: number][]) =>
  parseMetrics(
    [
      'Patient,Structure,Dice,HausdorffDistance_mm',
      ...values.map(([dice, distance], index) => `${index},${structure},${dice},${distance}`),
    ].join('\n'),
    'metrics.csv',
  );
const headAndNeck = new URL('../../../shared/data/innereye/metrics_hn.csv', import.meta.url);

describe('worstCases', () => {
  it('compares a row with its own structure only', () => {
    const small = rows(
      'small',
      Array.from({ length: 12 }, () => [0.3, 5]),
    );
    const large = rows('large', [
      ...Array.from({ length: 14 }, () => [0.95, 5] as [number, number]),
      [0.6, 5],
    ]);
    const cases = worstCases([...small, ...large]);
    expect(cases[0]).toMatchObject({ row: { structure: 'large', dice: 0.6 }, outlier: true });
    expect(cases.filter(({ outlier }) => outlier)).toHaveLength(1);
  });

  it('marks long and infinite distances, and leaves out rows without Dice', () => {
    const cases = worstCases(
      rows('s', [
        ...Array.from({ length: 15 }, () => [0.9, 2] as [number, number]),
        [0.9, 40],
        [0, Infinity],
        [NaN, NaN],
      ]),
    );
    expect(cases).toHaveLength(17);
    expect(cases.filter(({ outlier }) => outlier).map(({ row }) => row.hausdorffMm)).toEqual([Infinity, 40]);
  });

  it.skipIf(!existsSync(headAndNeck))(
    'finds in the head and neck results what pandas finds (skipped without ../shared/data)',
    () => {
      const cases = worstCases(parseMetrics(readFileSync(headAndNeck, 'utf8'), 'metrics_hn.csv'));
      // Dice < mean − 3 std or Hausdorff > mean + 3 std by structure, with pandas' groupby.
      const outliers = cases
        .filter(({ outlier }) => outlier)
        .map(({ row }) => `${row.patient} ${row.structure}`);
      expect(outliers.sort()).toEqual([
        '11 smg_r',
        '17 lacrimal_gland_l',
        '18 globe_r',
        '4 parotid_r',
        '7 external',
        '7 smg_l',
        '8 parotid_l',
      ]);
    },
  );
});
