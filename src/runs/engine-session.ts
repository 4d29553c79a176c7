import type { TrainingSettings } from '../config/schema/configuration.ts';
import type { Manifest } from '../contracts/run.ts';
import { openEngine } from '../engine/engine.ts';
import { GraphSession } from '../engine/graph-session.ts';
import { automaticPrecision } from '../engine/precision.ts';
import type { Precision, Session } from '../engine/session.ts';

/** What a run computes with. */
export interface RunEngine {
  readonly session: Session;
  readonly precision: Precision;
  readonly described: NonNullable<Manifest['engine']>;
}

/**
 * Opens the engine as a configuration asks for it.
 * @param fixed what an earlier part of the run computed with; a resumed run must do the same.
 * @throws Fault where there is no engine, or not the device that is asked for.
 */
export async function openRunEngine(
  training: TrainingSettings,
  fixed?: Manifest['engine'],
): Promise<RunEngine> {
  const threads = fixed?.threads ?? training.threads;
  const engine = await openEngine(threads > 0 ? { threads } : {});
  const gpu = engine.devices.some(device => device.type === 'GPU');
  const device = training.device === 'auto' ? (gpu ? 'gpu' : 'cpu') : training.device;
  const precision =
    fixed?.precision ??
    (training.precision === 'auto'
      ? automaticPrecision(device === 'gpu' ? engine.devices : []).precision
      : training.precision);
  return {
    session: new GraphSession({ precision, device, threads: engine.threads }),
    precision,
    described: { version: engine.version, device, threads: engine.threads, precision },
  };
}
