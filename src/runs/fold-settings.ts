import type { Configuration } from '../config/schema/configuration.ts';

/** Validations where their number is left open, in one training. */
const VALIDATIONS = 50;

/**
 * Settings with a fixed interval of validations. Where it would be measured in each training, it decides which checkpoint
 * is the best: trainings that are compared must not depend on what else the machine does.
 */
export function withFixedInterval(settings: Configuration): Configuration {
  const { epochs } = settings.training;
  const every = settings.validation.every_epochs || Math.max(1, Math.round(epochs / VALIDATIONS));
  return { ...settings, validation: { ...settings.validation, every_epochs: every } } as Configuration;
}

/**
 * What folds train by, whether one of them is trained by itself or all are. Validation subjects are predicted too: they are
 * what a cross-validation is about; and of tasks without structures the test subjects, as their ensemble joins what the
 * folds say of them.
 */
export function foldSettings(settings: Configuration): Configuration {
  const fixed = withFixedInterval(settings);
  const { inference, task } = fixed;
  const splits = new Set([
    ...inference.splits,
    'validation' as const,
    ...(task === 'segmentation' ? [] : ['test' as const]),
  ]);
  return { ...fixed, inference: { ...inference, splits: [...splits] } } as Configuration;
}

/** Each fold has a seed of its own, as InnerEye's: an ensemble gains by members that began differently. */
export const withFoldSeed = (settings: Configuration, index: number): Configuration => ({
  ...settings,
  training: { ...settings.training, seed: settings.training.seed + index },
});
