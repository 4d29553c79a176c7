import { resolve } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Diagnostic } from '../config/diagnostic.ts';
import { resolveFromDisk, withoutErrors } from '../config/load-configuration.ts';
import { BROKEN_BASE, type PartialConfiguration } from '../config/resolve-configuration.ts';
import type { MapNode } from '../config/tree.ts';
import { Fault } from '../foundation/fault.ts';
import { configurationOfRun } from './run-configuration.ts';
import type { TrainingStart } from './training-process.ts';

/** What an editor starts a session with. */
export interface LaunchArguments extends DebugProtocol.LaunchRequestArguments {
  /** A configuration; with `run`, the one that the run was made of. */
  readonly config?: string;
  /** A run to go on from, in a new run. */
  readonly run?: string;
  /** After which epoch of it, counted from 1; default: its latest checkpoint. */
  readonly epoch?: number;
  /** Trains this fold of a cross-validation, counted from 0, of as many as `folds` says. */
  readonly fold?: number;
  readonly folds?: number;
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
  /** True where the places of settings are copies that a run keeps. */
  readonly copies: boolean;
}

/** Resolves what is to be debugged. @throws Fault where nothing is named, or it cannot be read. */
export async function prepareLaunch(given: LaunchArguments): Promise<Launch> {
  const { configuration, copies } = await configurationFor(given);
  const { tree, settings, diagnostics } = configuration;
  const errors = diagnostics.filter(({ severity, code }) => severity === 'error' && code !== BROKEN_BASE);
  return { configuration, copies, errors, tree: settings && errors.length === 0 ? tree : undefined };
}

/** What the thread that trains is started with. */
export function trainingStart(
  { set = [], output, run, epoch, fold, folds, stopOnEntry = false }: LaunchArguments,
  configuration: PartialConfiguration,
): Omit<TrainingStart, 'breakpoints' | 'filters'> {
  return {
    configuration: withoutErrors(configuration),
    set,
    outputs: resolve(output ?? 'outputs'),
    ...(run !== undefined && { run: resolve(run) }),
    ...(epoch !== undefined && { epoch }),
    ...(fold !== undefined && { fold: { index: fold, folds: requireFolds(fold, folds) } }),
    stopOnEntry,
  };
}

/** @throws Fault where there is no such fold */
function requireFolds(fold: number, folds: number | undefined): number {
  if (folds !== undefined && folds >= 2 && fold >= 0 && fold < folds) return folds;
  throw new Fault(
    folds === undefined ? '`fold` needs to know of how many' : `there is no fold ${fold} of ${folds}`,
    {
      remedy: 'Give `folds`, at least 2; folds count from 0.',
    },
  );
}

/** The configuration to debug: the one named, or what a run was made of. */
async function configurationFor({
  config,
  run,
  set = [],
}: LaunchArguments): Promise<Pick<Launch, 'configuration' | 'copies'>> {
  if (run !== undefined) return configurationOfRun(resolve(run), { now: config, set });
  if (config !== undefined) return { configuration: resolveFromDisk(config, { set }), copies: false };
  throw new Fault('there is nothing to debug', {
    remedy: 'Give `config`, a *.innereye.yaml file, or `run`.',
  });
}
