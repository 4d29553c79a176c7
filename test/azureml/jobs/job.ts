import type { MlflowStatus, Run } from '../mlflow/run-store.ts';

export type JobStatus =
  | 'NotStarted'
  | 'Starting'
  | 'Provisioning'
  | 'Preparing'
  | 'Queued'
  | 'Running'
  | 'Finalizing'
  | 'CancelRequested'
  | 'Completed'
  | 'Failed'
  | 'Canceled';

export const ENDED: readonly JobStatus[] = ['Completed', 'Failed', 'Canceled'];

const MLFLOW: Partial<Record<JobStatus, MlflowStatus>> = {
  Running: 'RUNNING',
  Finalizing: 'RUNNING',
  Completed: 'FINISHED',
  Failed: 'FAILED',
  Canceled: 'KILLED',
};

/** An input or output of a job as the service's bodies have it. */
export interface Binding {
  readonly jobInputType?: string;
  readonly jobOutputType?: string;
  readonly mode?: string | null;
  readonly uri?: string | null;
  readonly value?: string | null;
}

export interface Distribution {
  readonly distributionType: 'TensorFlow' | 'PyTorch' | 'Mpi';
  readonly workerCount?: number | null;
  readonly parameterServerCount?: number | null;
  readonly processCountPerInstance?: number | null;
}

/** What all kinds of jobs have, and what each kind adds, as far as the stand-in acts on it. */
export interface JobProperties extends Record<string, unknown> {
  readonly jobType: 'Command' | 'Sweep' | 'Pipeline';
  readonly computeId?: string | null;
  readonly experimentName: string;
  readonly displayName: string;
  readonly tags?: Record<string, string> | null;
  readonly properties?: Record<string, string> | null;
  readonly inputs?: Record<string, Binding> | null;
  readonly outputs?: Record<string, Binding | null> | null;
  readonly environmentVariables?: Record<string, string> | null;
  readonly command?: string;
  readonly codeId?: string | null;
  readonly environmentId?: string;
  readonly distribution?: Distribution | null;
  readonly resources?: { readonly instanceCount?: number | null } | null;
  readonly limits?: { readonly jobLimitsType?: string; readonly timeout?: string | null } | null;
  readonly isArchived?: boolean;
}

/** A job from its request to its end. */
export class Job {
  status: JobStatus = 'NotStarted';
  readonly created = new Date();
  started: Date | undefined;
  ended: Date | undefined;
  error: { code: string; message: string } | undefined;
  /** How often a process was begun: more than once after pre-emption. */
  attempts = 0;
  readonly children: Job[] = [];
  readonly history: { readonly status: JobStatus; readonly at: number }[] = [];
  /** Ends whatever the job does. */
  readonly cancel = new AbortController();
  /** Kills the processes as a node does that is taken away; set while they run. */
  preempt: (() => void) | undefined;
  readonly finished: Promise<void>;
  #finish!: () => void;

  constructor(
    readonly name: string,
    public properties: JobProperties,
    /** What was asked for, to know the same request again. */
    readonly request: string,
    readonly run: Run,
    readonly parent: Job | undefined,
    readonly by: string,
  ) {
    this.finished = new Promise(resolve => {
      this.#finish = resolve;
    });
    parent?.children.push(this);
  }

  get hasEnded(): boolean {
    return ENDED.includes(this.status);
  }

  become(status: JobStatus, error?: { code: string; message: string }): void {
    if (this.hasEnded) return;
    this.status = status;
    this.history.push({ status, at: Date.now() });
    this.run.status = MLFLOW[status] ?? 'SCHEDULED';
    if (status === 'Running') this.started ??= new Date();
    if (error) this.error = error;
    if (!this.hasEnded) return;
    this.ended = new Date();
    this.run.endTime = this.ended.getTime();
    this.#finish();
  }

  requestCancel(): void {
    if (this.hasEnded) return;
    this.become('CancelRequested');
    this.cancel.abort(new Error('The job was cancelled.'));
    for (const child of this.children) child.requestCancel();
  }
}
