import type { ScheduleSettings } from '../config/schema/configuration.ts';

/**
 * The learning rate as a share of the optimizer's, at a moment of training given as a fraction of epochs.
 * Between the beginnings of two epochs it is continuous; at those it has InnerEye's values
 * (`InnerEye/ML/utils/lr_scheduler.py`): warm-up epoch i of W gives (i + 1) / (W + 1), and the decay counts from its end.
 * A warm-up given as a share of the run rises from a hundredth.
 */
export type Schedule = (epoch: number) => number;

type Shape<Name extends ScheduleSettings['name']> = Extract<ScheduleSettings, { name: Name }>;

/** Half a cosine, or a power of what is left, between 1 and the minimum's share. */
const between = (share: number, minimum: number) => (1 - minimum) * share + minimum;

const polynomial = (settings: Shape<'polynomial'>, learningRate: number, epochs: number): Schedule => {
  return epoch => between((1 - epoch / epochs) ** settings.power, settings.minimum / learningRate);
};

const cosine = (settings: Shape<'cosine'>, learningRate: number, epochs: number): Schedule => {
  return epoch => between((1 + Math.cos((Math.PI * epoch) / epochs)) / 2, settings.minimum / learningRate);
};

const step = (settings: Shape<'step'>): Schedule => {
  return epoch => settings.factor ** Math.floor(epoch / settings.every_epochs);
};

const multiStep = (settings: Shape<'multi_step'>): Schedule => {
  return epoch => settings.factor ** settings.milestones.filter(milestone => milestone <= epoch).length;
};

const exponential =
  (settings: Shape<'exponential'>): Schedule =>
  epoch =>
    settings.factor ** epoch;

/**
 * @param learningRate the optimizer's, to which a minimum is relative.
 * @param epochs all of them, warm-up included.
 * @returns learning rate at an epoch in [0, epochs].
 */
export function buildSchedule(settings: ScheduleSettings, learningRate: number, epochs: number): Schedule {
  const share = settings.warmup_fraction > 0;
  const warmup = share ? settings.warmup_fraction * epochs : settings.warmup_epochs;
  // The decay spans at least a sliver of time, should the warm-up take all of it.
  const span = Math.max(epochs - warmup, Number.EPSILON);
  const decay = shapeOf(settings, learningRate, span);
  return epoch => {
    if (epoch < warmup)
      return learningRate * (share ? Math.max(epoch / warmup, 0.01) : (epoch + 1) / (warmup + 1));
    return learningRate * decay(Math.min(epoch - warmup, span));
  };
}

function shapeOf(settings: ScheduleSettings, learningRate: number, span: number): Schedule {
  switch (settings.name) {
    case 'constant':
      return () => 1;
    case 'polynomial':
      return polynomial(settings, learningRate, span);
    case 'cosine':
      return cosine(settings, learningRate, span);
    case 'step':
      return step(settings);
    case 'multi_step':
      return multiStep(settings);
    case 'exponential':
      return exponential(settings);
  }
}
