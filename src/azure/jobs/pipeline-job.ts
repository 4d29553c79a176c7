import type { JobInput, PipelineJob, PipelineStep } from './job-properties.ts';
import { common, type TrainingJob, trainingCommand } from './training-job.ts';

/** A command with named inputs, as the service keeps it for the steps of pipelines (`PUT …/components/…`). */
export interface CommandComponent {
  readonly name: string;
  readonly version: string;
  readonly type: 'command';
  readonly command: string;
  /** ARM ids with `azureml:` before them. */
  readonly code: string;
  readonly environment: string;
  readonly inputs: Readonly<Record<string, { readonly type: string; readonly optional?: boolean }>>;
  readonly outputs: Readonly<Record<string, { readonly type: 'uri_folder'; readonly mode: 'rw_mount' }>>;
  readonly resources: { readonly instance_count: number; readonly shm_size: string };
  readonly distribution?: { readonly type: 'tensorflow'; readonly worker_count: number };
}

/** What a pipeline is made of: the trainings, and what is done with all of them. */
export interface FoldsAndEnsemble {
  readonly fold: CommandComponent;
  readonly ensemble: CommandComponent;
}

const foldName = (fold: number): string => `fold_${fold}`;
const foldNames = (folds: number): string[] => Array.from({ length: folds }, (_, fold) => foldName(fold));

const inComponent = (kind: string) => (name: string) => `\${{${kind}.${name}}}`;

/**
 * The components of a cross-validation: `fold` trains one fold, `ensemble` waits for all and averages them.
 * @param commands words of the command for a fold, and the whole command of the ensemble, where `runs` is the folder that
 *   all folds wrote into.
 * @param hash of what they are made from, so that other code makes other components.
 */
export function foldComponents(
  job: TrainingJob,
  folds: number,
  commands: { readonly fold: (value: string) => string; readonly ensemble: (runs: string) => string },
  hash: string,
): FoldsAndEnsemble {
  const [inputs, outputs] = [inComponent('inputs'), inComponent('outputs')];
  const runs = { runs: { type: 'uri_folder', mode: 'rw_mount' } } as const;
  const shared = {
    type: 'command',
    version: hash.slice(0, 16),
    code: `azureml:${job.codeId}`,
    environment: `azureml:${job.environmentId}`,
    outputs: runs,
  } as const;
  return {
    fold: {
      ...shared,
      name: 'innereye_fold',
      command: trainingCommand(job, inputs, outputs, [commands.fold(inputs('fold'))]),
      inputs: {
        dataset: { type: 'uri_folder' },
        fold: { type: 'integer' },
        ...(job.initialWeights && { initial_weights: { type: 'uri_folder' } }),
      },
      resources: { instance_count: job.nodes, shm_size: job.sharedMemory },
      ...(job.nodes > 1 && { distribution: { type: 'tensorflow', worker_count: job.nodes } }),
    },
    ensemble: {
      ...shared,
      name: 'innereye_ensemble',
      command: commands.ensemble(inputs(foldName(0))),
      // One input a fold, so that it waits for all; they are the same folder.
      inputs: {
        dataset: { type: 'uri_folder' },
        ...Object.fromEntries(foldNames(folds).map(name => [name, { type: 'uri_folder' }])),
      },
      resources: { instance_count: 1, shm_size: job.sharedMemory },
    },
  };
}

/** A cross-validation as one pipeline: folds side by side, and the ensemble when all of them are done. */
export function pipelineJob(
  job: TrainingJob,
  folds: number,
  ids: { readonly fold: string; readonly ensemble: string },
): PipelineJob {
  const { inputs, ...rest } = common(job);
  const names = foldNames(folds);
  const steps = names.map((name, fold): [string, PipelineStep] => [
    name,
    step(ids.fold, `fold ${fold}`, inputs, { fold: literal(String(fold)) }),
  ]);
  const after = Object.fromEntries(names.map(name => [name, fromStep(name)]));
  return {
    jobType: 'Pipeline',
    ...rest,
    inputs,
    jobs: {
      ...Object.fromEntries(steps),
      ensemble: step(ids.ensemble, 'ensemble', { dataset: inputs.dataset! }, after),
    },
    settings: { default_compute: job.clusterId, continue_on_step_failure: false },
  };
}

type Bound = PipelineStep['inputs'][string];

const literal = (value: string): Bound => ({ job_input_type: 'literal', value });
const fromParent = (name: string): Bound => ({
  job_input_type: 'literal',
  value: `\${{parent.inputs.${name}}}`,
});
const fromStep = (name: string): Bound => ({
  job_input_type: 'literal',
  value: `\${{parent.jobs.${name}.outputs.runs}}`,
});

function step(
  componentId: string,
  name: string,
  inputs: Readonly<Record<string, JobInput>>,
  more: PipelineStep['inputs'],
): PipelineStep {
  return {
    type: 'command',
    componentId,
    display_name: name,
    inputs: { ...Object.fromEntries(Object.keys(inputs).map(key => [key, fromParent(key)])), ...more },
    outputs: { runs: { type: 'uri_folder', value: `\${{parent.outputs.runs}}` } },
  };
}
