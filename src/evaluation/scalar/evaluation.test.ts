import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { confusion, MACRO, MICRO } from './averages.ts';
import { calibrationError, fitTemperature, reliability, tempered } from './calibration.ts';
import { averagePrecision, rocArea } from './classification-metrics.ts';
import { bootstrapMetrics } from './confidence.ts';
import { evaluateRows } from './evaluate-rows.ts';
import type { ScalarRow } from './row.ts';

interface Calibration {
  labels: number[];
  outputs: number[];
  posterior: number[];
  frequency: number[];
  counts: number[];
  error: number;
  temperature: number;
}
interface Exclusive extends Record<string, unknown> {
  labels: number[];
  outputs: number[][];
  confusion: number[][];
  temperature: number;
}
const goldens: { calibration: Calibration[]; exclusive: Exclusive[] } = JSON.parse(
  readFileSync(new URL('./fixtures/metrics.json', import.meta.url), 'utf8'),
);
const CLASSES = ['a', 'b', 'c'];
const options = { exclusive: false, resamples: 0, seed: 1 };

const binary = (labels: readonly number[], outputs: readonly number[]): ScalarRow[] =>
  labels.map((label, index) => ({ subject: String(index), target: 'a', label, output: outputs[index]! }));
const classes = ({ labels, outputs }: Exclusive): ScalarRow[] =>
  labels.flatMap((label, index) =>
    CLASSES.map((target, at) => ({
      subject: String(index),
      target,
      label: Number(label === at),
      output: outputs[index]![at]!,
    })),
  );

describe('calibration', () => {
  it.each(goldens.calibration)("has scikit-learn's bins and SciPy's temperature: case %#", golden => {
    const rows = binary(golden.labels, golden.outputs);
    const bins = reliability(rows);
    expect(bins.map(({ count }) => count)).toEqual(golden.counts);
    for (const [index, { posterior, frequency }] of bins.entries()) {
      expect(posterior).toBeCloseTo(golden.posterior[index]!, 9);
      expect(frequency).toBeCloseTo(golden.frequency[index]!, 9);
    }
    expect(calibrationError(rows)).toBeCloseTo(golden.error, 9);
    const temperature = fitTemperature(rows, false);
    expect(temperature).toBeCloseTo(golden.temperature, 4);
    expect(calibrationError(tempered(rows, temperature, false))).toBeLessThan(golden.error);
  });

  it('does not change how subjects are ranked, however sure it makes the network', () => {
    const rows = binary([0, 1, 0, 1], [1 - 1e-9, 1 - 1e-10, 0.6, 0.9]);
    const sure = tempered(rows, 1 / 20, false);
    expect(sure[0]!.output).toBe(sure[1]!.output);
    expect(rocArea(sure)).toBe(rocArea(rows));
    expect(averagePrecision(tempered(rows, 1 / 20, true))).toBe(averagePrecision(rows));
  });

  it('learns nothing from one class', () => {
    expect(fitTemperature(binary([1, 1], [0.3, 0.6]), false)).toBe(1);
    expect(calibrationError([])).toBeNaN();
  });
});

describe('several classes that exclude each other', () => {
  it.each(goldens.exclusive)("have scikit-learn's averages, confusion and temperature: case %#", golden => {
    const rows = classes(golden);
    const { byTarget } = evaluateRows('classification', rows, { ...options, exclusive: true });
    const macro = byTarget.get(MACRO)!;
    const micro = byTarget.get(MICRO)!;
    expect(macro.area_under_roc_curve).toBeCloseTo(golden.macro_roc as number, 9);
    expect(micro.area_under_roc_curve).toBeCloseTo(golden.micro_roc as number, 9);
    expect(macro.area_under_pr_curve).toBeCloseTo(golden.macro_pr as number, 9);
    expect(micro.area_under_pr_curve).toBeCloseTo(golden.micro_pr as number, 9);
    expect(macro.f1_at_threshold_05).toBeCloseTo(golden.macro_f1 as number, 9);
    expect(micro.f1_at_threshold_05).toBeCloseTo(golden.micro_f1 as number, 9);
    // No threshold was chosen on other subjects: none is chosen on these.
    for (const { optimal_threshold: threshold } of byTarget.values()) expect(threshold).toBeNaN();
    expect(micro.accuracy_at_optimal_threshold).toBeNaN();
    expect(micro.accuracy).toBeCloseTo(golden.accuracy as number, 9);
    const counts = confusion(rows);
    expect(CLASSES.map(actual => CLASSES.map(told => counts.get(actual)!.get(told) ?? 0))).toEqual(
      golden.confusion,
    );
    expect(fitTemperature(rows, true)).toBeCloseTo(golden.temperature, 4);
  });
});

