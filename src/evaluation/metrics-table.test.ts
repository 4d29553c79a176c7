import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  formatAggregates,
  formatExtendedMetrics,
  formatMetrics,
  meanDiceBySubject,
  parseMetrics,
} from './metrics-table.ts';
import type { MetricsRow } from './structure-metrics.ts';

const nan = Number.NaN;
const row = (patient: string, structure: string, dice: number, distance = 1.23456): MetricsRow => ({
  patient,
  structure,
  dice,
  hausdorffMm: distance,
  hausdorff95Mm: distance,
  meanDistanceMm: distance,
  surfaceDice: dice,
  surfaceDiceToleranceMm: 1,
  sensitivity: dice,
  precision: dice,
  predictedMl: 3,
  trueMl: 2,
  volumeErrorMl: 1,
});

const headAndNeck = new URL('../../../shared/data/innereye/metrics_hn.csv', import.meta.url);

describe('metrics.csv', () => {
  it('has the columns of InnerEye, is sorted by structure and Dice, and writes NaN and infinity as pandas does', () => {
    const rows = [
      row('b', 'liver', 0.9),
      row('a', 'liver', nan, nan),
      row('c', 'liver', 0, Number.POSITIVE_INFINITY),
      row('a', 'heart', 0.95),
    ];
    expect(formatMetrics(rows)).toBe(
      [
        'Patient,Structure,Dice,HausdorffDistance_mm,MeanDistance_mm',
        'a,heart,0.950,1.235,1.235',
        'c,liver,0.000,inf,inf',
        'b,liver,0.900,1.235,1.235',
        'a,liver,,,',
        '',
      ].join('\n'),
    );
  });

  it.skipIf(!existsSync(headAndNeck))(
    "is reproduced byte for byte from InnerEye's own head and neck results (skipped without ../shared/data)",
    () => {
      const text = readFileSync(headAndNeck, 'utf8').replaceAll('\r\n', '\n');
      const inOrder = (csv: string) => csv.trim().split('\n').sort();
      expect(inOrder(formatMetrics(parseMetrics(text, 'metrics_hn.csv')))).toEqual(inOrder(text));
    },
  );

  it('comes back from its text with further columns', () => {
    const rows = [{ ...row('1', 'liver', 0.5), further: { Compactness: 0.25 } }];
    const [read] = parseMetrics(formatExtendedMetrics(rows), 'metrics_extended.csv');
    expect(read).toMatchObject({ patient: '1', structure: 'liver', dice: 0.5, volumeErrorMl: 1 });
    expect(read!.further).toEqual({ Compactness: 0.25 });
  });

  it('names the missing column, or the row of what is not a number', () => {
    expect(() => parseMetrics('Patient,Dice\n1,0.5\n', 'm.csv')).toThrow('no column "Structure"');
    expect(() => parseMetrics('Patient,Structure,Dice\n1,liver,good\n', 'm.csv')).toThrow(
      expect.objectContaining({ place: { file: 'm.csv', row: 2 } }),
    );
    expect(() => parseMetrics('Patient,Structure,Dice\n"1,liver', 'm.csv')).toThrow('cannot be read');
  });
});

describe('metrics_aggregates.csv', () => {
  it('keeps structures whose numbers are equal', () => {
    const rows = ['lung_l', 'lung_r'].flatMap(name => [row('1', name, 0.5, 2), row('2', name, 0.7, 4)]);
    // Standard deviations with ddof = 1: sqrt(0.02) and sqrt(2).
    const numbers = '0.600,0.141,0.500,0.700,3.000,1.414,2.000,4.000,3.000,1.414,2.000,4.000';
    expect(formatAggregates(rows).split('\n').slice(1)).toEqual([
      `lung_l,2.000,${numbers}`,
      `lung_r,2.000,${numbers}`,
      '',
    ]);
    expect(formatAggregates(rows, 3).split('\n')[0]).toMatch(
      /^Structure,count,total_patients,DiceNumeric_mean,/,
    );
  });

  it('counts only subjects in which the structure is there', () => {
    const rows = [row('1', 'liver', 0.5, 2), row('2', 'liver', nan, nan)];
    expect(formatAggregates(rows, 2).split('\n')[1]).toMatch(/^liver,1\.000,2,0\.500,,0\.500,0\.500,/);
  });
});

describe('meanDiceBySubject', () => {
  it('leaves out structures without a value', () => {
    const rows = [row('1', 'a', 0.5), row('1', 'b', nan), row('1', 'c', 1), row('2', 'a', nan)];
    expect([...meanDiceBySubject(rows)]).toEqual([
      ['1', 0.75],
      ['2', nan],
    ]);
  });
});
