import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Fault } from '../../foundation/fault.ts';
import { secretByName } from '../snapshot/secrets.ts';
import type { LeftOut } from '../snapshot/snapshot-files.ts';
import type { LocalFile } from '../workspace.ts';
import type { DataUpload } from './submission.ts';

/** What a job reads: a folder, and the file in it that was named, if one was. */
export interface Prepared {
  readonly upload: DataUpload;
  /** What of the folder does not go up, and why. */
  readonly leftOut: readonly LeftOut[];
  readonly file?: string;
}

/**
 * A folder (or the folder of a file) as it will lie in a datastore: at a place that its content gives, so that the same
 * data is uploaded once, whoever submits, and changed data never meets a job that reads the old.
 * @param only the files in the folder that go up, absolute; default: all of them, or the one that is named
 * @throws Fault where it is missing or empty.
 */
export async function prepareUpload(
  what: string,
  path: string,
  datastore: string,
  only?: readonly string[],
): Promise<Prepared> {
  const found = await stat(path).catch(() => undefined);
  if (!found) {
    throw new Fault(`${what} ${path} does not exist`, {
      place: { file: path },
      remedy: 'Name what is there, or where it lies in a datastore with dataset.azure.',
    });
  }
  const from = found.isDirectory() ? path : dirname(path);
  const chosen = only ?? (found.isFile() ? [path] : undefined);
  const { files, leftOut } = await localFiles(
    from,
    chosen ? relativePaths(from, chosen) : await pathsBelow(from),
  );
  if (files.length === 0) {
    throw new Fault(`${what} ${from} holds no files`, {
      place: { file: from },
      remedy: 'Name another folder.',
    });
  }
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file.path}\0${file.bytes}\0${await contentHash(file)}\n`);
  const folder = `innereye/data/${safe(basename(from))}-${hash.digest('hex').slice(0, 16)}`;
  return {
    upload: { what, from, datastore, folder, files },
    leftOut,
    ...(found.isFile() && { file: basename(path) }),
  };
}

/** All files below a folder but hidden ones, which are none of the data, relative and with slashes. */
async function pathsBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter(entry => !entry.isDirectory());
  return relativePaths(
    folder,
    files.map(entry => join(entry.parentPath, entry.name)),
  ).filter(path => !path.split('/').some(part => part.startsWith('.')));
}

const relativePaths = (folder: string, files: readonly string[]): string[] =>
  [...new Set(files.map(file => relative(folder, file).replaceAll('\\', '/')))].sort();

/**
 * Files of a folder to be uploaded, and what is left out of them: secrets, and what is no regular file.
 * @throws Fault where a link leads to a folder or nowhere: what it stands for would be missing in the job.
 */
async function localFiles(
  folder: string,
  paths: readonly string[],
): Promise<{ files: LocalFile[]; leftOut: LeftOut[] }> {
  const files: LocalFile[] = [];
  const leftOut: LeftOut[] = [];
  for (const path of paths) {
    const file = join(folder, path);
    const found = await stat(file).catch(() => undefined);
    if (!found || found.isDirectory()) {
      throw new Fault(found ? 'a link to a folder is not uploaded' : 'a link leads nowhere', {
        place: { file },
        remedy: 'Put the folder or file itself there, or take the link away.',
      });
    }
    const why = secretByName(path) ?? (found.isFile() ? undefined : 'it is no regular file');
    if (why === undefined) files.push({ path, source: { file }, bytes: found.size });
    else leftOut.push({ path: file, why });
  }
  return { files, leftOut };
}

async function contentHash({ source }: LocalFile): Promise<string> {
  const hash = createHash('sha256');
  if ('file' in source) await pipeline(createReadStream(source.file), hash);
  return hash.digest('hex');
}

const safe = (name: string): string => name.replaceAll(/[^\w.-]+/g, '-') || 'data';