describe('bootstrap intervals', () => {
  const { labels, outputs } = goldens.calibration[0]!;
  const rows = binary(labels, outputs);

  it('are the same for the same seed, and hold the value that is measured', () => {
    const interval = () => evaluateRows('classification', rows, { ...options, resamples: 300 });
    const { byTarget, intervals } = interval();
    expect(interval().intervals).toEqual(intervals);
    const { low, high } = intervals.get('a')!.area_under_roc_curve!;
    const area = byTarget.get('a')!.area_under_roc_curve!;
    expect(low).toBeLessThan(area);
    expect(high).toBeGreaterThan(area);
    expect(intervals.get('a')).not.toHaveProperty('subject_count');
  });

  it('of a mean are as wide as its standard error says', () => {
    const mean = (group: readonly ScalarRow[]) => ({
      mean: group.reduce((sum, { output }) => sum + output, 0) / group.length,
    });
    const { mean: interval } = bootstrapMetrics(rows, mean, { resamples: 2000, seed: 3 });
    const centre = mean(rows).mean;
    const deviation = Math.sqrt(
      rows.reduce((sum, { output }) => sum + (output - centre) ** 2, 0) / rows.length,
    );
    const width = (2 * 1.96 * deviation) / Math.sqrt(rows.length);
    expect((interval!.high - interval!.low) / width).toBeGreaterThan(0.9);
    expect((interval!.high - interval!.low) / width).toBeLessThan(1.1);
  });

  it('of the share of subjects that are told right are those of the binomial distribution', () => {
    const guesses = Array.from({ length: 100 }, (_, index) => ['a', 'b'].map(target => ({ target, index })));
    const seventy = guesses.flat().map(({ target, index }) => ({
      subject: String(index),
      target,
      label: Number(target === 'a'),
      output: (target === 'a') === index < 70 ? 0.9 : 0.1,
    }));
    const { intervals } = evaluateRows('classification', seventy, {
      exclusive: true,
      resamples: 1000,
      seed: 1,
    });
    const { low, high } = intervals.get(MICRO)!.accuracy!;
    // scipy.stats.binom.ppf([0.025, 0.975], 100, 0.7) / 100 = [0.61, 0.79]; a resample more or less moves them by 0.01.
    expect(Math.abs(low - 0.61)).toBeLessThan(0.011);
    expect(Math.abs(high - 0.79)).toBeLessThan(0.011);
  });

  it('resample subjects with all of their visits, and each position is measured by itself', () => {
    const visits = rows
      .slice(0, 40)
      .map((row, index) => ({ ...row, subject: String(index >> 1), position: index % 2 }));
    const { byTarget } = evaluateRows('classification', visits, options);
    expect([...byTarget.keys()]).toEqual(['a', 'a Seq_pos 00', 'a Seq_pos 01']);
    expect(byTarget.get('a Seq_pos 01')!.subject_count).toBe(20);
    bootstrapMetrics(
      visits,
      group => {
        for (const { subject, position } of group)
          expect(group.some(other => other.subject === subject && other.position !== position)).toBe(true);
        return {};
      },
      { resamples: 3, seed: 0 },
    );
  });

  it('of too few subjects, or with a metric that is mostly not defined, there are none', () => {
    expect(bootstrapMetrics(rows.slice(0, 1), () => ({ x: 1 }), { resamples: 10, seed: 0 })).toEqual({});
    expect(bootstrapMetrics(rows, () => ({ x: Number.NaN }), { resamples: 10, seed: 0 })).toEqual({});
  });
});
