import { allocateTensor, readTensor } from './binding.ts';
import { type CApi, checkStatus, type Pointer, withStatus } from './c-api.ts';
import { writeGraphDef } from './graph-def.ts';
import type { GraphNode } from './graph-node.ts';
import { type RuntimeSettings, writeConfig } from './session-config.ts';
import type { TensorValues } from './tensor-types.ts';

/** A fixed set of feeds, fetched nodes and nodes to be run for their effect. */
export interface Call {
  readonly feeds: readonly GraphNode[];
  readonly fetches: readonly GraphNode[];
  readonly targets: readonly GraphNode[];
}

/** A session of TensorFlow's over a graph that grows. Runs do not block the thread that asks for them. */
export class TensorFlowSession {
  private readonly graph: Pointer;
  private readonly session: Pointer;
  private running = 0;
  private closed = false;

  constructor(
    private readonly api: CApi,
    settings: RuntimeSettings,
  ) {
    this.graph = api.TF_NewGraph();
    const options = api.TF_NewSessionOptions();
    const config = writeConfig(settings);
    withStatus(api, status => api.TF_SetConfig(options, config, config.byteLength, status));
    this.session = withStatus(api, status => api.TF_NewSession(this.graph, options, status));
    api.TF_DeleteSessionOptions(options);
  }

  /** Adds nodes; their names must be new. */
  extend(nodes: readonly GraphNode[]): void {
    const { api } = this;
    const bytes = writeGraphDef(nodes);
    const buffer = api.TF_NewBufferFromString(bytes, bytes.byteLength);
    const options = api.TF_NewImportGraphDefOptions();
    try {
      withStatus(api, status => api.TF_GraphImportGraphDef(this.graph, buffer, options, status));
    } finally {
      api.TF_DeleteImportGraphDefOptions(options);
      api.TF_DeleteBuffer(buffer);
    }
  }

  /** Looks a call's nodes up once, for cheap runs. */
  prepare(call: Call): (values: readonly TensorValues[]) => Promise<TensorValues[]> {
    const feeds = this.outputArray(call.feeds);
    const fetches = this.outputArray(call.fetches);
    const targets = BigUint64Array.from(call.targets, node => this.operation(node));
    const types = call.feeds.map(node => node.outputs[0]!);
    return async values => {
      const inputs = BigUint64Array.from(types, ({ dtype, shape }, index) =>
        BigInt(allocateTensor(this.api, dtype, shape, values[index]!)!),
      );
      const outputs = new BigUint64Array(call.fetches.length);
      try {
        await this.run(feeds, inputs, fetches, outputs, targets);
        return Array.from(outputs, tensor => readTensor(this.api, tensor));
      } finally {
        for (const tensor of [...inputs, ...outputs]) if (tensor !== 0n) this.api.TF_DeleteTensor(tensor);
      }
    };
  }

  /** Frees graph and variables, once runs under way have ended. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    if (this.running === 0) this.free();
  }

  private free(): void {
    withStatus(this.api, status => this.api.TF_CloseSession(this.session, status));
    withStatus(this.api, status => this.api.TF_DeleteSession(this.session, status));
    this.api.TF_DeleteGraph(this.graph);
  }

  private run(
    feeds: Buffer,
    inputs: BigUint64Array,
    fetches: Buffer,
    outputs: BigUint64Array,
    targets: BigUint64Array,
  ): Promise<void> {
    if (this.closed) throw new Error('the session is closed');
    const { api } = this;
    const status = api.TF_NewStatus();
    this.running++;
    return new Promise<void>((resolve, reject) => {
      api.TF_SessionRun.async(
        this.session,
        null,
        feeds,
        inputs,
        inputs.length,
        fetches,
        outputs,
        outputs.length,
        targets,
        targets.length,
        null,
        status,
        error => {
          this.running--;
          try {
            if (error) throw error;
            checkStatus(api, status);
            resolve();
          } catch (failure) {
            reject(failure);
          } finally {
            api.TF_DeleteStatus(status);
            if (this.closed && this.running === 0) this.free();
          }
        },
      );
    });
  }

  /** An array of `TF_Output`: address of the operation (8 bytes), index (4 bytes), padding. */
  private outputArray(nodes: readonly GraphNode[]): Buffer {
    const array = Buffer.alloc(16 * nodes.length);
    nodes.forEach((node, index) => void array.writeBigUInt64LE(this.operation(node), 16 * index));
    return array;
  }

  private operation(node: GraphNode): bigint {
    const operation = this.api.TF_GraphOperationByName(this.graph, node.name);
    if (!operation) throw new Error(`no operation ${node.name} in the session`);
    return operation;
  }
}
