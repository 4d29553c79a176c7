import type { Check } from './check.ts';

/** What is frozen should have learned something before. */
export const frozenParts: Check = ({ training }) => {
  const { frozen, initial_weights: weights } = training;
  if (frozen.length === 0 || weights !== undefined) return [];
  return [
    {
      severity: 'warning',
      code: 'frozen-at-random',
      message: `${frozen.map(part => `\`${part}\``).join(', ')} would stay at the random values they begin with`,
      remedy: 'Name a run to take their weights from in training.initial_weights, or leave `frozen` out.',
      path: ['training', 'frozen'],
    },
  ];
};
