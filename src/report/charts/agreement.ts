import { reliability } from '../../evaluation/scalar/calibration.ts';
import { regressionMetrics } from '../../evaluation/scalar/regression-metrics.ts';
import type { ScalarRow } from '../../evaluation/scalar/row.ts';
import type { Html } from '../html.ts';
import { diagonal, drawDots, type Line, SHARE } from './dots.ts';

/** Predicted over true values, a dot a subject, with the line on which both are equal. */
export function drawAgreement(rows: readonly ScalarRow[], target: string): Html {
  const values = rows.flatMap(({ output, label }) => [output, label]);
  const margin = (Math.max(...values) - Math.min(...values)) * 0.05 || 1;
  const round = (value: number) => Number(value.toPrecision(3));
  const range = { min: round(Math.min(...values) - margin), max: round(Math.max(...values) + margin) };
  return drawDots(
    rows.map(({ output, label }) => [label, output]),
    { x: { name: `True ${target}`, range }, y: { name: 'Predicted', range }, lines: [diagonal(range)] },
    `Predicted over true ${target} of ${rows.length} subjects; on the dashed line both are equal.`,
  );
}

/** Sensitivity over 1 − specificity for every threshold; the dashed line is chance. */
export function drawRoc(rows: readonly ScalarRow[], target: string): Html {
  const sorted = [...rows].sort((a, b) => b.output - a.output);
  const positives = sorted.filter(({ label }) => label === 1).length;
  const negatives = sorted.length - positives;
  const points: [number, number][] = [[0, 0]];
  let [found, wrong] = [0, 0];
  sorted.forEach(({ label, output }, index) => {
    if (label === 1) found++;
    else wrong++;
    // Equal outputs cannot be told apart by any threshold.
    if (sorted[index + 1]?.output !== output) points.push([wrong / negatives, found / positives]);
  });
  return drawDots(
    points,
    {
      x: { name: '1 − specificity', range: SHARE },
      y: { name: 'Sensitivity', range: SHARE },
      lines: [diagonal(SHARE)],
      joined: true,
    },
    `ROC curve of ${target}: ${positives} with, ${negatives} without.`,
  );
}

/** Precision over recall for every threshold; the dashed line is chance. */
export function drawPrecisionRecall(rows: readonly ScalarRow[], target: string): Html {
  const sorted = [...rows].sort((a, b) => b.output - a.output);
  const positives = sorted.filter(({ label }) => label === 1).length;
  const points: [number, number][] = [];
  let found = 0;
  sorted.forEach(({ label, output }, index) => {
    if (label === 1) found++;
    if (sorted[index + 1]?.output !== output) points.push([found / positives, found / (index + 1)]);
  });
  const chance = positives / sorted.length;
  return drawDots(
    points,
    {
      x: { name: 'Recall', range: SHARE },
      y: { name: 'Precision', range: SHARE },
      lines: [
        [
          [0, chance],
          [1, chance],
        ],
      ],
      joined: true,
    },
    `Precision over recall of ${target}; chance is ${chance.toFixed(3)}.`,
  );
}

/** How often a class is there over how sure the model is of it; on the dashed line both are equal. */
export function drawReliability(rows: readonly ScalarRow[], target: string): Html {
  const bins = reliability(rows);
  return drawDots(
    bins.map(({ posterior, frequency }) => [posterior, frequency]),
    {
      x: { name: 'Mean posterior', range: SHARE },
      y: { name: 'Share that has it', range: SHARE },
      lines: [diagonal(SHARE)],
      joined: true,
    },
    `Reliability of ${target} in ${bins.length} bins; on the dashed line posteriors are as sure as they are right.`,
  );
}

/** Error over the mean of true and predicted value, a dot a subject, with the limits of agreement (Bland and Altman 1986). */
export function drawBlandAltman(rows: readonly ScalarRow[], target: string): Html {
  const points = rows.map(({ output, label }): [number, number] => [(output + label) / 2, output - label]);
  const { mean_error: centre, limits_of_agreement: half } = regressionMetrics(rows);
  const [means, errors] = [points.map(([mean]) => mean), points.map(([, error]) => error)];
  const x = spanOf(means);
  const y = spanOf([...errors, centre! - half!, centre! + half!, 0]);
  const level = (at: number): Line => [
    [x.min, at],
    [x.max, at],
  ];
  return drawDots(
    points,
    {
      x: { name: `Mean of true and predicted ${target}`, range: x },
      y: { name: 'Predicted − true', range: y },
      lines: [level(centre!), level(centre! - half!), level(centre! + half!)],
    },
    `Errors of ${target}: mean ${centre!.toFixed(2)}, and the limits between which 95 % of them lie, ${half!.toFixed(2)} below and above.`,
  );
}

function spanOf(values: readonly number[]): { min: number; max: number } {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = (high - low) * 0.06 || 1;
  const round = (value: number) => Number(value.toPrecision(3));
  return { min: round(low - margin), max: round(high + margin) };
}
