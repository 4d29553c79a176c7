import { availableParallelism } from 'node:os';
import { Fault } from '../foundation/fault.ts';
import './node-compatibility.ts';
import { registerTensorFlowBackend } from './backend.ts';
import { type Device, EagerBinding } from './binding.ts';
import { type CApi, loadCApi } from './c-api.ts';
import { registerFusedNorm } from './fused-norm.ts';
import { registerGradients } from './gradients.ts';
import { findLibrary, type LibraryFiles } from './library.ts';

export interface EngineOptions {
  /** Threads for the work inside one op; by default the processors the process may use. */
  readonly threads?: number;
}

/** The engine that a process runs on. */
export interface EngineInfo {
  /** `cpu` is TF.js's own, where there is no TensorFlow. */
  readonly backend: 'tensorflow' | 'cpu';
  /** The backend's own version. */
  readonly version: string;
  readonly library: LibraryFiles | undefined;
  readonly devices: readonly Device[];
  readonly threads: number;
}

interface OpenEngine {
  readonly info: EngineInfo;
  readonly api: CApi;
}

let opening: Promise<OpenEngine> | undefined;
let open: OpenEngine | undefined;

/**
 * Loads TensorFlow into the process and makes it TF.js's backend. Later calls give the same engine, whatever options
 * they name.
 * @throws Fault where no library is installed or it cannot be loaded.
 */
export async function openEngine(options: EngineOptions = {}): Promise<EngineInfo> {
  opening ??= load(options);
  try {
    return (await opening).info;
  } catch (error) {
    opening = undefined;
    throw error;
  }
}

async function load({ threads = availableParallelism() }: EngineOptions): Promise<OpenEngine> {
  const library = findLibrary();
  if (!library) {
    throw new Fault('the training engine is not installed', {
      remedy:
        'Run `innereye engine install`, or name a folder with the library in INNEREYE_TENSORFLOW_LIBRARY. Where neither can be had, `training.device: javascript` tries very small models without it.',
    });
  }
  const api = loadCApi(library);
  const binding = new EagerBinding(api, threads);
  await registerTensorFlowBackend(binding);
  registerGradients();
  registerFusedNorm();
  const info = {
    backend: 'tensorflow',
    version: api.TF_Version(),
    library,
    devices: binding.devices,
    threads,
  } as const;
  open = { info, api };
  return open;
}

/** The engine of this process; sessions are made on it. */
export function currentEngine(): OpenEngine {
  if (!open) throw new Error('openEngine() must come before a session');
  return open;
}
