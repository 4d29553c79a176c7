import type * as tf from '@tensorflow/tfjs-core';
import { autocast } from './autocast.ts';
import { tensorflowBackend } from './backend.ts';
import { currentEngine } from './engine.ts';
import type { Edge, GraphNode } from './graph-node.ts';
import { typeAttribute, typeOf } from './graph-node.ts';
import { ONE_DEVICE, type Placement } from './placement.ts';
import { Recorder } from './recorder.ts';
import { withBinding } from './recording.ts';
import { joinReplicas } from './replicas.ts';
import type {
  FeedData,
  FeedSpec,
  RecordedFunction,
  Session,
  SessionOptions,
  StepFunction,
} from './session.ts';
import { checkLength, checkShape } from './shape-checks.ts';
import { DataType, sizeOf, type TensorValues } from './tensor-types.ts';
import { type Call, type PreparedCall, TensorFlowSession } from './tensorflow-session.ts';
import { addAssignment, addHandle, addPlaceholder, addRead, type Variable } from './variables.ts';

interface StoredVariable extends Variable {
  /** The first value, until it is in the session. */
  initial: Float32Array | undefined;
  readonly read: PreparedCall;
  readonly write: PreparedCall;
  readonly scratch: boolean;
}

/**
 * Variables and recorded functions in one TensorFlow session: each function is one graph, run by one asynchronous call.
 * A graph stays in the session until the session is closed.
 */
export class GraphSession implements Session {
  readonly placement: Placement;
  private readonly session: TensorFlowSession;
  private readonly precision: SessionOptions['precision'];
  private readonly variables = new Map<string, StoredVariable>();
  private recordings = 0;

  constructor({ threads, precision, device, placement = ONE_DEVICE, target }: SessionOptions) {
    const { api, info } = currentEngine();
    this.precision = precision;
    this.placement = placement;
    const { devices } = placement;
    const settings = {
      threads: threads ?? info.threads,
      gpu: device !== 'cpu',
      devices: devices.length,
      processors: devices.filter(name => name.includes('CPU')).length,
      only: target?.only ?? [],
      answerMilliseconds: target?.answerMilliseconds,
    };
    this.session = new TensorFlowSession(api, settings, target?.address);
  }

  variable(name: string, shape: readonly number[], value: Float32Array): void {
    this.declare(name, shape, value, false);
  }

  scratch(name: string, shape: readonly number[]): void {
    this.declare(name, shape, new Float32Array(sizeOf(shape)), true);
  }

  /** Declares a variable that another session on the same server gives its first value. */
  attach(name: string, shape: readonly number[]): void {
    this.declare(name, shape, undefined, false);
  }

  private declare(
    name: string,
    shape: readonly number[],
    value: Float32Array | undefined,
    scratch: boolean,
  ): void {
    if (this.variables.has(name)) throw new Error(`variable ${name} is declared already`);
    if (value) checkLength(`variable ${name}`, shape, value);
    const { nodes, result: call } = this.build(recorder => {
      const handle = addHandle(recorder, { name, shape });
      const fed = addPlaceholder(recorder, DataType.float32, shape);
      return {
        fed,
        read: addRead(recorder, handle),
        assign: addAssignment(recorder, handle, { node: fed, output: 0 }, []),
      };
    });
    this.session.extend(nodes);
    this.variables.set(name, {
      name,
      shape,
      initial: value?.slice(),
      scratch,
      read: this.session.prepare({ feeds: [], fetches: [call.read], targets: [] }),
      write: this.session.prepare({ feeds: [call.fed], fetches: [], targets: [call.assign] }),
    });
  }

  async record(name: string, feeds: Record<string, FeedSpec>, fn: StepFunction): Promise<RecordedFunction> {
    const variables = [...this.variables.values()];
    const { nodes, result: call } = this.build(recorder => recordStep(recorder, feeds, variables, fn), name);
    const lowered =
      this.precision === 'float32' ? nodes : autocast(nodes, DataType[this.precision], call.fetches);
    this.session.extend(lowered);
    // Feeds, fetches and targets keep their names in a rewritten graph.
    const run = this.session.prepare(call);
    const feedNames = Object.keys(feeds);
    await this.initialize();
    return {
      nodes: lowered.length,
      run: async (values, onTimes) => {
        const fed = feedNames.map(feed => {
          const value = values[feed];
          if (!value) throw new Error(`${name}: the feed ${feed} is missing`);
          checkLength(`${name}: feed ${feed}`, feeds[feed]!.shape, value);
          return value as TensorValues;
        });
        const fetched = await run(fed, onTimes);
        return named(call.outputs, fetched) as never;
      },
      close: () => {},
    };
  }

