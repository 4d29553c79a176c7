import type { JobProperties } from './jobs/job-properties.ts';
import type { CommandComponent } from './jobs/pipeline-job.ts';

/** Where a workspace is. Nothing secret: it stands in run folders. */
export interface WorkspacePlace {
  /** Address of Azure Resource Manager. */
  readonly endpoint: string;
  readonly subscription: string;
  readonly resourceGroup: string;
  readonly workspace: string;
  /** Id of the tenant to sign in to, where it is not the account's own. */
  readonly tenant?: string | undefined;
}

/**
 * An AzureML workspace: all that the rest of this program, the command line and editors ask of it. Every method throws a
 * `Fault` with the next step where the service refuses; throttling, errors of the service and lost connections are tried
 * again first.
 */
export interface AzureWorkspace {
  readonly place: WorkspacePlace;
  /** Names of its clusters, and whether the workspace is there at all. */
  clusters(): Promise<Cluster[]>;
  cluster(name: string): Promise<Cluster>;
  /** Makes a cluster that has no nodes while nothing runs. */
  createCluster(cluster: NewCluster): Promise<void>;
  /** Uploads files once: a version with the same hash is used again. @returns its ARM id. */
  uploadCode(code: UploadedCode, progress?: UploadProgress): Promise<string>;
  /** Registers an environment unless there is one of that name and version. @returns its ARM id. */
  ensureEnvironment(environment: NewEnvironment, progress?: UploadProgress): Promise<string>;
  /** Registers a component for the steps of pipelines unless there is one of that name and version. @returns its ARM id. */
  ensureComponent(component: CommandComponent): Promise<string>;
  /** Submits a job under a name; the same request again, after a lost answer, makes no second one. */
  submit(name: string, properties: JobProperties): Promise<Job>;
  /** @throws Fault where there is none of that name. */
  job(name: string): Promise<Job>;
  /** Undefined where there is none of that name. */
  findJob(name: string): Promise<Job | undefined>;
  /** Jobs of the workspace, newest first. */
  jobs(filter?: { readonly tag?: string }): AsyncIterable<Job>;
  /** Trials of a sweep, steps of a pipeline. */
  children(name: string): Promise<Job[]>;
  /** Asks for the end of a job; resolves when it was asked, not when the job has ended. */
  cancel(name: string): Promise<void>;
  /** What a job has written to its logs; addresses that can be read for some time. */
  logs(name: string): Promise<LogFile[]>;
  /** All values of a metric that a job logged to MLflow, in order. */
  metricHistory(name: string, metric: string): Promise<MetricPoint[]>;
  /** Names of its datastores that are blob containers, the default one first. */
  datastores(): Promise<string[]>;
  /** Files in a datastore. */
  files(datastore: string): Promise<RemoteFiles>;
  registerModel(model: NewModel): Promise<string>;
  deploy(deployment: NewDeployment): Promise<Endpoint>;
  /** Sends a request to an endpoint, as a smoke test. */
  invoke(endpoint: string, path: string): Promise<{ readonly status: number; readonly text: string }>;
  deploymentLogs(endpoint: string, deployment: string): Promise<string>;
  deleteEndpoint(name: string): Promise<void>;
}

export interface Cluster {
  readonly name: string;
  readonly size: string;
  readonly lowPriority: boolean;
  readonly nodes: { readonly minimum: number; readonly maximum: number; readonly current: number };
  /** Why it cannot have more nodes, in the service's words: quota, capacity. */
  readonly problems: readonly string[];
  /** Of one node, where the region tells. */
  readonly machine?: Machine;
}

export interface Machine {
  readonly cores: number;
  readonly gpus: number;
  readonly memoryGigabytes: number;
  /** US dollars an hour, at list price. */
  readonly price?: number;
}

export interface NewCluster {
  readonly name: string;
  readonly size: string;
  readonly lowPriority: boolean;
  readonly maximumNodes: number;
}

/** A file to upload: its name there, with slashes, and what is in it. */
export interface LocalFile {
  readonly path: string;
  readonly source: { readonly file: string } | { readonly content: string };
  readonly bytes: number;
}

export interface UploadedCode {
  readonly name: string;
  readonly hash: string;
  readonly files: readonly LocalFile[];
}

export type NewEnvironment = {
  readonly name: string;
  readonly version: string;
  /** Of an image that serves: where it listens, and what it answers. */
  readonly serves?: { readonly port: number; readonly ready: string; readonly score: string };
} & ({ readonly image: string } | { readonly context: readonly LocalFile[] });

/** @param sent bytes of this upload so far. */
export type UploadProgress = (sent: number, of: number) => void;

/** In the service's words, from first to last. */
export const JOB_ENDED = ['Completed', 'Failed', 'Canceled'] as const;

export interface Job {
  readonly name: string;
  readonly kind: 'command' | 'sweep' | 'pipeline' | 'other';
  /** NotStarted, Queued, Preparing, Provisioning, Starting, Running, Finalizing, … or one of `JOB_ENDED`. */
  readonly status: string;
  readonly displayName: string;
  readonly experiment: string;
  readonly cluster?: string;
  readonly createdAt?: string;
  readonly createdBy?: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Page in Azure Machine Learning studio. */
  readonly page?: string;
  readonly parent?: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
  /** Why it failed, in the service's words. */
  readonly error?: string;
  /** Why it waits, in the service's words. */
  readonly waiting?: string;
  /** Named folders in datastores that it writes. */
  readonly outputs: Readonly<Record<string, string>>;
}

export const hasEnded = ({ status }: Pick<Job, 'status'>): boolean =>
  (JOB_ENDED as readonly string[]).includes(status);

export interface LogFile {
  /** Such as `user_logs/std_log.txt`. */
  readonly name: string;
  /** Bytes from `from` on; empty where there are no more yet. */
  read(from: number): Promise<Buffer>;
}

export interface MetricPoint {
  readonly value: number;
  readonly step: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
}

export interface RemoteFile {
  readonly path: string;
  readonly bytes: number;
  /** Changes with the content. */
  readonly version: string;
  /** MD5 in base64, where it was given at upload. */
  readonly md5?: string;
}

/** Thrown where a file in a datastore is gone, or another, since it was listed: a job may be writing it. */
export class RemoteFileChanged extends Error {
  override readonly name = 'RemoteFileChanged';

  constructor(path: string) {
    super(`${path} has changed since it was listed`);
  }
}

/** The files of a datastore; paths are relative to it, with slashes. */
export interface RemoteFiles {
  list(folder: string): Promise<RemoteFile[]>;
  /** Uploads what is not there with the same content. @returns how many were. */
  upload(files: readonly LocalFile[], folder: string, progress?: UploadProgress): Promise<number>;
  /**
   * Writes a file whole or not at all; goes on where an earlier try ended.
   * @throws RemoteFileChanged where it is no longer the one that was listed.
   */
  download(file: RemoteFile, target: string): Promise<void>;
  /** Address of a folder for other services of Azure; without a signature. */
  address(folder: string): string;
}

export interface NewModel {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  /** `azureml://datastores/…` of its folder. */
  readonly uri: string;
  readonly job?: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface NewDeployment {
  readonly endpoint: string;
  readonly deployment: string;
  /** ARM ids. */
  readonly model: string;
  readonly environment: string;
  readonly machine: string;
  readonly instances: number;
  readonly tags: Readonly<Record<string, string>>;
}

export interface Endpoint {
  readonly name: string;
  readonly address: string;
}
