import { resolve } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Diagnostic } from '../config/diagnostic.ts';
import { resolveFromDisk } from '../config/load-configuration.ts';
import { BROKEN_BASE, type PartialConfiguration } from '../config/resolve-configuration.ts';
import type { MapNode } from '../config/tree.ts';
import { Fault } from '../foundation/fault.ts';
import { openRun } from '../runs/run-folder.ts';
import type { TrainingStart } from './training-process.ts';

/** What an editor starts a session with. */
export interface LaunchArguments extends DebugProtocol.LaunchRequestArguments {
  /** A configuration; with `run`, the one that the run was made of. */
  readonly config?: string;
  /** A run to go on from, in a new run. */
  readonly run?: string;
  /** After which epoch of it, counted from 1; default: its latest checkpoint. */
  readonly epoch?: number;
  /** `key=value`, as `--set`. */
  readonly set?: readonly string[];
  /** Folder that gets a folder for the run. */
  readonly output?: string;
  readonly stopOnEntry?: boolean;
  /** Port that a debugger of the plugins' code attaches to; training waits for it. */
  readonly inspect?: number;
}

/** A configuration that can be debugged, or the errors that stand in the way. */
export interface Launch {
  readonly configuration: PartialConfiguration;
  readonly tree: MapNode | undefined;
  readonly errors: readonly Diagnostic[];
}

/** Resolves what is to be debugged. @throws Fault where nothing is named, or it cannot be read. */
export async function prepareLaunch(given: LaunchArguments): Promise<Launch> {
  const configuration = resolveFromDisk(await configurationFor(given), { set: given.set ?? [] });
  const { tree, settings, diagnostics } = configuration;
  const errors = diagnostics.filter(({ severity, code }) => severity === 'error' && code !== BROKEN_BASE);
  return { configuration, errors, tree: settings && errors.length === 0 ? tree : undefined };
}

/** What the thread that trains is started with. */
export function trainingStart(
  { set = [], output, run, epoch, stopOnEntry = false }: LaunchArguments,
  configuration: string,
): Omit<TrainingStart, 'breakpoints' | 'filters'> {
  return {
    configuration,
    set,
    outputs: resolve(output ?? 'outputs'),
    ...(run !== undefined && { run: resolve(run) }),
    ...(epoch !== undefined && { epoch }),
    stopOnEntry,
  };
}

/** The configuration to debug: the one named, or the one that a run was made of. */
async function configurationFor({ config, run }: LaunchArguments): Promise<string> {
  if (config !== undefined) return resolve(config);
  if (run !== undefined) return (await openRun(resolve(run))).manifest.configuration.file;
  throw new Fault('there is nothing to debug', {
    remedy: 'Give `config`, a *.innereye.yaml file, or `run`.',
  });
}
