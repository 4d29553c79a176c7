import type { ForwardContext, Network } from './model.ts';
import type { Parameter, ParameterList, ParameterLists } from './parameters.ts';

/**
 * A network as a part of another one, whose lists get its parameters under their names.
 * @returns its forward pass, in the context of the other.
 */
export function embedded<Input, Output>(
  lists: ParameterLists,
  network: Network<Input, Output>,
): (input: Input, context: ForwardContext) => Output {
  const joined = (list: ParameterList, own: readonly Parameter[]) =>
    own.map(({ name, shape, initial }) => list.add(name, shape, initial));
  const parameters = joined(lists.parameters, network.parameters);
  const statistics = joined(lists.statistics, network.statistics);
  return (input, context) =>
    network.forward(input, {
      ...context,
      weights: parameters.map(({ index }) => context.weights[index]!),
      statistics: statistics.map(({ index }) => context.statistics[index]!),
      updateStatistic: ({ index }, value) => context.updateStatistic(statistics[index]!, value),
    });
}
