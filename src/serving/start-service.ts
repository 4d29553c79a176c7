import { createServer } from 'node:net';
import { Fault } from '../foundation/fault.ts';
import { Desk, type DeskOptions } from './desk.ts';
import { ModelProcess } from './model-process.ts';
import { createService, type Service, type ServiceOptions } from './service.ts';
import { Spool } from './spool.ts';

export interface StartOptions extends DeskOptions, Omit<ServiceOptions, 'desk'> {
  /** Paths of bundles. */
  readonly bundles: readonly string[];
  readonly host: string;
  /** 0 takes any that is free. */
  readonly port: number;
  readonly program: string;
  /** Milliseconds that a scan may take. */
  readonly scanTimeout: number;
  /** Folder for scans under way; default: the system's for temporary files. */
  readonly spool?: string;
}

/** A service that listens. */
export interface RunningService extends Service {
  /** `http://HOST:PORT` */
  readonly address: string;
  /** `NAME:VERSION` of each. */
  readonly models: readonly string[];
}

/**
 * Loads models and serves them.
 * @throws Fault where a bundle cannot be loaded, two models have one name, or the port is taken.
 */
export async function startService(options: StartOptions): Promise<RunningService> {
  await requireFree(options.host, options.port);
  const models: ModelProcess[] = [];
  const { program, scanTimeout: timeout, onLog } = options;
  const onTrouble = (what: string) => onLog({ time: new Date().toISOString(), trouble: what });
  const spool = await Spool.create(options.spool);
  try {
    for (const bundle of options.bundles) {
      const model = await ModelProcess.start(bundle, { program, timeout, onTrouble });
      const { name, version } = model;
      const twin = models.some(other => other.name === name && other.version === version);
      models.push(model);
      if (!twin) continue;
      throw new Fault(`two bundles are the model ${name}:${version}`, {
        place: { file: bundle },
        remedy: 'Export one of them with another --version.',
      });
    }
    const desk = new Desk(models, spool, options);
    const service = createService({ ...options, desk });
    const address = await service.app.listen({ host: options.host, port: options.port });
    return { ...service, address, models: desk.models.map(({ id }) => id) };
  } catch (error) {
    await Promise.all(models.map(model => model.close()));
    await spool.removeAll();
    throw error;
  }
}

/** Loading models takes its time: whether the port is free is found out before. */
async function requireFree(host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new Fault(`the service cannot listen at ${host}:${port}: ${portTrouble(error)}`, {
          remedy: 'Choose another with --port and --host.',
          cause: error,
        }),
      ),
    );
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}

const portTrouble = ({ code, message }: NodeJS.ErrnoException): string =>
  code === 'EADDRINUSE' ? 'another program does' : code === 'EACCES' ? 'that is not permitted' : message;
