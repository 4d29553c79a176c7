/**
 * Bodies of jobs as Azure Resource Manager takes them (`properties` of `PUT …/jobs/{name}`, api 2022-10-01 and later).
 * Expressions such as `${{inputs.dataset}}` are the service's and stand for paths on the node.
 */
export type JobProperties = CommandJob | SweepJob | PipelineJob;

export interface JobCommon {
  readonly displayName: string;
  readonly experimentName: string;
  readonly description?: string;
  readonly tags: Readonly<Record<string, string>>;
  /** ARM id of the cluster. */
  readonly computeId: string;
  readonly inputs: Readonly<Record<string, JobInput>>;
  readonly outputs: Readonly<Record<string, JobOutput>>;
}

export type JobInput =
  | {
      readonly jobInputType: 'uri_folder' | 'uri_file';
      readonly mode: 'ReadOnlyMount' | 'Download';
      /** `azureml://datastores/NAME/paths/…` */
      readonly uri: string;
    }
  | { readonly jobInputType: 'literal'; readonly value: string };

export interface JobOutput {
  readonly jobOutputType: 'uri_folder';
  readonly mode: 'ReadWriteMount';
  readonly uri: string;
}

/** What runs: in a job of its own, or as each trial of a sweep. */
export interface Trial {
  readonly command: string;
  readonly codeId: string;
  readonly environmentId: string;
  readonly environmentVariables: Readonly<Record<string, string>>;
  readonly resources: { readonly instanceCount: number; readonly shmSize: string };
  readonly distribution?: {
    readonly distributionType: 'TensorFlow';
    readonly workerCount: number;
    readonly parameterServerCount: number;
  };
}

export interface CommandJob extends JobCommon, Trial {
  readonly jobType: 'Command';
  /** ISO 8601 duration. */
  readonly limits?: { readonly jobLimitsType: 'Command'; readonly timeout: string };
}

export interface SweepJob extends JobCommon {
  readonly jobType: 'Sweep';
  readonly trial: Trial;
  readonly objective: { readonly goal: 'Minimize' | 'Maximize'; readonly primaryMetric: string };
  readonly samplingAlgorithm:
    | { readonly samplingAlgorithmType: 'Grid' }
    | { readonly samplingAlgorithmType: 'Random'; readonly seed?: number }
    | { readonly samplingAlgorithmType: 'Bayesian' };
  /** `["choice", [[1, 2]]]`, `["uniform", [0, 1]]`, … by name. */
  readonly searchSpace: Readonly<Record<string, readonly [string, readonly unknown[]]>>;
  readonly earlyTermination?: EarlyTermination;
  readonly limits: {
    readonly jobLimitsType: 'Sweep';
    readonly maxTotalTrials: number;
    readonly maxConcurrentTrials: number;
    readonly trialTimeout?: string;
    readonly timeout?: string;
  };
}

export type EarlyTermination =
  | {
      readonly policyType: 'Bandit';
      readonly slackFactor?: number;
      readonly slackAmount?: number;
      readonly evaluationInterval: number;
      readonly delayEvaluation: number;
    }
  | {
      readonly policyType: 'MedianStopping' | 'TruncationSelection';
      readonly truncationPercentage?: number;
      readonly evaluationInterval: number;
      readonly delayEvaluation: number;
    };

export interface PipelineJob extends JobCommon {
  readonly jobType: 'Pipeline';
  readonly jobs: Readonly<Record<string, PipelineStep>>;
  readonly settings: { readonly default_compute: string; readonly continue_on_step_failure: boolean };
}

/** A step in the service's own form, in the names of a component's YAML. */
export type PipelineStep = CommandStep | SweepStep;

interface StepCommon {
  readonly display_name: string;
  readonly inputs: Readonly<Record<string, { readonly job_input_type: string; readonly value: string }>>;
  readonly outputs: Readonly<Record<string, { readonly type: 'literal'; readonly value: string }>>;
}

export interface CommandStep extends StepCommon {
  readonly type: 'command';
  readonly componentId: string;
}

/** Trials of a component, whose inputs of the search space are theirs. */
export interface SweepStep extends StepCommon {
  readonly type: 'sweep';
  readonly trial: { readonly componentId: string };
  readonly search_space: Readonly<
    Record<string, { readonly type: 'choice'; readonly values: readonly number[] }>
  >;
  readonly sampling_algorithm: 'grid';
  readonly objective: { readonly goal: 'minimize' | 'maximize'; readonly primary_metric: string };
  readonly limits: {
    readonly max_total_trials: number;
    readonly max_concurrent_trials: number;
    /** Seconds. */
    readonly trial_timeout?: number;
  };
}
