import { batchNorm, instanceNorm } from '../../engine/fused-norm.ts';
import type { Block } from '../model.ts';
import type { Initial, ParameterLists } from '../parameters.ts';

/** Share of the batch in the running statistics, PyTorch's default. */
const MOMENTUM = 0.1;
const EPSILON = 1e-5;

export type NormalizationKind = 'instance' | 'batch' | 'none';

/** Normalisation with a learned scale and shift for each feature channel. */
export function normalization(
  lists: ParameterLists,
  options: { name: string; features: number; kind: NormalizationKind; scaleInitial?: Initial },
): Block {
  const { name, features, kind } = options;
  if (kind === 'none') return input => input;
  const scale = lists.parameters.add(
    `${name}/scale`,
    [features],
    options.scaleInitial ?? { kind: 'constant', value: 1 },
  );
  const shift = lists.parameters.add(`${name}/shift`, [features], { kind: 'constant', value: 0 });
  if (kind === 'instance') {
    return (input, { weights }) => instanceNorm(input, weights[scale.index]!, weights[shift.index]!, EPSILON);
  }
  const mean = lists.statistics.add(`${name}/mean`, [features], { kind: 'constant', value: 0 });
  const variance = lists.statistics.add(`${name}/variance`, [features], { kind: 'constant', value: 1 });
  return (input, context) => {
    const training = context.training && !context.frozen?.(scale.name);
    const result = batchNorm(input, {
      scale: context.weights[scale.index]!,
      shift: context.weights[shift.index]!,
      mean: context.statistics[mean.index]!,
      variance: context.statistics[variance.index]!,
      epsilon: EPSILON,
      momentum: MOMENTUM,
      training,
      synchronized: context.synchronized,
      present: context.present,
    });
    if (training) {
      context.updateStatistic(mean, result.mean);
      context.updateStatistic(variance, result.variance);
    }
    return result.output;
  };
}
