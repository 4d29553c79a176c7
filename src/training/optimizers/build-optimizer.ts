import type { OptimizerSettings } from '../../config/schema/configuration.ts';
import { adam } from './adam.ts';
import type { Optimizer } from './optimizer.ts';
import { rmsprop } from './rmsprop.ts';
import { sgd } from './sgd.ts';

/** The optimizer that a configuration names. */
export function buildOptimizer(settings: OptimizerSettings): Optimizer {
  switch (settings.name) {
    case 'adam':
    case 'adamw':
    case 'amsgrad':
      return adam(settings);
    case 'sgd':
      return sgd(settings);
    case 'rmsprop':
      return rmsprop(settings);
  }
}
