import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import type { ResolvedConfiguration } from '../../config/load-configuration.ts';
import type { AzureSettings } from '../../config/schema/azure.ts';
import { azureSchema } from '../../config/schema/azure.ts';
import { Fault, type Place } from '../../foundation/fault.ts';
import { version } from '../../foundation/version.ts';
import { RUN_FILES } from '../../runs/run-folder.ts';
import { hoursOf } from '../jobs/duration.ts';
import { imageEnvironment } from '../jobs/environment.ts';
import type { JobProperties } from '../jobs/job-properties.ts';
import type { CommandComponent } from '../jobs/pipeline-job.ts';
import { jobTags, type Source } from '../jobs/tags.ts';
import { type TrainingJob, trainingJob } from '../jobs/training-job.ts';
import { placeOfSettings } from '../local/place-of-settings.ts';
import { clusterId, codeId, datastoreUri, environmentId } from '../resource-ids.ts';
import { codeHash } from '../snapshot/code-hash.ts';
import { JOB_CONFIGURATION, JOB_SPLITS, jobConfiguration } from '../snapshot/job-configuration.ts';
import { holdsSecret, pluginFiles } from '../snapshot/plugin-files.ts';
import { secretInText } from '../snapshot/secrets.ts';
import { filesOfFolder, type LeftOut } from '../snapshot/snapshot-files.ts';
import type { LocalFile, NewEnvironment } from '../workspace.ts';
import { type Prepared, prepareUpload } from './data-upload.ts';
import type { Submission } from './submission.ts';
import { filesOfTable } from './table-files.ts';

/** What a submission is made of beside the configuration. */
export interface SubmissionContext {
  /** Name of the job. */
  readonly name: string;
  /** Of the local folder of the run. */
  readonly run: string;
  readonly user: string;
  readonly commandLine: string;
  readonly source?: Source | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly maxMinutes?: number | undefined;
  /** The image of this program, where the configuration names none. */
  environment(): Promise<NewEnvironment>;
  /** What the job is, of what a single training would be; default: that. */
  readonly shape?: ((job: TrainingJob, settings: AzureSettings) => Shape) | undefined;
}

/** A job, and the components that its steps are. */
export interface Shape {
  readonly job: JobProperties;
  readonly components?: readonly CommandComponent[];
  readonly trainings: number;
  /** Trainings at a time. */
  readonly parallel: number;
}

/**
 * Decides everything about a submission: reads files of this machine and sends nothing.
 * @throws Fault where something is missing, or a secret would leave this machine.
 */
export async function planSubmission(
  configuration: ResolvedConfiguration,
  context: SubmissionContext,
): Promise<Submission> {
  const { settings } = configuration;
  const azure = settings.azure ?? azureSchema.parse({});
  const place = placeOfSettings(settings.azure);
  const cluster = azure.cluster;
  if (cluster === undefined) {
    throw new Fault('the cluster is not known: azure.cluster is missing', {
      place: { file: configuration.file, setting: 'azure' },
      remedy: 'Name one of `innereye azure clusters`, or make one with `innereye azure create-cluster`.',
    });
  }
  requireSpreadable(configuration, azure, context.shape !== undefined);
  const variables = withoutSecrets('environment variable', azure.environment_variables, {
    file: configuration.file,
    setting: 'azure.environment_variables',
  });
  const { files, leftOut } = await codeOf(configuration, azure);
  const hash = await codeHash(files, contentOf);
  const code = { name: `innereye-${hash.slice(0, 32)}`, hash, files };
  const environment = azure.image === undefined ? await context.environment() : imageEnvironment(azure.image);
  const data = await dataOf(configuration, azure);
  const begin = await weightsOf(settings.training.initial_weights, azure);
  const results = datastoreUri(azure.datastore, `innereye/runs/${context.name}`);
  const model = settings.name ?? 'model';
  const tags = withoutSecrets(
    'tag',
    jobTags({
      ...context,
      model,
      version,
      seed: settings.training.seed,
      own: { ...settings.tags, ...azure.tags, ...context.tags },
    }),
    {},
  );
  const job: TrainingJob = {
    displayName: azure.display_name ?? model,
    experiment: experimentName(azure.experiment ?? context.source?.branch ?? model),
    description: settings.description,
    tags,
    clusterId: clusterId(place, cluster),
    codeId: codeId(place, code.name),
    environmentId: environmentId(place, environment.name, environment.version),
    environmentVariables: variables,
    nodes: azure.nodes,
    sharedMemory: azure.shared_memory,
    timeLimit: azure.time_limit,
    dataset: { ...data.input, access: azure.data_access },
    initialWeights: begin && { uri: uriOf(begin), file: begin.file },
    results: `${results}/`,
    maxMinutes: context.maxMinutes,
  };
  return {
    place,
    name: context.name,
    cluster,
    lowPriority: azure.low_priority,
    code,
    leftOut: [...leftOut, ...data.leftOut],
    environment,
    uploads: [data.upload, begin?.upload].filter(upload => upload !== undefined),
    results,
    hours: azure.time_limit === undefined ? undefined : hoursOf(azure.time_limit),
    nodes: azure.nodes,
    ...(context.shape?.(job, azure) ?? { job: trainingJob(job), trainings: 1, parallel: 1 }),
  };
}

