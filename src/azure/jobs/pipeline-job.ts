import { createHash } from 'node:crypto';
import { secondsOf } from './duration.ts';
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
  readonly environment_variables?: Readonly<Record<string, string>>;
  readonly inputs: Readonly<Record<string, { readonly type: string; readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly type: 'uri_folder'; readonly mode: 'rw_mount' }>>;
  readonly resources: { readonly instance_count: number; readonly shm_size: string };
  readonly distribution?: { readonly type: 'tensorflow'; readonly worker_count: number };
}

/** How a cross-validation becomes a job. */
export interface Folds {
  readonly count: number;
  /** Folds at a time. */
  readonly parallel: number;
  /** Of a fold, as it is logged: the service names the fold that is best by it. */
  readonly metric: string;
  readonly goal: 'maximize' | 'minimize';
  /** Name of the job, which is also that of its folder among the results. */
  readonly name: string;
  /** Further words of the ensemble's command. */
  readonly ensemble: readonly string[];
}

/** What a cross-validation's job is made of: the training of a fold, and what is done with all of them. */
export interface FoldsAndEnsemble {
  readonly fold: CommandComponent;
  readonly ensemble: CommandComponent;
}

const inputs = (name: string) => `\${{inputs.${name}}}`;
const outputs = (name: string) => `\${{outputs.${name}}}`;

/**
 * The components of a cross-validation: `fold` trains one fold, `ensemble` makes of all folds what they come to. Both
 * write below one folder, each training below the name of its own job.
 */
export function foldComponents(job: TrainingJob, folds: Folds): FoldsAndEnsemble {
  const runs = { runs: { type: 'uri_folder', mode: 'rw_mount' } } as const;
  const places = {
    dataset: { type: 'uri_folder' },
    ...(job.initialWeights && { initial_weights: { type: 'uri_folder' } }),
  };
  const shared = {
    type: 'command',
    code: `azureml:${job.codeId}`,
    environment: `azureml:${job.environmentId}`,
    ...(Object.keys(job.environmentVariables).length > 0 && {
      environment_variables: job.environmentVariables,
    }),
    outputs: runs,
  } as const;
  const count = `--cross-validation ${folds.count}`;
  const fold = {
    ...shared,
    name: 'innereye_fold',
    command: trainingCommand(job, inputs, outputs, [`${count} --fold ${inputs('fold')}`]),
    inputs: { ...places, fold: { type: 'integer', default: '0' } },
    resources: { instance_count: job.nodes, shm_size: job.sharedMemory },
    ...(job.nodes > 1 && { distribution: { type: 'tensorflow', worker_count: job.nodes } as const }),
  };
  const words = [count, `--folds-in "${inputs('folds')}"`, `--name ${inputs('name')}`, ...folds.ensemble];
  const ensemble = {
    ...shared,
    name: 'innereye_ensemble',
    command: trainingCommand(job, inputs, outputs, words),
    // The folder of all folds: it waits for the sweep that writes it.
    inputs: { ...places, folds: { type: 'uri_folder' }, name: { type: 'string' } },
    resources: { instance_count: 1, shm_size: job.sharedMemory },
  };
  return { fold: versioned(fold), ensemble: versioned(ensemble) };
}

/** Another component whenever anything of it changes. */
const versioned = (component: Omit<CommandComponent, 'version'>): CommandComponent => ({
  ...component,
  version: createHash('sha256').update(JSON.stringify(component)).digest('hex').slice(0, 16),
});

/**
 * A cross-validation as one job: a sweep over the folds, side by side, and the ensemble when all of them are done.
 * The forms of steps are those that Microsoft's Python client sends (azure-ai-ml 1.35.2, `Sweep._to_rest_object`).
 */
export function pipelineJob(
  job: TrainingJob,
  folds: Folds,
  ids: { readonly fold: string; readonly ensemble: string },
): PipelineJob {
  const { inputs: given, ...rest } = common(job);
  const bound = fromParents(given);
  const trial = job.timeLimit === undefined ? {} : { trial_timeout: secondsOf(job.timeLimit) };
  const results = { runs: { type: 'literal', value: `\${{parent.outputs.runs}}` } } as const;
  return {
    jobType: 'Pipeline',
    ...rest,
    inputs: given,
    jobs: {
      folds: {
        type: 'sweep',
        trial: { componentId: ids.fold },
        display_name: 'folds',
        search_space: {
          fold: { type: 'choice', values: Array.from({ length: folds.count }, (_, fold) => fold) },
        },
        sampling_algorithm: 'grid',
        objective: { goal: folds.goal, primary_metric: folds.metric },
        limits: {
          max_total_trials: folds.count,
          max_concurrent_trials: Math.min(folds.count, folds.parallel),
          ...trial,
        },
        inputs: bound,
        outputs: results,
      },
      ensemble: {
        type: 'command',
        componentId: ids.ensemble,
        display_name: 'ensemble',
        inputs: {
          ...bound,
          folds: { job_input_type: 'literal', value: `\${{parent.jobs.folds.outputs.runs}}` },
          name: { job_input_type: 'literal', value: folds.name },
        },
        outputs: results,
      },
    },
    settings: { default_compute: job.clusterId, continue_on_step_failure: false },
  };
}

const fromParents = (given: Readonly<Record<string, JobInput>>): PipelineStep['inputs'] =>
  Object.fromEntries(
    Object.keys(given).map(name => [
      name,
      { job_input_type: 'literal', value: `\${{parent.inputs.${name}}}` },
    ]),
  );
