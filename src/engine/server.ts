import { Fault } from '../foundation/fault.ts';
import { TensorFlowError, withStatus } from './c-api.ts';
import { type Cluster, JOB } from './cluster.ts';
import { currentEngine } from './engine.ts';
import { bytesField, integerField, join, messageField } from './protobuf.ts';
import { type RuntimeSettings, writeConfig } from './session-config.ts';

/**
 * Starts TensorFlow's own server for this process's part in a cluster; it ends with the process, as TensorFlow cannot
 * stop it before. It answers whoever reaches the port: clusters belong into networks of their own.
 * @returns what sessions on it name as their target.
 * @throws Fault where the port is taken.
 */
export function startServer(cluster: Cluster, settings: RuntimeSettings): string {
  const { api } = currentEngine();
  const address = cluster.addresses[cluster.task]!;
  const definition = serverDefinition(cluster, settings);
  try {
    const server = withStatus(api, status => api.TF_NewServer(definition, definition.byteLength, status));
    withStatus(api, status => api.TF_ServerStart(server, status));
  } catch (error) {
    if (!(error instanceof TensorFlowError)) throw error;
    throw new Fault(`the server of this process's part in the cluster does not start: ${error.message}`, {
      place: { file: address },
      remedy: 'Another program may hold the port, or TF_CONFIG names a port that cannot be taken.',
      cause: error,
    });
  }
  return `grpc://${address}`;
}

/** The bytes of a ServerDef (tensorflow/core/protobuf/tensorflow_server.proto). */
function serverDefinition({ addresses, task }: Cluster, settings: RuntimeSettings): Buffer {
  const tasks = addresses.map((address, index) =>
    messageField(2, integerField(1, index), bytesField(2, address)),
  );
  return join(
    messageField(1, messageField(1, bytesField(1, JOB), ...tasks)), // cluster: one job
    bytesField(2, JOB), // job_name
    integerField(3, task), // task_index
    bytesField(4, writeConfig(settings)), // default_session_config
    bytesField(5, 'grpc'), // protocol
  );
}
