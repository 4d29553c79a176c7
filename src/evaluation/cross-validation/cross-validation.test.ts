import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { RunRows } from '../comparison/all-runs-table.ts';
import { innerEyeColumns, type MetricsRow } from '../structure-metrics.ts';
import { formatAllOutputs, formatScalarAggregates, type ScalarRun } from './aggregate-scalar.ts';
import { foldOutliers, formatOutliers } from './fold-outliers.ts';
import { formatResultsByMode, formatResultsByModeAndStructure } from './results-by-mode.ts';

const [dice, hausdorff] = innerEyeColumns;
const row = (patient: string, structure: string, value: number, distance = 1): MetricsRow =>
  ({ patient, structure, dice: value, hausdorffMm: distance, meanDistanceMm: 1 }) as MetricsRow;
const fold = (name: string, mode: string, rows: readonly MetricsRow[]): RunRows => ({
  name,
  mode,
  rows,
  attributesOf: patient => ({ seriesId: `series-${patient}`, institutionId: 'north' }),
});

/** Metrics of a prostate model by InnerEye's authors; beside it lies what they made of it. */
const INNEREYE = resolve('../shared/data/innereye/csv/MetricsAcrossAllRuns.csv');

describe('results by split', () => {
  it.skipIf(!existsSync(INNEREYE))('are those of InnerEye (skipped without ../shared/data)', () => {
    const records: Record<string, string>[] = parse(readFileSync(INNEREYE), { columns: true });
    const runs = [...new Set(records.map(({ split, mode }) => `${split} ${mode}`))].map(key => {
      const own = records.filter(({ split, mode }) => `${split} ${mode}` === key);
      const rows = own.map(({ Patient, Structure, Dice }) => row(Patient!, Structure!, Number(Dice) / 100));
      return fold(own[0]!.split!, own[0]!.mode!, rows);
    });
    // Tests/ML/test_data/ResultsByMode.csv and ResultsByModeAndStructure.csv of InnerEye-DeepLearning (MIT), which its
    // create_results_breakdown made of the same file.
    expect(formatResultsByMode(runs)).toBe(
      'mode,mean,50%,min,max\nTest,88.400,92.050,59.100,98.200\nTrain,91.146,91.000,77.100,98.800\nVal,88.514,92.100,45.700,98.400\n',
    );
    expect(formatResultsByModeAndStructure(runs)).toBe(`mode,Structure,mean,50%,min,max
Test,bladder,93.620,93.900,92.400,94.400
Test,femur_l,97.660,98.000,96.800,98.200
Test,femur_r,97.380,97.400,96.200,98.200
Test,prostate,83.520,84.400,76.800,87.700
Test,rectum,80.920,83.600,59.100,91.700
Test,seminalvesicles,77.300,79.100,63.100,84.300
Train,bladder,90.775,91.650,81.000,98.800
Train,femur_l,97.575,97.700,96.500,98.400
Train,femur_r,97.425,97.250,96.700,98.500
Train,prostate,85.550,87.300,78.500,89.100
Train,rectum,91.450,91.000,90.900,92.900
Train,seminalvesicles,84.100,84.500,77.100,90.300
Val,bladder,94.627,95.000,88.200,98.300
Val,femur_l,97.636,97.900,96.400,98.400
Val,femur_r,97.591,97.900,96.500,98.400
Val,prostate,81.836,85.800,60.400,92.100
Val,rectum,84.382,84.000,68.200,92.100
Val,seminalvesicles,75.009,76.300,45.700,90.500
`);
  });
});

describe('outliers of the folds', () => {
  const usual = Array.from({ length: 20 }, (_, index) => row(`p${index}`, 'liver', 0.9 + index / 1000, 5));
  const folds = [
    fold('0', 'Test', [...usual, row('bad', 'liver', 0.2, 90), row('bad', 'kidney', 0.3)]),
    fold('1', 'Test', [...usual, row('bad', 'liver', 0.1, Infinity), row('gone', 'liver', Number.NaN, 5)]),
  ];

  it('are seen against their own structure over all folds, and name the folds', () => {
    expect(foldOutliers(folds, dice!)).toEqual([
      {
        patient: 'bad',
        structure: 'liver',
        folds: [
          { fold: '0', value: 0.2 },
          { fold: '1', value: 0.1 },
        ],
      },
    ]);
    expect(foldOutliers(folds, hausdorff!).map(({ patient, folds: own }) => [patient, own.length])).toEqual([
      ['bad', 2],
    ]);
  });

  it("are told as in InnerEye's text, Dice in percent", () => {
    const text = formatOutliers(folds);
    expect(text).toContain('=== METRIC: Dice ===');
    expect(text).toMatch(/bad +liver +series-bad +north +2\.0 +15\.000 +10\.000 +20\.000/);
    expect(text).toMatch(/=== METRIC: HausdorffDistance_mm ===\n\n.*\nbad +liver .* 2\.0 +inf +90\.000 +inf/);
    expect(formatOutliers([fold('0', 'Val', usual)]).match(/No outliers found/g)).toHaveLength(2);
  });
});

describe('results of a task without structures', () => {
  const run = (name: string, auc: number): ScalarRun => ({
    name,
    mode: 'Test',
    rows: [{ subject: 's1', target: 'ill', output: auc / 2, label: 1 }],
    metrics: new Map([['ill', new Map([['area_under_roc_curve', auc]])]]),
  });

  it('are what each fold says, and each metric over the folds', () => {
    expect(formatAllOutputs([run('0', 0.5), run('ENSEMBLE', 1)])).toBe(
      'prediction_target,subject,model_output,label,cross_validation_split_index,data_split\nill,s1,0.25,1,0,Test\nill,s1,0.5,1,ENSEMBLE,Test\n',
    );
    const visits = { ...run('0', 0.5), rows: [{ ...run('0', 0.5).rows[0]!, position: 3 }] };
    expect(formatAllOutputs([visits])).toMatch(/,data_split,position\nill,s1,0.25,1,0,Test,3\n$/);
    expect(formatScalarAggregates([run('0', 0.5), run('1', 1)])).toBe(
      `data_split,prediction_target,metric,count,mean,std,min,max\nTest,ill,area_under_roc_curve,2,0.75,${Math.SQRT1_2 / 2},0.5,1\n`,
    );
  });
});
