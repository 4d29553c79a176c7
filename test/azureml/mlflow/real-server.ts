import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePorts } from '../jobs/free-ports.ts';

/** MLflow's own server on a free port of this machine. */
export interface MlflowServer {
  readonly address: string;
  stop(): Promise<void>;
}

/** Starts `mlflow server` of a Python that has it, with its data in a folder of its own. */
export async function startMlflow(python: string): Promise<MlflowServer> {
  const folder = await mkdtemp(join(tmpdir(), 'mlflow-'));
  const [port] = await freePorts(1);
  const store = [
    '--backend-store-uri',
    `sqlite:///${folder}/runs.db`,
    '--default-artifact-root',
    join(folder, 'artifacts'),
  ];
  const listening = ['--host', '127.0.0.1', '--port', String(port), '--workers', '1'];
  const server = spawn(python, ['-m', 'mlflow', 'server', ...store, ...listening], {
    cwd: folder,
    detached: true,
    stdio: 'ignore',
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      MLFLOW_DISABLE_TELEMETRY: 'true',
      MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
    },
  });
  const ended = new Promise(resolve => server.once('close', resolve));
  const stop = async (): Promise<void> => {
    if (server.exitCode === null && server.signalCode === null) process.kill(-server.pid!, 'SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const address = `http://127.0.0.1:${port}`;
  for (let attempt = 0; attempt < 320; attempt++) {
    const isUp = await fetch(`${address}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return { address, stop };
    await wait(250);
  }
  await stop();
  throw new Error("MLflow's server did not start.");
}