  async read(names?: readonly string[]): Promise<Record<string, Float32Array>> {
    const wanted = names ?? [...this.variables.values()].filter(v => !v.scratch).map(v => v.name);
    await this.initialize();
    const values: Record<string, Float32Array> = {};
    for (const name of wanted) values[name] = (await this.stored(name).read([]))[0] as Float32Array;
    return values;
  }

  async write(values: Record<string, Float32Array>): Promise<void> {
    for (const [name, value] of Object.entries(values)) {
      const variable = this.stored(name);
      checkLength(`variable ${name}`, variable.shape, value);
      variable.initial = undefined;
      await variable.write([value]);
    }
  }

  close(): void {
    this.session.close();
  }

  private stored(name: string): StoredVariable {
    const variable = this.variables.get(name);
    if (!variable) throw new Error(`no variable ${name} in the session`);
    return variable;
  }

  private async initialize(): Promise<void> {
    for (const variable of this.variables.values()) {
      const { initial } = variable;
      if (!initial) continue;
      variable.initial = undefined;
      await variable.write([initial]);
    }
  }

  private build<T>(
    make: (recorder: Recorder) => T,
    name = 'variable',
  ): { nodes: readonly GraphNode[]; result: T } {
    // TensorFlow allows these characters in a node's name.
    const prefix = `${name.replaceAll(/[^A-Za-z0-9_.]/g, '_').replace(/^_/, '.')}.${this.recordings++}/`;
    const recorder = new Recorder(currentEngine().api, tensorflowBackend().binding, prefix);
    recorder.device = this.placement.rest;
    try {
      const result = make(recorder);
      return { nodes: joinReplicas(recorder), result };
    } finally {
      recorder.close();
    }
  }
}

interface RecordedStep extends Call {
  /** Names of the outputs, in the order of the fetches. */
  readonly outputs: readonly string[];
}

/** Runs `fn` on symbols; gives back what to feed, fetch and run. */
function recordStep(
  recorder: Recorder,
  feeds: Record<string, FeedSpec>,
  variables: readonly Variable[],
  fn: StepFunction,
): RecordedStep {
  const backend = tensorflowBackend();
  const placeholders = Object.entries(feeds).map(([feed, { shape, dtype }]) => ({
    feed,
    node: addPlaceholder(recorder, DataType[dtype], shape, `feed_${feed}`),
  }));
  const stored = variables.map(variable => {
    const handle = addHandle(recorder, variable);
    return { ...variable, handle, read: addRead(recorder, handle) };
  });
  return withBinding(backend, recorder, () => {
    const symbol = (node: GraphNode) => backend.createOutputTensor(recorder.symbol({ node, output: 0 }));
    const { outputs, assign = {} } = fn(
      Object.fromEntries(placeholders.map(({ feed, node }) => [feed, symbol(node)])),
      Object.fromEntries(stored.map(({ name, read }) => [name, symbol(read)])),
    );
    const edgeOf = (tensor: tf.Tensor): Edge => recorder.edge(backend.getInputTensorIds([tensor])[0]!);
    const targets = Object.entries(assign).map(([name, tensor]) => {
      const variable = stored.find(candidate => candidate.name === name);
      if (!variable) throw new Error(`no variable ${name} to assign`);
      checkShape(`the new value of variable ${name}`, variable.shape, tensor.shape);
      return addAssignment(recorder, variable.handle, edgeOf(tensor), [variable.read]);
    });
    const fetches = Object.entries(outputs).map(([, tensor]) => {
      const edge = edgeOf(tensor);
      // A fetched value comes after the assignments, so that a run has done all its work when its outputs are there.
      return recorder.add(
        'Identity',
        [edge],
        { T: typeAttribute(typeOf(edge).dtype) },
        { controls: targets },
      );
    });
    return {
      feeds: placeholders.map(({ node }) => node),
      fetches,
      targets,
      outputs: Object.keys(outputs),
    };
  });
}

const named = (names: readonly string[], values: readonly TensorValues[]): Record<string, FeedData> =>
  Object.fromEntries(names.map((name, index) => [name, values[index] as FeedData]));
