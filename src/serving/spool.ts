import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { asWriteFault } from '../foundation/file-fault.ts';
import { makeFolder } from '../foundation/folder.ts';
import { isRunning, type ProcessIdentity, thisProcess } from '../foundation/process-identity.ts';
import { ServiceError } from './service-error.ts';

const PREFIX = 'innereye-serve-';
/** Says whose a spool is. */
const OWNER = '.owner';

/** Where scans and results lie as long as the service needs them; for nobody else to read. */
export class Spool {
  private constructor(readonly folder: string) {}

  /**
   * A new spool; those of services that were killed are removed.
   * @param parent default: the system's folder for temporary files.
   */
  static async create(parent: string = tmpdir()): Promise<Spool> {
    await makeFolder(parent);
    await removeAbandoned(parent);
    try {
      const folder = await mkdtemp(join(parent, PREFIX));
      await writeFile(join(folder, OWNER), JSON.stringify(thisProcess()), { mode: 0o600 });
      return new Spool(folder);
    } catch (error) {
      throw asWriteFault(error, join(parent, PREFIX));
    }
  }

  /** The folder of a job. @param id made by the service, never by a client. */
  folderOf(id: string): string {
    return join(this.folder, id);
  }

  /**
   * Receives a scan. @returns its file. @throws ServiceError 413 where it is too large, 408 where the client goes; nothing
   * is left then.
   */
  async receive(id: string, body: Readable, limit: number): Promise<string> {
    const folder = this.folderOf(id);
    const file = join(folder, 'input');
    try {
      await mkdir(folder, { mode: 0o700 });
      await pipeline(body, bounded(limit), createWriteStream(file, { flags: 'wx', mode: 0o600 }));
      return file;
    } catch (error) {
      await this.remove(id);
      throw error instanceof ServiceError ? error : asAnswer(error);
    }
  }

  /** Removes the scan and whatever else lies with a result: patients' images are not kept longer than needed. */
  async keepOnly(id: string, file: string): Promise<void> {
    const folder = this.folderOf(id);
    for (const name of await readdir(folder)) {
      if (name !== basename(file)) await rm(join(folder, name), { recursive: true, force: true });
    }
  }

  async remove(id: string): Promise<void> {
    await rm(this.folderOf(id), { recursive: true, force: true });
  }

  async removeAll(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Patients' scans do not stay on the disk where their service had no time to remove them. */
async function removeAbandoned(parent: string): Promise<void> {
  for (const entry of await readdir(parent, { withFileTypes: true })) {
    if (!entry.isDirectory() || !entry.name.startsWith(PREFIX)) continue;
    const folder = join(parent, entry.name);
    const owner = await ownerOf(folder);
    // Another user's cannot be read, and need not be.
    if (owner && isRunning(owner) === false)
      await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}

async function ownerOf(folder: string): Promise<ProcessIdentity | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, OWNER), 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}

/** Hands on what comes, up to a number of bytes. */
const bounded = (limit: number) =>
  async function* (chunks: AsyncIterable<Buffer>) {
    let bytes = 0;
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > limit) throw new ServiceError(413);
      yield chunk;
    }
  };

function asAnswer(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new ServiceError(503, 'The disk of the service is full.');
  if (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE') return new ServiceError(408);
  return error;
}
