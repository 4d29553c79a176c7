import type { JobProperties } from '../jobs/job-properties.ts';
import type { CommandComponent } from '../jobs/pipeline-job.ts';
import type { LeftOut } from '../snapshot/snapshot-files.ts';
import type { LocalFile, NewEnvironment, UploadedCode, WorkspacePlace } from '../workspace.ts';

/** All that a submission will do, decided before the first request. */
export interface Submission {
  readonly place: WorkspacePlace;
  /** Name of the job. */
  readonly name: string;
  readonly cluster: string;
  /** What the cluster's nodes must be. */
  readonly lowPriority?: boolean | undefined;
  readonly code: UploadedCode;
  /** What the job does not get of the code's folder. */
  readonly leftOut: readonly LeftOut[];
  readonly environment: NewEnvironment;
  /** Local files that the job needs as inputs. */
  readonly uploads: readonly DataUpload[];
  /** What the steps of the job are, if it is a pipeline. */
  readonly components?: readonly CommandComponent[];
  readonly job: JobProperties;
  /** `azureml://datastores/…` of the folder that gets the run. */
  readonly results: string;
  /** Of one training: for how long its nodes are paid for at most, in hours. */
  readonly hours?: number | undefined;
  /** Of one training. */
  readonly nodes: number;
  readonly trainings: number;
  /** Trainings at a time. */
  readonly parallel: number;
}

export interface DataUpload {
  readonly what: string;
  /** Folder on this machine. */
  readonly from: string;
  readonly datastore: string;
  readonly folder: string;
  readonly files: readonly LocalFile[];
}

export const bytesOf = (files: readonly LocalFile[]): number =>
  files.reduce((sum, { bytes }) => sum + bytes, 0);
