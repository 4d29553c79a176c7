import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { formatResolved } from '../../config/format-resolved.ts';
import { type Configuration, configurationSchema } from '../../config/schema/configuration.ts';
import { type Manifest, manifestSchema } from '../../contracts/run.ts';
import { writeFileAtomically } from '../../foundation/atomic-file.ts';
import { Fault } from '../../foundation/fault.ts';
import { insideFolder } from '../../foundation/inside-folder.ts';
import { RUN_FILES, writeManifest } from '../../runs/run-folder.ts';
import { inParallel } from '../connection/in-parallel.ts';
import { type AzureWorkspace, type RemoteFile, RemoteFileChanged } from '../workspace.ts';
import { INCOMING, resultsOf } from './job-results.ts';
import { isPathTable, withLocalPaths } from './local-paths.ts';
import { openJobRun } from './run-record.ts';

export interface DownloadOptions {
  readonly signal?: AbortSignal;
  onProgress?(done: number, of: number): void;
  /** Only what a prediction needs, and what the run panel shows. */
  readonly withoutCheckpoints?: boolean;
}

/** Files of the job that the local run has its own of, brought together with them. */
const JOINED: ReadonlySet<string> = new Set([RUN_FILES.manifest, RUN_FILES.configuration]);
/**
 * Settings, of the run or of one within it; file systems that know no case take them under other names too. They never
 * lie in a run as they come: their plugins would be run.
 */
const isSettings = (name: string): boolean => basename(name).toLowerCase() === RUN_FILES.configuration;
/** Which version of each file is here, so that a later download brings only what changed. */
const STATE_FILE = 'azure-download.json';

/**
 * Brings the results of a job into the local folder of its run, which then is like that of a run made here. What is here
 * already is not brought again; a file is whole or not there.
 * @returns the number of files that were brought.
 * @throws Fault where the job has written nothing yet.
 */
export async function downloadJob(
  workspace: AzureWorkspace,
  folder: string,
  { signal, onProgress, withoutCheckpoints = false }: DownloadOptions = {},
): Promise<number> {
  const { azure, status } = await openJobRun(folder);
  const results = await resultsOf(workspace, azure);
  if (!results?.found.some(({ path }) => path === `${results.base}/${RUN_FILES.manifest}`)) {
    throw new Fault(`the job ${azure.job} has written no results yet`, {
      place: { file: folder },
      remedy: 'They are there after its first checkpoint: `innereye azure watch` shows how far it is.',
    });
  }
  const { files, base, found } = results;
  const state = await readState(folder);
  const wanted = found.filter(({ path }) => !withoutCheckpoints || !isOldCheckpoint(path));
  const missing: (RemoteFile & { readonly name: string; readonly target: string })[] = [];
  for (const file of wanted) {
    const name = file.path.slice(base.length + 1);
    const isJoined = JOINED.has(name) || isSettings(name) || isPathTable(name);
    const target = insideFolder(folder, isJoined ? `${INCOMING}/${name}` : name);
    // Names come from outside.
    if (target === undefined) continue;
    // A watcher may have heard more than the job has kept.
    if (name === RUN_FILES.events && status === 'running' && existsSync(target)) continue;
    const size = (await stat(target).catch(() => undefined))?.size;
    if (state[name] !== file.version || size !== file.bytes) missing.push({ ...file, name, target });
  }
  let done = 0;
  const total = missing.reduce((sum, { bytes }) => sum + bytes, 0);
  try {
    await inParallel(missing, 4, async file => {
      signal?.throwIfAborted();
      try {
        await files.download(file, file.target);
        state[file.name] = file.version;
      } catch (error) {
        // A job that is at work writes on; what it needs is there in another version.
        if (!(error instanceof RemoteFileChanged) || JOINED.has(file.name)) throw error;
      }
      done += file.bytes;
      onProgress?.(done, total);
    });
  } finally {
    await writeFileAtomically(join(folder, STATE_FILE), `${JSON.stringify(state, null, 1)}\n`);
  }
  await joinWithLocal(folder);
  return missing.length;
}

const isOldCheckpoint = (path: string): boolean => /\/checkpoints\/step-\d+\.safetensors$/.test(path);

async function readState(folder: string): Promise<Record<string, string>> {
  try {
    return JSON.parse(await readFile(join(folder, STATE_FILE), 'utf8'));
  } catch {
    return {};
  }
}

/**
 * Manifest and settings: what the job found out, with the names and places of this machine. Plugins are those of this
 * machine alone: of a job that somebody else submitted there are none, until the user names them in the settings.
 */
async function joinWithLocal(folder: string): Promise<void> {
  const incoming = join(folder, INCOMING);
  const remote = manifestSchema.parse(JSON.parse(await readFile(join(incoming, RUN_FILES.manifest), 'utf8')));
  const { manifest: local } = await openJobRun(folder);
  const isForeign = local.configuration.hash === '';
  const joined: Manifest = {
    ...remote,
    id: local.id,
    startedAt: local.startedAt,
    process: local.process,
    status: local.status,
    configuration: isForeign ? remote.configuration : local.configuration,
    tags: { ...remote.tags, ...local.tags },
    ...(local.git && { git: local.git }),
    ...(local.parent !== undefined && { parent: local.parent }),
    ...(local.azure && { azure: { ...local.azure, broughtAt: new Date().toISOString() } }),
  };
  await writeManifest(folder, joined);

  const file = join(folder, RUN_FILES.configuration);
  const there = await readSettings(join(incoming, RUN_FILES.configuration));
  const here = await readSettings(file).catch(() => undefined);
  await writeFileAtomically(file, formatResolved(here ? withPlaces(there, here) : { ...there, plugins: [] }));
  const dataset = here?.dataset.path;
  const brought = (await readdir(incoming, { recursive: true })).map(slashes);
  for (const path of brought.filter(path => path.includes('/') && isSettings(path))) {
    const within = { ...(await readSettings(join(incoming, path))), plugins: here?.plugins ?? [] };
    await writeFileAtomically(join(folder, path), formatResolved(within));
  }
  for (const path of brought.filter(isPathTable)) {
    const table = await readFile(join(incoming, path), 'utf8');
    const local = dataset === undefined ? table : withLocalPaths(table, dataset);
    await writeFileAtomically(join(folder, path), local);
  }
  await rm(incoming, { recursive: true, force: true });
}

const slashes = (path: string): string => path.replaceAll('\\', '/');

const readSettings = async (file: string): Promise<Configuration> =>
  configurationSchema.parse(parse(await readFile(file, 'utf8')));

/** The job's settings, with files where they lie on this machine. */
function withPlaces(there: Configuration, here: Configuration): Configuration {
  const { path: _, ...dataset } = there.dataset;
  const { initial_weights: __, ...training } = there.training;
  const { initial_weights } = here.training;
  return {
    ...there,
    dataset: {
      ...dataset,
      ...(here.dataset.path !== undefined && { path: here.dataset.path }),
      splits: here.dataset.splits,
    },
    training: { ...training, ...(initial_weights !== undefined && { initial_weights }) },
    plugins: here.plugins,
  } as Configuration;
}
