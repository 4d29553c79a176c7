import * as tf from '@tensorflow/tfjs-core';
import { dropped, type ForwardContext, type Layer, named } from '../model.ts';
import { fanInUniform, type Initial, type ParameterList } from '../parameters.ts';
import { layerNorm } from './dense.ts';

export interface RecurrenceOptions {
  readonly kind: 'gru' | 'lstm';
  /** Values of a visit. */
  readonly inputs: number;
  readonly hidden: number;
  readonly layers: number;
  readonly layerNorm: boolean;
  /** Between layers. */
  readonly dropout: number;
  /** Of the state. */
  readonly zoneout: number;
}

/** What a subject's visits have left behind, `[batch, hidden]` each: `h`, and with LSTM `c`. */
type State = readonly tf.Tensor2D[];

/** One layer's rule: the state after a visit, from its input's share of the gates and the state before. */
interface Cell {
  readonly gates: number;
  readonly first: readonly string[];
  readonly bias: boolean;
  step(fromInput: tf.Tensor2D, fromState: tf.Tensor2D, state: State, norms: readonly Norm[]): State;
}
type Norm = (gate: tf.Tensor) => tf.Tensor2D;

/** Gated recurrent unit, with reset and update gate and candidate in PyTorch's order; without bias, as InnerEye's. */
const gru: Cell = {
  gates: 3,
  first: ['h0'],
  bias: false,
  step(fromInput, fromState, [h], norms) {
    const [ir, iz, ic] = tf.split(fromInput, 3, 1);
    const [hr, hz, hc] = tf.split(fromState, 3, 1);
    const reset = tf.sigmoid(norms[0]!(tf.add(ir!, hr!)));
    const update = tf.sigmoid(norms[1]!(tf.add(iz!, hz!)));
    const candidate = tf.tanh(norms[2]!(tf.add(ic!, tf.mul(reset, hc!))));
    return [tf.add(candidate, tf.mul(update, tf.sub(h!, candidate)))];
  },
};

/** Long short-term memory, with input, forget, cell and output gate in PyTorch's order. */
const lstm: Cell = {
  gates: 4,
  first: ['h0', 'c0'],
  bias: true,
  step(fromInput, fromState, [, c], norms) {
    const gates = tf.split(tf.add(fromInput, fromState) as tf.Tensor2D, 4, 1);
    const [input, forget, cell, output] = gates.map((gate, index) => norms[index]!(gate));
    const next = tf.add(
      tf.mul(tf.sigmoid(forget!), c!),
      tf.mul(tf.sigmoid(input!), tf.tanh(cell!)),
    ) as tf.Tensor2D;
    return [tf.mul(tf.sigmoid(output!), tf.tanh(next)), next];
  },
};

const CELLS = { gru, lstm };

/** Visits `[batch, position, value]` to the state after each, `[batch, position, hidden]`. */
export type Recurrence = (
  visits: tf.Tensor3D,
  present: tf.Tensor2D | undefined,
  context: ForwardContext,
) => tf.Tensor3D;

/**
 * Recurrent layers over visits with a learned first state. A visit that did not take place (`present` 0) leaves the
 * state as it is.
 */
export function recurrence(list: ParameterList, options: RecurrenceOptions): Recurrence {
  const layers = Array.from({ length: options.layers }, (_, index) =>
    recurrentLayer(list, `recurrence/${index}`, index === 0 ? options.inputs : options.hidden, options),
  );
  return (visits, present, context) =>
    layers.reduce((sequence, layer, index) => {
      const below =
        index === 0 ? sequence : dropped(context, `recurrence/${index}/below`, sequence, options.dropout);
      return layer(below, present, context);
    }, visits);
}

/** InnerEye draws the first state by Xavier's rule (Glorot and Bengio 2010) for tanh. */
const firstState = ({ layers, hidden }: RecurrenceOptions): Initial => ({
  kind: 'normal',
  mean: 0,
  deviation: (5 / 3) * Math.sqrt(2 / (hidden * (1 + layers))),
});

function recurrentLayer(
  list: ParameterList,
  name: string,
  inputs: number,
  options: RecurrenceOptions,
): Recurrence {
  const { hidden, zoneout } = options;
  const cell = CELLS[options.kind];
  const initial = fanInUniform(hidden);
  const inputKernel = list.add(`${name}/input/kernel`, [inputs, cell.gates * hidden], initial);
  const stateKernel = list.add(`${name}/state/kernel`, [hidden, cell.gates * hidden], initial);
  const bias = cell.bias ? list.add(`${name}/bias`, [cell.gates * hidden], initial) : undefined;
  const norms = Array.from(
    { length: cell.gates },
    (_, gate): Layer =>
      options.layerNorm ? layerNorm(list, `${name}/norm/${gate}`, hidden) : input => input,
  );
  const first = cell.first.map(part => list.add(`${name}/${part}`, [1, hidden], firstState(options)));

  const run = (visits: tf.Tensor3D, present: tf.Tensor2D | undefined, context: ForwardContext) => {
    const [batch, positions, values] = visits.shape;
    const weight = (index: number) => context.weights[index] as tf.Tensor2D;
    const boundNorms = norms.map(
      (norm): Norm =>
        gate =>
          norm(gate as tf.Tensor2D, context),
    );
    // The share of the input is computed for all visits at once.
    const flat = tf.matMul(tf.reshape(visits, [batch * positions, values]), weight(inputKernel.index));
    const shares = bias ? tf.add(flat, context.weights[bias.index]!) : flat;
    const inputsOf = tf.unstack(
      tf.reshape(shares, [batch, positions, cell.gates * hidden]),
      1,
    ) as tf.Tensor2D[];
    const presentAt = present && tf.split(present, positions, 1);
    let state: State = first.map(({ index }) => tf.tile(weight(index), [batch, 1]));
    const outputs = inputsOf.map((fromInput, position) => {
      const fromState = tf.matMul(state[0]!, weight(stateKernel.index)) as tf.Tensor2D;
      const next = cell.step(fromInput, fromState, state, boundNorms);
      state = next.map((value, part) => {
        const before = state[part]!;
        const kept =
          zoneout === 0
            ? value
            : zoned(value, before, zoneout, `${name}/${cell.first[part]}/${position}`, context);
        return presentAt ? moved(before, kept, presentAt[position]!) : kept;
      });
      return state[0]!;
    });
    return tf.stack(outputs, 1) as tf.Tensor3D;
  };
  return (visits, present, context) =>
    named(name, (input: tf.Tensor3D, inner) => run(input, present, inner))(visits, context);
}

/** From one state to another by a share of the way. */
const moved = (from: tf.Tensor2D, to: tf.Tensor2D, share: tf.Tensor): tf.Tensor2D =>
  tf.add(from, tf.mul(share, tf.sub(to, from)));

/**
 * Zoneout (Krueger et al. 2016): in training some units keep their state, otherwise each moves by the expected share.
 * Dropout of ones, scaled back, gives both.
 */
function zoned(
  next: tf.Tensor2D,
  before: tf.Tensor2D,
  rate: number,
  name: string,
  context: ForwardContext,
): tf.Tensor2D {
  const ones = tf.onesLike(next);
  return moved(before, next, tf.mul(dropped(context, name, ones, rate), 1 - rate));
}
