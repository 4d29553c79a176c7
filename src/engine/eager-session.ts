import * as tf from '@tensorflow/tfjs-core';
import { ONE_DEVICE } from './placement.ts';
import type { FeedData, FeedSpec, RecordedFunction, Session, StepFunction, Tensors } from './session.ts';
import { checkLength, checkShape } from './shape-checks.ts';
import { sizeOf } from './tensor-types.ts';

/**
 * The interface of a graph session, with every function run op by op each time it is called: what a debugger stops
 * inside, and what TF.js's own backends can do. Always float32.
 */
export class EagerSession implements Session {
  readonly placement = ONE_DEVICE;
  private readonly values = new Map<string, tf.Tensor>();
  private readonly scratchNames = new Set<string>();

  variable(name: string, shape: readonly number[], value: Float32Array): void {
    if (this.values.has(name)) throw new Error(`variable ${name} is declared already`);
    checkLength(`variable ${name}`, shape, value);
    this.values.set(name, tensorOutsideScopes(value.slice(), shape, 'float32'));
  }

  scratch(name: string, shape: readonly number[]): void {
    this.variable(name, shape, new Float32Array(sizeOf(shape)));
    this.scratchNames.add(name);
  }

  async record(name: string, feeds: Record<string, FeedSpec>, fn: StepFunction): Promise<RecordedFunction> {
    return {
      nodes: 0,
      run: async values => this.run(name, feeds, fn, values) as never,
      close: () => {},
    };
  }

  async read(names?: readonly string[]): Promise<Record<string, Float32Array>> {
    const wanted = names ?? [...this.values.keys()].filter(name => !this.scratchNames.has(name));
    return Object.fromEntries(
      wanted.map(name => [name, (this.stored(name).dataSync() as Float32Array).slice()]),
    );
  }

  async write(values: Record<string, Float32Array>): Promise<void> {
    for (const [name, value] of Object.entries(values)) {
      const { shape } = this.stored(name);
      checkLength(`variable ${name}`, shape, value);
      this.replace(name, tensorOutsideScopes(value.slice(), shape, 'float32'));
    }
  }

  close(): void {
    for (const tensor of this.values.values()) tensor.dispose();
    this.values.clear();
  }

  private run(
    name: string,
    specs: Record<string, FeedSpec>,
    fn: StepFunction,
    values: Record<string, FeedData>,
  ): Record<string, FeedData> {
    tf.engine().startScope(name);
    try {
      const feeds: Tensors = {};
      for (const [feed, { shape, dtype }] of Object.entries(specs)) {
        const value = values[feed];
        if (!value) throw new Error(`${name}: the feed ${feed} is missing`);
        checkLength(`${name}: feed ${feed}`, shape, value);
        feeds[feed] = tf.tensor(value, [...shape], dtype);
      }
      const { outputs, assign = {} } = fn(feeds, Object.fromEntries(this.values));
      const fetched = Object.entries(outputs).map(([output, tensor]) => [output, tensor.dataSync().slice()]);
      for (const [variable, tensor] of Object.entries(assign)) {
        checkShape(`the new value of variable ${variable}`, this.stored(variable).shape, tensor.shape);
      }
      // A copy, in case the new value is another variable or a feed.
      const next = Object.entries(assign).map(
        ([variable, tensor]) => [variable, tf.keep(tf.clone(tensor))] as const,
      );
      for (const [variable, tensor] of next) this.replace(variable, tensor);
      return Object.fromEntries(fetched);
    } finally {
      tf.engine().endScope();
    }
  }

  private stored(name: string): tf.Tensor {
    const tensor = this.values.get(name);
    if (!tensor) throw new Error(`no variable ${name} in the session`);
    return tensor;
  }

  private replace(name: string, tensor: tf.Tensor): void {
    this.stored(name).dispose();
    this.values.set(name, tensor);
  }
}

/** A tensor that lives until it is disposed of. */
const tensorOutsideScopes = (
  values: FeedData,
  shape: readonly number[],
  dtype: FeedSpec['dtype'],
): tf.Tensor => tf.keep(tf.tensor(values, [...shape], dtype));
