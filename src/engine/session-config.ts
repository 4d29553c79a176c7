import { boolField, bytesField, integerField, join, messageField } from './protobuf.ts';

/** Settings of TensorFlow's runtime. */
export interface RuntimeSettings {
  /** Threads for the work inside one op. */
  readonly threads: number;
  /** False keeps a session off the GPUs that there are. */
  readonly gpu?: boolean;
}

/**
 * The bytes of a ConfigProto (tensorflow/core/protobuf/config.proto).
 *
 * One op runs at a time and uses all threads: on the few large ops of a training step this measured faster than ops
 * side by side, and results do not depend on timing.
 */
export function writeConfig({ threads, gpu = true }: RuntimeSettings): Buffer {
  const deviceCount = gpu ? [] : [messageField(1, bytesField(1, 'GPU'), integerField(2, 0))];
  return join(
    ...deviceCount,
    integerField(2, threads), // intra_op_parallelism_threads
    integerField(5, 1), // inter_op_parallelism_threads
    messageField(6, boolField(4, true)), // gpu_options.allow_growth
  );
}
