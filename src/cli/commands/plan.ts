import { availableParallelism, totalmem } from 'node:os';
import { basename, dirname, relative, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { describeDataset } from '../../dataset/describe-dataset.ts';
import { takeFingerprint, withoutEmptyStructures } from '../../dataset/fingerprint.ts';
import { loadDataset } from '../../dataset/load-dataset.ts';
import { type Machine, planTraining } from '../../dataset/plan.ts';
import { plannedConfiguration } from '../../dataset/planned-configuration.ts';
import { writeFileAtomically } from '../../foundation/atomic-file.ts';
import { Fault } from '../../foundation/fault.ts';
import { requireNew } from '../../foundation/overwriting.ts';
import { withProgress } from '../progress.ts';
import { shellText } from '../shell-text.ts';

interface PlanOptions {
  readonly output?: string;
  readonly images?: string;
  readonly labels?: string;
  readonly fingerprint?: string;
  readonly gpuMemory?: number;
  readonly force?: boolean;
}

/** `innereye plan`: a configuration from nothing but a data set. */
export function planCommand(): Command {
  return new Command('plan')
    .description("write a configuration for a data set, by nnU-Net's rules and for this machine")
    .argument(
      '<dataset>',
      'folder of a data set with dataset.csv, dataset.json or folders images and labels, or a csv file',
    )
    .option('--images <folder>', 'folder or pattern of the images in a data set of plain folders')
    .option('--labels <folder>', 'folder or pattern of the label maps there')
    .option('--output <file>', 'configuration to write; default: NAME.innereye.yaml')
    .option('--fingerprint <file>', 'also write what was measured, as JSON')
    .option('--gpu-memory <GB>', 'plan for a GPU with so much memory instead of the processor', positive)
    .option('--force', 'write over files that are there')
    .action(plan);
}

async function plan(folder: string, options: PlanOptions): Promise<void> {
  const { output, images, labels, fingerprint: measured, gpuMemory, force = false } = options;
  const path = resolve(folder);
  const name = basename(path).replace(/\.csv$/i, '');
  const file = resolve(output ?? `${name}.innereye.yaml`);
  requireNew(file, 'the configuration', force);
  if (measured !== undefined) requireFingerprint(resolve(measured), file, force);
  const described = await withProgress('Reading label maps', ({ onProgress }) =>
    describeDataset(path, { images, labels }, onProgress),
  );
  const dataset = await loadDataset(described);
  const whole = await withProgress('Reading subjects', progress =>
    takeFingerprint(dataset, described, progress),
  );
  const { settings, fingerprint, empty } = withoutEmptyStructures(described, whole);
  const machine: Machine = {
    memoryBytes: gpuMemory === undefined ? totalmem() : gpuMemory * 1e9,
    cores: availableParallelism(),
    gpu: gpuMemory !== undefined,
  };
  const text = plannedConfiguration({
    name: basename(file).replace(/(\.innereye)?\.ya?ml$/, ''),
    path: relative(dirname(file), path) || '.',
    dataset: settings,
    empty,
    fingerprint,
    plan: planTraining(fingerprint, machine),
    machine,
  });
  if (measured !== undefined) {
    await writeFileAtomically(resolve(measured), `${JSON.stringify(fingerprint, null, 2)}\n`);
  }
  await writeFileAtomically(file, text);
  console.log(`${file} is written. Look at it, then: innereye train ${shellText(relative('.', file))}`);
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('not a number of gigabytes');
  return value;
}

function requireFingerprint(measured: string, configuration: string, force: boolean): void {
  requireNew(measured, 'the file of what was measured', force);
  if (measured !== configuration) return;
  throw new Fault('--fingerprint and --output name one file', {
    place: { file: measured },
    remedy: 'Name another file for one of them.',
  });
}
