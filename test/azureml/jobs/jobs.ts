import type { RunStore } from '../mlflow/run-store.ts';
import { userError } from '../service-error.ts';
import { artifactFolder } from './attempt.ts';
import { checkCommand, checkSweep } from './check-job.ts';
import { Job, type JobProperties } from './job.ts';
import { checkPipeline, runPipeline } from './pipeline.ts';
import { type Execution, runCommand } from './run-command.ts';
import { runSweep } from './sweep.ts';

const VALID_NAME = /^[a-zA-Z0-9][a-zA-Z0-9\-_]{0,254}$/;
/** What can be changed of a job that is there. */
const CHANGEABLE = ['description', 'displayName', 'tags', 'isArchived', 'properties', 'services', 'status'];

/** The jobs of the workspace: taken, run, cancelled, remembered. */
export class Jobs {
  readonly #jobs = new Map<string, Job>();

  constructor(
    readonly runs: RunStore,
    readonly context: Execution,
  ) {}

  /** All jobs, those of sweeps and pipelines among them, newest first. */
  get all(): Job[] {
    return [...this.#jobs.values()].reverse();
  }

  get(name: string): Job | undefined {
    return this.#jobs.get(name);
  }

  require(name: string): Job {
    const job = this.#jobs.get(name);
    if (!job) throw userError(`Job ${name} was not found. (Run does not exist.)`, 'NotFound', 404);
    return job;
  }

  /** A new job begins; the same request again, as after a lost answer, changes nothing; of an old one a few things can be changed. */
  put(name: string, given: JobProperties, by: string): { job: Job; isNew: boolean } {
    if (!VALID_NAME.test(name))
      throw userError(
        `The job name '${name}' is invalid: letters, digits, '-' and '_', beginning with a letter or digit, at most 255.`,
      );
    const request = fingerprint(given);
    const before = this.#jobs.get(name);
    if (before) {
      if (before.request !== request)
        throw userError(
          `A job with this name already exists. If you are trying to create a new job, use a different name. If you are trying to update an existing job, only description, displayName, tags and isArchived can be updated.`,
        );
      before.properties = {
        ...before.properties,
        ...Object.fromEntries(
          Object.entries(given).filter(([key]) =>
            ['description', 'displayName', 'tags', 'isArchived'].includes(key),
          ),
        ),
      };
      return { job: before, isNew: false };
    }
    const begin = this.#checked(given);
    const job = this.#make(name, given, request, undefined, by);
    begin(job).catch(error => job.become('Failed', { code: 'SystemError', message: String(error) }));
    return { job, isNew: true };
  }

  /** Checks what was asked for before anything of it is there, and gives what begins it. */
  #checked(given: JobProperties): (job: Job) => Promise<void> {
    const { store, blobs } = this.context;
    const makeChild = (parent: Job, name: string, properties: JobProperties): Job =>
      this.#make(name, properties, '', parent, parent.by);
    if (given.jobType === 'Command') {
      checkCommand(given, store, blobs);
      return job => runCommand(job, this.context);
    }
    if (given.jobType === 'Sweep') {
      const space = checkSweep(given, store, blobs);
      return job => runSweep(job, space, this.runs, makeChild, this.context);
    }
    checkPipeline(given, store, blobs);
    return job => runPipeline(job, this.runs, makeChild, this.context);
  }

  #make(name: string, given: JobProperties, request: string, parent: Job | undefined, by: string): Job {
    const experimentName = given.experimentName || 'Default';
    const experiment = this.runs.experimentNamed(experimentName) ?? this.runs.addExperiment(experimentName);
    const displayName = given.displayName || name;
    const run = this.runs.addRun(experiment, { id: name, name: displayName, status: 'SCHEDULED' });
    for (const [key, value] of Object.entries(given.tags ?? {})) run.tags.set(key, value);
    if (parent) run.tags.set('mlflow.parentRunId', parent.name);
    const job = new Job(
      name,
      { ...given, experimentName, displayName, outputs: outputsOf(name, given) },
      request,
      run,
      parent,
      by,
    );
    this.#jobs.set(name, job);
    // For paths that name a job's output.
    this.context.store.put(`/jobs/${name}`, { properties: { outputs: job.properties.outputs } }, by);
    return job;
  }

  /** Forgets a job that has ended, with its trials or steps; its blobs stay, as they do in the service. */
  delete(name: string): void {
    const job = this.require(name);
    if (!job.hasEnded)
      throw userError(
        `The job ${name} is ${job.status}: only a job that has ended can be deleted.`,
        'Conflict',
        409,
      );
    for (const { name } of [job, ...job.children]) this.#jobs.delete(name);
  }

  /** Ends all that runs, and waits for it. */
  async close(): Promise<void> {
    const running = this.all.filter(job => !job.hasEnded);
    for (const job of running) job.requestCancel();
    await Promise.all(running.map(job => job.finished));
  }
}

/** Where each output goes, with the one that every job has: logs and the folder `outputs`. */
function outputsOf(job: string, { outputs, jobType }: JobProperties): NonNullable<JobProperties['outputs']> {
  const named = Object.entries(outputs ?? {}).map(([name, output]) => {
    const words: Record<string, string> = {
      name: job,
      output_name: name,
      default_datastore: 'workspaceblobstore',
    };
    const uri = output?.uri
      ? output.uri.replace(/\$\{\{(\w+)\}\}/g, (all, word: string) => words[word] ?? all)
      : `azureml://datastores/workspaceblobstore/paths/azureml/${job}/${name}/`;
    // Of a sweep each trial has outputs of its own.
    const own = jobType === 'Sweep' ? (output?.uri ?? null) : uri;
    return [name, { jobOutputType: 'uri_folder', mode: 'ReadWriteMount', ...output, uri: own }];
  });
  const uri = `azureml://datastores/workspaceartifactstore/${artifactFolder(job)}`;
  return Object.fromEntries([
    ...named,
    ['default', { jobOutputType: 'uri_folder', mode: 'ReadWriteMount', uri }],
  ]);
}

/** A request without what can be changed later, in one order. */
function fingerprint(properties: JobProperties): string {
  const kept = Object.entries(properties).filter(
    ([key, value]) => !CHANGEABLE.includes(key) && value !== null,
  );
  return JSON.stringify(sorted(Object.fromEntries(kept)));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
