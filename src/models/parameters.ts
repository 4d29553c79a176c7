import { Random } from '../foundation/random.ts';

/** How a parameter's first values are drawn. */
export type Initial =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'normal'; readonly mean: number; readonly deviation: number }
  | { readonly kind: 'uniform'; readonly bound: number };

/** One tensor of weights inside the flat vector that holds all of a model's. */
export interface Parameter {
  /** Path in the network, such as `encoder/0/1/kernel`; checkpoints know it by this name. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly size: number;
  readonly index: number;
  readonly initial: Initial;
}

/** Collects the parameters of a network while its blocks are built, in order; the order is that of the flat vector. */
export class ParameterList {
  readonly parameters: Parameter[] = [];

  add(name: string, shape: readonly number[], initial: Initial): Parameter {
    if (this.parameters.some(parameter => parameter.name === name)) throw new Error(`two parameters ${name}`);
    const size = shape.reduce((product, extent) => product * extent, 1);
    const parameter = { name, shape, size, index: this.parameters.length, initial };
    this.parameters.push(parameter);
    return parameter;
  }

  /** Length of the flat vector. */
  get size(): number {
    return this.parameters.reduce((sum, parameter) => sum + parameter.size, 0);
  }
}

/** What a network learns and keeps, while it is built. */
export interface ParameterLists {
  readonly parameters: ParameterList;
  /** Running means and variances of batch normalisation. */
  readonly statistics: ParameterList;
}

export const parameterLists = (): ParameterLists => ({
  parameters: new ParameterList(),
  statistics: new ParameterList(),
});

/** PyTorch's default for layers: uniform in ±1 / sqrt(inputs). */
export const fanInUniform = (inputs: number): Initial => ({ kind: 'uniform', bound: 1 / Math.sqrt(inputs) });

/** He initialisation (He et al. 2015) of a convolution kernel `[z, y, x, in, out]` before a (leaky) ReLU. */
export function heNormal(shape: readonly number[], slope = 0): Initial {
  const fanIn = shape.slice(0, -1).reduce((product, extent) => product * extent, 1);
  return { kind: 'normal', mean: 0, deviation: Math.sqrt(2 / ((1 + slope * slope) * fanIn)) };
}

/** The first values of a model's parameters as one vector; each depends on (seed, name) alone. */
export function initialValues(parameters: readonly Parameter[], seed: number): Float32Array {
  const values = new Float32Array(parameters.reduce((sum, parameter) => sum + parameter.size, 0));
  let offset = 0;
  for (const { name, size, initial } of parameters) {
    const random = new Random(seed, 'weights', name);
    const draw = () => {
      switch (initial.kind) {
        case 'constant':
          return initial.value;
        case 'normal':
          return initial.mean + initial.deviation * random.normal();
        case 'uniform':
          return random.between(-initial.bound, initial.bound);
      }
    };
    for (let index = 0; index < size; index++) values[offset + index] = draw();
    offset += size;
  }
  return values;
}

/** Cuts a flat vector into its parameters, by name. */
export function byName(parameters: readonly Parameter[], values: Float32Array): Map<string, Float32Array> {
  let offset = 0;
  return new Map(
    parameters.map(({ name, size }) => {
      const piece = values.subarray(offset, offset + size);
      offset += size;
      return [name, piece] as const;
    }),
  );
}
