import * as tf from '@tensorflow/tfjs-core';
import type { LossSettings } from '../../config/schema/configuration.ts';
import { classWeights, type Loss, maskedMean, smooth } from './loss.ts';

type Settings = Omit<Extract<LossSettings, { name: 'cross_entropy' }>, 'name'>;

/** Mean negative log-probability of the right class (InnerEye's `cross_entropy.py`; class weights have a mean of 1). */
export function crossEntropy(settings: Settings): Loss {
  return ({ logProbabilities }, { oneHot, mask }) => {
    const target = smooth(oneHot, settings.label_smoothing);
    const weighted =
      settings.class_weight_power === undefined
        ? target
        : tf.mul(target, classWeights(oneHot, settings.class_weight_power));
    return maskedMean(tf.neg(tf.sum(tf.mul(weighted, logProbabilities), 4)), mask);
  };
}
