import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from '../../contracts/run.ts';
import { parseDatastoreUri } from '../resource-ids.ts';
import { type AzureWorkspace, type RemoteFile, RemoteFileChanged, type RemoteFiles } from '../workspace.ts';
import { openJobRun } from './run-record.ts';

/** Where files of a job lie in the local folder of its run until they are brought together with those there. */
export const INCOMING = '.azure-incoming';

export interface JobResults {
  readonly files: RemoteFiles;
  /** Folder of the run in the datastore. */
  readonly base: string;
  readonly found: readonly RemoteFile[];
}

/** What a job keeps of its run in the datastore; undefined where the datastore is not known. */
export async function resultsOf(
  workspace: AzureWorkspace,
  { results, job }: NonNullable<Manifest['azure']>,
): Promise<JobResults | undefined> {
  const place = results === undefined ? undefined : parseDatastoreUri(results);
  if (!place) return undefined;
  const files = await workspace.files(place.datastore);
  const base = `${place.path}/${job}`;
  return { files, base, found: await files.list(base) };
}

/** Times that a file is looked for again which the job writes in the same moment. */
const TRIES = 10;

/** The text of a file among a job's results; undefined where it is not there (yet). */
export async function fetchResult(
  workspace: AzureWorkspace,
  folder: string,
  name: string,
): Promise<string | undefined> {
  const { azure } = await openJobRun(folder);
  const target = join(folder, INCOMING, `read-${name}`);
  for (let tries = 1; ; tries++) {
    const results = await resultsOf(workspace, azure);
    const file = results?.found.find(({ path }) => path === `${results.base}/${name}`);
    if (!results || !file) return undefined;
    try {
      await results.files.download(file, target);
      return await readFile(target, 'utf8');
    } catch (error) {
      if (!(error instanceof RemoteFileChanged) || tries === TRIES) throw error;
    } finally {
      await rm(target, { force: true });
    }
  }
}
