import { boolField, bytesField, integerField, join, messageField } from './protobuf.ts';

/** Settings of TensorFlow's runtime. */
export interface RuntimeSettings {
  /** Threads for the work inside one op. */
  readonly threads: number;
  /** False keeps a session off the GPUs that there are. */
  readonly gpu?: boolean;
  /** Processors that TensorFlow shall imitate, each on the same cores; default 1. */
  readonly processors?: number;
  /** Devices that compute side by side; default 1. */
  readonly devices?: number;
  /** The only parts of a cluster that a session meets; default: all, for whom it waits when it is opened. */
  readonly only?: readonly string[];
  /** How long a server may take to answer before the call fails; default: for ever. */
  readonly answerMilliseconds?: number | undefined;
}

/**
 * The bytes of a ConfigProto (tensorflow/core/protobuf/config.proto).
 *
 * Two ops run side by side on a device, so that one fills the other's gaps: 2 to 6 % of a step. What an op computes does
 * not depend on what runs beside it.
 */
export function writeConfig({
  threads,
  gpu = true,
  processors = 1,
  devices = 1,
  only = [],
  answerMilliseconds,
}: RuntimeSettings): Buffer {
  const deviceCount = (type: string, count: number) =>
    messageField(1, bytesField(1, type), integerField(2, count));
  return join(
    ...(gpu ? [] : [deviceCount('GPU', 0)]),
    ...(processors > 1 ? [deviceCount('CPU', processors)] : []),
    integerField(2, threads), // intra_op_parallelism_threads
    ...only.map(part => bytesField(4, part)), // device_filters
    integerField(5, Math.max(devices, Math.min(threads, 2))), // inter_op_parallelism_threads
    messageField(6, boolField(4, true)), // gpu_options.allow_growth
    // Small tensors of a GPU's nodes, such as shapes, may have kernels on the processor only.
    ...(devices > 1 ? [boolField(7, true)] : []), // allow_soft_placement
    ...(answerMilliseconds ? [integerField(11, answerMilliseconds)] : []), // operation_timeout_in_ms
  );
}
