import { JOB_CONFIGURATION } from '../snapshot/job-configuration.ts';
import { isoDuration } from './duration.ts';
import { input, output } from './expressions.ts';
import type { CommandJob, JobCommon, JobInput, Trial } from './job-properties.ts';

/** All that a job for a training is made of; ids are those of the service. */
export interface TrainingJob {
  /** Of the model, in lists. */
  readonly displayName: string;
  readonly experiment: string;
  readonly description?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly clusterId: string;
  readonly codeId: string;
  readonly environmentId: string;
  readonly environmentVariables: Readonly<Record<string, string>>;
  readonly nodes: number;
  readonly sharedMemory: string;
  readonly timeLimit?: string | undefined;
  readonly dataset: {
    /** `azureml://datastores/…` of its folder. */
    readonly uri: string;
    readonly access: 'mount' | 'download';
    /** The csv file in the folder, where the configuration names that. */
    readonly file?: string | undefined;
  };
  /** A run or checkpoint to begin with. */
  readonly initialWeights?: { readonly uri: string; readonly file?: string | undefined } | undefined;
  /** `azureml://datastores/…` of the folder that gets the run, below the job's name. */
  readonly results: string;
  readonly maxMinutes?: number | undefined;
}

/** One training as a job. */
export function trainingJob(job: TrainingJob): CommandJob {
  return {
    jobType: 'Command',
    ...common(job),
    ...trial(job, []),
    ...(job.timeLimit !== undefined && {
      limits: { jobLimitsType: 'Command', timeout: isoDuration(job.timeLimit) },
    }),
  };
}

/** What jobs of all kinds say around their command. */
export function common(job: TrainingJob): JobCommon {
  const { dataset, initialWeights, results } = job;
  const folder = (uri: string): JobInput => ({
    jobInputType: 'uri_folder',
    mode: dataset.access === 'mount' ? 'ReadOnlyMount' : 'Download',
    uri,
  });
  return {
    displayName: job.displayName,
    experimentName: job.experiment,
    ...(job.description !== undefined && { description: job.description }),
    tags: job.tags,
    computeId: job.clusterId,
    inputs: {
      dataset: folder(dataset.uri),
      ...(initialWeights && { initial_weights: folder(initialWeights.uri) }),
    },
    // Mounted, so that what was written is there again when a pre-empted job begins anew.
    outputs: { runs: { jobOutputType: 'uri_folder', mode: 'ReadWriteMount', uri: results } },
  };
}

/** The command of a training, with further words such as `--set 'key=value'`. */
export function trial(job: TrainingJob, more: readonly string[]): Trial {
  return {
    command: trainingCommand(job, input, output, more),
    codeId: job.codeId,
    environmentId: job.environmentId,
    environmentVariables: job.environmentVariables,
    resources: { instanceCount: job.nodes, shmSize: job.sharedMemory },
    ...(job.nodes > 1 && {
      distribution: { distributionType: 'TensorFlow', workerCount: job.nodes, parameterServerCount: 0 },
    }),
  };
}

/** @param of how inputs and outputs are named where the command stands. */
export function trainingCommand(
  { dataset, initialWeights, maxMinutes }: TrainingJob,
  inputs: (name: string) => string,
  outputs: (name: string) => string,
  more: readonly string[],
): string {
  return [
    'innereye azure in-job',
    JOB_CONFIGURATION,
    `--dataset "${inputs('dataset')}"`,
    ...(dataset.file === undefined ? [] : [`--dataset-file ${quoted(dataset.file)}`]),
    ...(initialWeights ? [`--initial-weights "${inputs('initial_weights')}"`] : []),
    ...(initialWeights?.file === undefined ? [] : [`--initial-weights-file ${quoted(initialWeights.file)}`]),
    `--runs "${outputs('runs')}"`,
    ...(maxMinutes === undefined ? [] : [`--max-minutes ${maxMinutes}`]),
    ...more,
  ].join(' ');
}

/** A word of bash. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
