import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atThreshold, classificationMetrics, optimalThreshold, rocArea } from './classification-metrics.ts';
import { regressionMetrics } from './regression-metrics.ts';
import type { ScalarRow } from './row.ts';
import { formatModelOutputs, parseModelOutputs } from './scalar-files.ts';
import { scalarMetrics } from './scalar-metrics.ts';

type Golden = { labels: number[]; outputs: number[] } & Record<string, number | number[] | null>;
const goldens: { classification: Golden[]; regression: Golden[] } = JSON.parse(
  readFileSync(new URL('./fixtures/metrics.json', import.meta.url), 'utf8'),
);

const rowsOf = ({ labels, outputs }: Pick<Golden, 'labels' | 'outputs'>): ScalarRow[] =>
  labels.map((label, index) => ({ subject: String(index), target: 'a', label, output: outputs[index]! }));

function expectGolden(found: Record<string, number>, { labels: _, outputs: __, ...golden }: Golden): void {
  for (const [name, value] of Object.entries(golden)) {
    if (value === null) expect(found[name], name).toBeNaN();
    else expect(found[name], name).toBeCloseTo(value as number, 9);
  }
}

const measured = (rows: readonly ScalarRow[]) => classificationMetrics(rows, optimalThreshold(rows));

describe("metrics equal scikit-learn's", () => {
  it.each(goldens.classification)(
    'of a classification, also with ties and one class only: case %#',
    golden => {
      expectGolden(measured(rowsOf(golden)), golden);
    },
  );

  it.each(goldens.regression)('of a regression: case %#', golden => {
    expectGolden(regressionMetrics(rowsOf(golden)), golden);
  });
});

describe('metrics', () => {
  const known = rowsOf({ labels: [0, 0, 1, 1], outputs: [0.1, 0.4, 0.35, 0.8] });
  const unknown: ScalarRow = { subject: 'x', target: 'a', output: 0.9, label: Number.NaN };

  it('leave out subjects without a label', () => {
    expect(measured([...known, unknown])).toEqual(measured(known));
    expect(regressionMetrics([...known, unknown])).toEqual(regressionMetrics(known));
  });

  it('choose the threshold with the largest sensitivity and specificity, the highest of several', () => {
    expect(optimalThreshold(known)).toBe(0.8);
    const { accuracy_at_optimal_threshold: accuracy } = classificationMetrics(known, 0.35);
    expect(accuracy).toBe(0.75);
  });

  it('at a threshold that was not chosen are not defined', () => {
    const found = classificationMetrics(known, Number.NaN);
    expect(found.accuracy_at_optimal_threshold).toBeNaN();
    expect(found.f1_at_optimal_threshold).toBeNaN();
    expect(found.accuracy_at_threshold_05).toBe(0.75);
    expect(scalarMetrics('classification', known).byTarget.get('a')!.optimal_threshold).toBeNaN();
    expect(optimalThreshold(known.filter(({ label }) => label === 1))).toBeNaN();
  });

  it('choose the threshold that trying each output finds', () => {
    const row = fc.record({ label: fc.constantFrom(0, 1), output: fc.constantFrom(0.1, 0.2, 0.4, 0.7, 0.9) });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), drawn => {
        const rows = drawn.map((one, index): ScalarRow => ({ subject: `${index}`, target: 'a', ...one }));
        const gain = (threshold: number) => {
          const { sensitivity, specificity } = atThreshold(rows, threshold);
          return sensitivity + specificity;
        };
        const best = optimalThreshold(rows);
        if (Number.isNaN(best)) return;
        for (const { output } of rows) expect(gain(output)).toBeLessThanOrEqual(gain(best) + 1e-12);
      }),
    );
  });

  it('do not depend on the order, and a ROC area is turned round by turned labels', () => {
    const row = fc.record({ label: fc.constantFrom(0, 1), output: fc.constantFrom(0, 0.25, 0.5, 0.75, 1) });
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 30 }), rows => {
        const of = (list: readonly { label: number; output: number }[]) =>
          rowsOf({ labels: list.map(({ label }) => label), outputs: list.map(({ output }) => output) });
        const area = rocArea(of(rows));
        fc.pre(!Number.isNaN(area));
        expect(rocArea(of([...rows].reverse()))).toBeCloseTo(area, 12);
        const turned = rows.map(({ label, output }) => ({ label: 1 - label, output }));
        expect(rocArea(of(turned))).toBeCloseTo(1 - area, 12);
      }),
    );
  });

  it('come back from the file that outputs are kept in', () => {
    const rows = [...known, unknown];
    expect(parseModelOutputs(formatModelOutputs(rows), 'model_outputs.csv')).toEqual(rows);
  });
});
