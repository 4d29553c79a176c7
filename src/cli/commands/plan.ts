import { existsSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { basename, dirname, relative, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { describeDataset } from '../../dataset/describe-dataset.ts';
import { takeFingerprint } from '../../dataset/fingerprint.ts';
import { loadDataset } from '../../dataset/load-dataset.ts';
import { type Machine, planTraining } from '../../dataset/plan.ts';
import { plannedConfiguration } from '../../dataset/planned-configuration.ts';
import { writeFileAtomically } from '../../foundation/atomic-file.ts';
import { Fault } from '../../foundation/fault.ts';
import { withProgress } from '../progress.ts';

interface PlanOptions {
  readonly output?: string;
  readonly fingerprint?: string;
  readonly gpuMemory?: number;
  readonly force?: boolean;
}

/** `innereye plan`: a configuration from nothing but a data set. */
export function planCommand(): Command {
  return new Command('plan')
    .description("write a configuration for a data set, by nnU-Net's rules and for this machine")
    .argument('<dataset>', 'folder of a data set with dataset.csv or dataset.json, or a csv file')
    .option('--output <file>', 'configuration to write; default: NAME.innereye.yaml')
    .option('--fingerprint <file>', 'also write what was measured, as JSON')
    .option('--gpu-memory <GB>', 'plan for a GPU with so much memory instead of the processor', positive)
    .option('--force', 'write over a configuration that is there')
    .action(plan);
}

async function plan(folder: string, options: PlanOptions): Promise<void> {
  const { output, fingerprint: measured, gpuMemory, force = false } = options;
  const path = resolve(folder);
  const name = basename(path).replace(/\.csv$/i, '');
  const file = resolve(output ?? `${name}.innereye.yaml`);
  if (!force && existsSync(file)) {
    throw new Fault('the configuration exists already', {
      place: { file },
      remedy: 'Choose another name with --output, or write over it with --force.',
    });
  }
  const settings = await describeDataset(path);
  const dataset = await loadDataset(settings);
  const fingerprint = await withProgress('Reading subjects', progress =>
    takeFingerprint(dataset, settings, progress),
  );
  const machine: Machine = {
    memoryBytes: gpuMemory === undefined ? totalmem() : gpuMemory * 1e9,
    cores: availableParallelism(),
    gpu: gpuMemory !== undefined,
  };
  const text = plannedConfiguration({
    name: basename(file).replace(/(\.innereye)?\.ya?ml$/, ''),
    path: relative(dirname(file), path) || '.',
    dataset: settings,
    fingerprint,
    plan: planTraining(fingerprint, machine),
    machine,
  });
  if (measured !== undefined) {
    await writeFileAtomically(resolve(measured), `${JSON.stringify(fingerprint, null, 2)}\n`);
  }
  await writeFileAtomically(file, text);
  console.log(`${file} is written. Look at it, then: innereye train ${relative('.', file)}`);
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('not a number of gigabytes');
  return value;
}
