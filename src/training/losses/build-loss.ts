import * as tf from '@tensorflow/tfjs-core';
import type { LossSettings } from '../../config/schema/configuration.ts';
import { Fault } from '../../foundation/fault.ts';
import type { Probe } from '../../foundation/probe.ts';
import { crossEntropy } from './cross-entropy.ts';
import { focal } from './focal.ts';
import type { Loss, Prediction, Target } from './loss.ts';
import { softDice } from './soft-dice.ts';

/** A loss of `plugins`, made from its options. */
export type LossBuilder = (options: Record<string, unknown>) => Loss;

/** One part of the loss, with its weight and the name it has in the events. */
export interface LossComponent {
  readonly name: string;
  /** A debugger may change it. */
  weight: number;
  readonly loss: Loss;
}

/**
 * The components of a configuration's loss; their weights add up to 1.
 * @throws Fault where a plugin's loss is named that no module defines.
 */
export function lossComponents(
  settings: LossSettings,
  plugins: ReadonlyMap<string, LossBuilder> = new Map(),
): LossComponent[] {
  if (settings.name !== 'mixture')
    return [{ name: settings.name, weight: 1, loss: single(settings, plugins) }];
  const total = settings.components.reduce((sum, component) => sum + component.weight, 0);
  return settings.components.map(component => ({
    name: component.name,
    weight: component.weight / total,
    loss: single(component, plugins),
  }));
}

/** The weighted sum of components as one loss. */
export function combine(components: readonly LossComponent[], probe?: Probe): Loss {
  return (prediction, target) => {
    const values = components.map((component, index) => {
      const value = component.loss(prediction, target);
      // A single component is the loss itself, which the step shows.
      if (probe && components.length > 1) showComponent(probe, component, index, value, prediction, target);
      return component.weight === 1 ? value : tf.mul(value, component.weight);
    });
    return values.reduce((sum, value) => tf.add(sum, value)) as tf.Scalar;
  };
}

function showComponent(
  probe: Probe,
  component: LossComponent,
  index: number,
  value: tf.Scalar,
  { probabilities }: Prediction,
  { oneHot, mask }: Target,
): void {
  const changeable = { weight: component.weight };
  probe.at({
    setting: `loss.components[${index}]`,
    changeable,
    values: () => ({
      name: component.name,
      value,
      prediction: probabilities,
      target: oneHot,
      ...(mask && { mask }),
    }),
  });
  component.weight = changeable.weight;
}

function single(
  settings: Exclude<LossSettings, { name: 'mixture' }>,
  plugins: ReadonlyMap<string, LossBuilder>,
): Loss {
  switch (settings.name) {
    case 'soft_dice':
      return softDice(settings);
    case 'cross_entropy':
      return crossEntropy(settings);
    case 'focal':
      return focal(settings);
    case 'plugin': {
      const build = plugins.get(settings.definition);
      if (!build) {
        throw new Fault(`no plugin defines the loss "${settings.definition}"`, {
          remedy: `Known: ${[...plugins.keys()].join(', ') || 'none'}. List the module that defines it under "plugins".`,
        });
      }
      return build(settings);
    }
  }
}
