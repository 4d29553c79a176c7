import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Fault } from '../../foundation/fault.ts';
import { secretByName } from '../snapshot/secrets.ts';
import type { LocalFile } from '../workspace.ts';
import type { DataUpload } from './submission.ts';

/** What a job reads: a folder, and the file in it that was named, if one was. */
export interface Prepared {
  readonly upload: DataUpload;
  readonly file?: string;
}

/**
 * A folder (or the folder of a file) as it will lie in a datastore: at a place that its content gives, so that the same
 * data is uploaded once, whoever submits, and changed data never meets a job that reads the old.
 * @throws Fault where it is missing or empty.
 */
export async function prepareUpload(what: string, path: string, datastore: string): Promise<Prepared> {
  const found = await stat(path).catch(() => undefined);
  if (!found) {
    throw new Fault(`${what} ${path} does not exist`, {
      place: { file: path },
      remedy: 'Name what is there, or where it lies in a datastore with dataset.azure.',
    });
  }
  const from = found.isDirectory() ? path : dirname(path);
  const files = await filesBelow(from);
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
    ...(found.isFile() && { file: basename(path) }),
  };
}

/** Regular files below a folder, but hidden ones and secrets. */
async function filesBelow(folder: string): Promise<LocalFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter(entry => !entry.isDirectory())
    .map(entry =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter(path => !path.split('/').some(part => part.startsWith('.')) && !secretByName(path))
    .sort();
  const files = await Promise.all(
    paths.map(async (path): Promise<LocalFile | undefined> => {
      const file = join(folder, path);
      const found = await stat(file).catch(() => undefined);
      return found?.isFile() ? { path, source: { file }, bytes: found.size } : undefined;
    }),
  );
  return files.filter(file => file !== undefined);
}

async function contentHash({ source }: LocalFile): Promise<string> {
  const hash = createHash('sha256');
  if ('file' in source) await pipeline(createReadStream(source.file), hash);
  return hash.digest('hex');
}

const safe = (name: string): string => name.replaceAll(/[^\w.-]+/g, '-') || 'data';
