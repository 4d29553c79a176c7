import type { SegmentationConfiguration } from '../schema/configuration.ts';
import type { Check } from './check.ts';

const TOLERANCE = 1e-3;

/** Class weights are probabilities of crop centres: one for the background and one a structure, adding up to 1. */
export const classWeights: Check<SegmentationConfiguration> = ({ sampling, dataset }) => {
  const weights = sampling.class_weights;
  if (weights === undefined) return [];
  const path = ['sampling', 'class_weights'];
  const related = [{ message: 'the structures', path: ['dataset', 'structures'] }];
  const classes = dataset.structures.length + 1;
  if (weights.length !== classes) {
    return [
      {
        severity: 'error',
        code: 'class-weights-count',
        message: `there are ${weights.length} class weights for ${classes} classes`,
        remedy: `Give the background's first, then one for each of: ${dataset.structures.map(({ name }) => name).join(', ')}.`,
        path,
        related,
        suggestion: flow(equalWeights(classes)),
      },
    ];
  }
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (Math.abs(sum - 1) <= TOLERANCE) return [];
  return [
    {
      severity: 'error',
      code: 'class-weights-sum',
      message: `class weights must add up to 1, but add up to ${Number(sum.toFixed(4))}`,
      remedy: 'They are the probabilities that a crop is centred on each class.',
      path,
      related,
      suggestion: flow(sum > 0 ? scaled(weights, sum) : equalWeights(classes)),
    },
  ];
};

function equalWeights(classes: number): number[] {
  return scaled(
    Array.from({ length: classes }, () => 1),
    classes,
  );
}

/** Weights over their sum, in four digits; the first takes what rounding leaves. */
function scaled(weights: readonly number[], sum: number): number[] {
  const [, ...rest] = weights.map(weight => Number((weight / sum).toFixed(4)));
  return [Number((1 - rest.reduce((total, weight) => total + weight, 0)).toFixed(4)), ...rest];
}

function flow(weights: readonly number[]): string {
  return `[${weights.join(', ')}]`;
}