/**
 * One training may be spread over nodes that share its batches.
 * @param many where the job is of several trainings
 */
function requireSpreadable(
  { settings: { training }, file }: ResolvedConfiguration,
  { nodes }: AzureSettings,
  many: boolean,
): void {
  if (nodes === 1) return;
  const place = { file, setting: 'azure.nodes' };
  if (many) {
    throw new Fault(`the trainings of one job cannot each be spread over ${nodes} nodes`, {
      place,
      remedy:
        'Set azure.nodes to 1: folds and trials are side by side on nodes of their own (azure.parallel_jobs).',
    });
  }
  const devices = nodes * training.devices;
  if (training.batch_size % devices === 0) return;
  throw new Fault(
    `a batch of ${training.batch_size} cannot be divided equally among ${devices} devices of ${nodes} nodes`,
    {
      place,
      remedy: `Make training.batch_size a multiple of ${devices}, or take other numbers of nodes or devices.`,
    },
  );
}

const uriOf = ({ upload }: Prepared): string => datastoreUri(upload.datastore, upload.folder);

async function codeOf(
  { settings, file }: ResolvedConfiguration,
  { code }: AzureSettings,
): Promise<{ files: LocalFile[]; leftOut: readonly LeftOut[] }> {
  const needed = await pluginFiles(settings.plugins);
  const folder = code === undefined ? needed.folder : resolve(dirname(file), code);
  const data = settings.dataset.path === undefined ? [] : [settings.dataset.path];
  const found = code === undefined ? { files: needed.files, leftOut: [] } : await filesOfFolder(folder, data);
  const taken = new Set(found.files.map(({ path }) => path));
  for (const { path } of needed.files) {
    const inCode = relative(folder, join(needed.folder, path)).replaceAll('\\', '/');
    if (taken.has(inCode)) continue;
    throw new Fault('the plugin, or a module that it imports, is not among the files of the job', {
      place: { file: join(needed.folder, path), setting: 'azure.code' },
      remedy: 'Let azure.code name a folder that holds it, and .amlignore leave it in.',
    });
  }
  const made = [text(JOB_CONFIGURATION, jobConfiguration(settings, folder))];
  const { file: splits } = settings.dataset.splits;
  if (splits !== undefined) made.push(text(JOB_SPLITS, await readFile(splits, 'utf8')));
  for (const { path, source } of made) {
    const secret = 'content' in source ? secretInText(source.content) : undefined;
    if (secret) throw holdsSecret(path === JOB_SPLITS ? splits! : file, { what: secret.what });
  }
  return {
    files: [...found.files.filter(({ path }) => !made.some(own => own.path === path)), ...made],
    leftOut: found.leftOut,
  };
}

/** Of a run its best weights alone: its predictions are patients' data, and of no use to the job. */
async function weightsOf(
  weights: string | undefined,
  { datastore }: AzureSettings,
): Promise<Prepared | undefined> {
  if (weights === undefined) return undefined;
  const best = join(weights, RUN_FILES.best);
  const only = existsSync(best) ? [best] : undefined;
  return prepareUpload('the weights', weights, datastore, only);
}

async function dataOf({ settings }: ResolvedConfiguration, azure: AzureSettings) {
  const { dataset } = settings;
  if (dataset.azure) {
    const { datastore, path } = dataset.azure;
    const folder = path.replace(/^\/+|\/+$/g, '');
    const isFile = folder.endsWith('.csv');
    const at = isFile ? folder.split('/').slice(0, -1).join('/') : folder;
    return {
      input: { uri: datastoreUri(datastore, at), ...(isFile && { file: folder.split('/').at(-1) }) },
      upload: undefined,
      leftOut: [],
    };
  }
  const path = dataset.path!;
  const isTable = (await stat(path).catch(() => undefined))?.isFile();
  const named = isTable ? await filesOfTable(path, settings) : undefined;
  const prepared = await prepareUpload('the data set', path, azure.datastore, named);
  return {
    input: { uri: uriOf(prepared), file: prepared.file },
    upload: prepared.upload,
    leftOut: prepared.leftOut,
  };
}

/** Variables and tags of a job can be read by everyone who sees the workspace. */
function withoutSecrets(
  what: string,
  values: Readonly<Record<string, string>>,
  place: Place,
): Record<string, string> {
  for (const [name, value] of Object.entries(values)) {
    const found = secretInText(`${name}=${value}`);
    if (!found) continue;
    throw new Fault(`the ${what} ${name} looks like ${found.what}`, {
      place,
      remedy: `Take it out: everyone who sees the workspace can read every ${what} of a job.`,
    });
  }
  return { ...values };
}

/** The service takes letters, digits, dashes and underscores. */
const experimentName = (name: string): string => name.replaceAll(/[^\w-]+/g, '_').slice(0, 255) || 'innereye';

const text = (path: string, content: string): LocalFile => ({
  path,
  source: { content },
  bytes: Buffer.byteLength(content),
});

const contentOf = async ({ source }: LocalFile): Promise<Uint8Array> =>
  'content' in source ? Buffer.from(source.content) : readFile(source.file);
