import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ServiceError } from './service-error.ts';

/** Where scans and results lie as long as the service needs them; for nobody else to read. */
export class Spool {
  private constructor(readonly folder: string) {}

  /** @param parent default: the system's folder for temporary files. */
  static async create(parent: string = tmpdir()): Promise<Spool> {
    await mkdir(parent, { recursive: true });
    return new Spool(await mkdtemp(join(parent, 'innereye-serve-')));
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
