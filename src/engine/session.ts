import type * as tf from '@tensorflow/tfjs-core';
import type { Placement } from './placement.ts';
import type { NodeTime } from './step-trace.ts';

/** Precision of the heavy ops; variables, losses and optimizers are float32 in any case. */
export type Precision = 'float32' | 'bfloat16' | 'float16';

export interface SessionOptions {
  /** Threads for the work inside one op; by default the engine's. */
  readonly threads?: number;
  readonly precision: Precision;
  /** `cpu` keeps the session off a GPU that there is. */
  readonly device?: 'cpu' | 'gpu';
  /** Default: one device, which TensorFlow chooses. */
  readonly placement?: Placement;
  /** A server that the session is opened on (`startServer`); default: this process alone. */
  readonly target?: ServerTarget;
}

/** A server of a cluster that a session is opened on. */
export interface ServerTarget {
  /** `grpc://host:port` */
  readonly address: string;
  /** The parts of the cluster that the session meets; default: all of it, for which it waits. */
  readonly only?: readonly string[];
  /** How long an answer may take before the call fails; default: for ever. */
  readonly answerMilliseconds?: number | undefined;
}

export interface FeedSpec {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
}

export type FeedData = Float32Array | Int32Array;

/** Tensors by name. */
export type Tensors = Record<string, tf.Tensor>;

/** What a function gives back: outputs to be fetched, and new values of variables. */
export interface StepResult {
  readonly outputs: Tensors;
  readonly assign?: Tensors;
}

/** A function from feeds and the variables' values; it must be built of TF.js ops alone and read no values. */
export type StepFunction = (feeds: Tensors, variables: Tensors) => StepResult;

/** A function ready to run. */
export interface RecordedFunction {
  /** Nodes of its graph; 0 where it runs eagerly. */
  readonly nodes: number;
  /**
   * Runs the function once and assigns the variables.
   * @param feeds values in the order of the feed's shape, last axis fastest
   * @param onTimes is told what each node took; never called where the function runs op by op
   * @returns the outputs; one of int32 comes back as Int32Array, which the caller says in `Outputs`
   */
  run<Outputs extends Record<string, FeedData> = Record<string, Float32Array>>(
    feeds: Record<string, FeedData>,
    onTimes?: (times: NodeTime[]) => void,
  ): Promise<Outputs>;
  close(): void;
}

/** Named float32 variables and the functions that work on them. */
export interface Session {
  readonly placement: Placement;
  /** Declares a variable and its first value. */
  variable(name: string, shape: readonly number[], value: Float32Array): void;
  /**
   * Declares a variable, 0 at first, through which functions hand values on to each other: what it holds means nothing
   * later, and `read` leaves it out unless it is named.
   */
  scratch(name: string, shape: readonly number[]): void;
  /**
   * Calls `fn` once with tensors for the feeds and for all variables declared so far, and keeps what it did, for these
   * shapes.
   */
  record(name: string, feeds: Record<string, FeedSpec>, fn: StepFunction): Promise<RecordedFunction>;
  /** Copies of variables' values, of all that are no scratch where no names are given. */
  read(names?: readonly string[]): Promise<Record<string, Float32Array>>;
  write(values: Record<string, Float32Array>): Promise<void>;
  close(): void;
}
