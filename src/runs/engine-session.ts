import type { TrainingSettings } from '../config/schema/configuration.ts';
import type { Manifest } from '../contracts/run.ts';
import { type Cluster, clusterPlacement } from '../engine/cluster.ts';
import { EagerSession } from '../engine/eager-session.ts';
import { type EngineInfo, openEngine } from '../engine/engine.ts';
import { openFallback } from '../engine/fallback.ts';
import { GraphSession } from '../engine/graph-session.ts';
import { ONE_DEVICE, type Placement, severalDevices } from '../engine/placement.ts';
import { automaticPrecision } from '../engine/precision.ts';
import { startServer } from '../engine/server.ts';
import type { Precision, Session } from '../engine/session.ts';
import { Fault } from '../foundation/fault.ts';
import { Workers } from './cluster/workers.ts';

/** What a run computes with. */
export interface RunEngine {
  readonly session: Session;
  readonly precision: Precision;
  readonly described: NonNullable<Manifest['engine']>;
  /** The other processes of the cluster. */
  readonly workers?: Workers;
}

export interface RunEngineOptions {
  /** What an earlier part of the run, or the run that it repeats, computed with; this one must do the same. */
  readonly fixed?: Manifest['engine'];
  /** Op by op instead of as a recorded graph, in float32: what a debugger stops inside. */
  readonly eager?: boolean;
  /** The processes that train together, where this one is their chief. */
  readonly cluster?: Cluster | undefined;
  /** While the workers of a cluster are waited for. */
  readonly signal?: AbortSignal;
  /** Divides batches among devices as the configuration says; else one device is enough. */
  readonly divides?: boolean;
  onWarning?(message: string): void;
}

/**
 * Opens the engine as a configuration asks for it.
 * @throws Fault where there is no engine, or not the device that is asked for.
 */
export async function openRunEngine(
  training: TrainingSettings,
  options: RunEngineOptions = {},
): Promise<RunEngine> {
  const { fixed, cluster } = options;
  const eager = options.eager || fixed?.eager;
  if (cluster && (eager || training.device === 'javascript')) {
    throw notSpread();
  }
  if (training.device === 'javascript') return openJavaScript(options);
  const threads = fixed?.threads ?? training.threads;
  const engine = await openEngine(threads > 0 ? { threads } : {});
  const device = deviceFor(training.device, engine);
  if (eager) {
    if (options.divides && training.devices > 1)
      options.onWarning?.('op by op, one device computes whole batches; the last bits of the result differ');
    return eagerEngine(engine, device);
  }
  const same = fixed !== undefined && fixed.device === device;
  // float16 is for GPUs: a processor takes ten times as long with it as with float32.
  const precision = same
    ? fixed.precision
    : training.precision === 'auto'
      ? automaticPrecision(device === 'gpu' ? engine.devices : []).precision
      : training.precision;
  const placement = options.divides ? placementOf(training, engine, device, options) : ONE_DEVICE;
  requireEqualParts(training, placement);
  const described = {
    version: engine.version,
    device,
    threads: engine.threads,
    precision,
    ...(placement.devices.length > 1 && { devices: placement.devices.length }),
  };
  const other = fixed && unlike(options.divides ? fixed : { ...fixed, devices: undefined }, described);
  if (other) options.onWarning?.(`${other}; the last bits of the result may differ`);
  const session = { precision, device, threads: engine.threads, placement };
  if (!cluster) return { session: new GraphSession(session), precision, described };
  const address = startServer(cluster, serverSettings(training, device, engine.threads));
  const workers = await Workers.gather(cluster, { signal: options.signal ?? new AbortController().signal });
  const guarded = workers.guarded(new GraphSession({ ...session, target: { address } }));
  return { session: guarded, precision, described, workers };
}

export const notSpread = () =>
  new Fault('op by op, a training cannot be spread over several processes', {
    remedy: 'Unset TF_CONFIG in the environment to train alone.',
  });

/** How TensorFlow computes in each process of a cluster. */
export const serverSettings = ({ devices }: TrainingSettings, kind: 'cpu' | 'gpu', threads: number) => ({
  threads,
  gpu: kind === 'gpu',
  devices,
  processors: kind === 'cpu' ? devices : 1,
});

/** Each device of each process computes as many crops. */
function requireEqualParts(
  { batch_size: batch }: TrainingSettings,
  { devices: { length } }: Placement,
): void {
  if (batch % length === 0) return;
  throw new Fault(`a batch of ${batch} cannot be divided equally among ${length} devices of all processes`, {
    place: { setting: 'training.batch_size' },
    remedy: `Make it a multiple of ${length}.`,
  });
}

/** The devices that batches are divided among. */
function placementOf(
  { devices: count }: TrainingSettings,
  { devices }: EngineInfo,
  kind: 'cpu' | 'gpu',
  { cluster, onWarning }: RunEngineOptions,
): Placement {
  if (count > 1 && kind === 'cpu')
    onWarning?.(`${count} devices are imitated on the processor, which is no quicker than one`);
  const gpus = devices.filter(({ type }) => type === 'GPU').length;
  if (kind === 'gpu' && gpus < count) {
    throw new Fault(`\`training.devices\` asks for ${count} GPUs, and the engine finds ${gpus}`, {
      remedy: `Set it to ${gpus} or less; \`innereye engine check\` lists them.`,
    });
  }
  return cluster ? clusterPlacement(cluster, kind, count) : severalDevices(kind, count);
}

/** In what an engine is another than the one that a run began with. */
function unlike(
  fixed: NonNullable<Manifest['engine']>,
  now: NonNullable<Manifest['engine']>,
): string | undefined {
  const names = ['device', 'version', 'threads', 'precision', 'devices'] as const;
  const of = (engine: NonNullable<Manifest['engine']>) => ({ ...engine, devices: engine.devices ?? 1 });
  const [before, after] = [of(fixed), of(now)];
  const differing = names.filter(name => before[name] !== after[name]);
  if (differing.length === 0) return undefined;
  const what = differing.map(name => `${name} ${after[name]} instead of ${before[name]}`).join(', ');
  return `the run computes with ${what}`;
}

/** @throws Fault where there is not the device that is asked for. */
export function deviceFor(wanted: 'auto' | 'cpu' | 'gpu', { devices }: EngineInfo): 'cpu' | 'gpu' {
  const gpu = devices.some(({ type }) => type === 'GPU');
  if (wanted === 'gpu' && !gpu) {
    throw new Fault('`training.device` asks for a GPU, and the engine finds none', {
      remedy: '`innereye engine check` says why; `training.device: auto` takes the processor instead.',
    });
  }
  return wanted === 'auto' ? (gpu ? 'gpu' : 'cpu') : wanted;
}

async function openJavaScript({ onWarning }: RunEngineOptions): Promise<RunEngine> {
  return eagerEngine(await openFallback(message => onWarning?.(message)), 'javascript');
}

const eagerEngine = ({ version, threads }: EngineInfo, device: string): RunEngine => ({
  session: new EagerSession(),
  precision: 'float32',
  described: { version, device, threads, precision: 'float32', eager: true },
});
