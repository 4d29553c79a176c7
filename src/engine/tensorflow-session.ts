import { allocateTensor, readTensor } from './binding.ts';
import { type CApi, checkStatus, type Pointer, withStatus } from './c-api.ts';
import { writeGraphDef } from './graph-def.ts';
import type { GraphNode } from './graph-node.ts';
import { type RuntimeSettings, writeConfig } from './session-config.ts';
import { type NodeTime, nodeTimes, tracingOptions } from './step-trace.ts';
import type { TensorValues } from './tensor-types.ts';

/** A fixed set of feeds, fetched nodes and nodes to be run for their effect. */
export interface Call {
  readonly feeds: readonly GraphNode[];
  readonly fetches: readonly GraphNode[];
  readonly targets: readonly GraphNode[];
}

/** Runs a call; where times are asked for, the run is slower by what their recording takes. */
export type PreparedCall = (
  values: readonly TensorValues[],
  onTimes?: (times: NodeTime[]) => void,
) => Promise<TensorValues[]>;

/** A session of TensorFlow's over a graph that grows. Runs do not block the thread that asks for them. */
export class TensorFlowSession {
  private readonly graph: Pointer;
  private readonly session: Pointer;
  private running = 0;
  private closed = false;

  constructor(
    private readonly api: CApi,
    settings: RuntimeSettings,
    target?: string,
  ) {
    this.graph = api.TF_NewGraph();
    const options = api.TF_NewSessionOptions();
    const config = writeConfig(settings);
    if (target !== undefined) api.TF_SetTarget(options, target);
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
  prepare(call: Call): PreparedCall {
    const feeds = this.outputArray(call.feeds);
    const fetches = this.outputArray(call.fetches);
    const targets = BigUint64Array.from(call.targets, node => this.operation(node));
    const types = call.feeds.map(node => node.outputs[0]!);
    return async (values, onTimes) => {
      const inputs = BigUint64Array.from(types, ({ dtype, shape }, index) =>
        BigInt(allocateTensor(this.api, dtype, shape, values[index]!)!),
      );
      const outputs = new BigUint64Array(call.fetches.length);
      try {
        await this.run(feeds, inputs, fetches, outputs, targets, onTimes);
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
    onTimes?: (times: NodeTime[]) => void,
  ): Promise<void> {
    if (this.closed) throw new Error('the session is closed');
    const { api } = this;
    const status = api.TF_NewStatus();
    const options = onTimes ? api.TF_NewBufferFromString(tracingOptions, tracingOptions.byteLength) : null;
    const metadata = onTimes ? api.TF_NewBuffer() : null;
    this.running++;
    return new Promise<void>((resolve, reject) => {
      api.TF_SessionRun.async(
        this.session,
        options,
        feeds,
        inputs,
        inputs.length,
        fetches,
        outputs,
        outputs.length,
        targets,
        targets.length,
        metadata,
        status,
        error => {
          this.running--;
          try {
            if (error) throw error;
            checkStatus(api, status);
            onTimes?.(nodeTimes(this.bytesOf(metadata)));
            resolve();
          } catch (failure) {
            reject(failure);
          } finally {
            api.TF_DeleteStatus(status);
            for (const buffer of [options, metadata]) if (buffer) api.TF_DeleteBuffer(buffer);
            if (this.closed && this.running === 0) this.free();
          }
        },
      );
    });
  }

  /** A copy of what a `TF_Buffer` holds: its address (8 bytes) and length (8 bytes). */
  private bytesOf(buffer: Pointer): Uint8Array {
    const head = new BigUint64Array(2);
    this.api.memcpy(head, buffer, 16);
    const bytes = new Uint8Array(Number(head[1]));
    if (bytes.length > 0) this.api.memcpy(bytes, head[0]!, bytes.length);
    return bytes;
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
