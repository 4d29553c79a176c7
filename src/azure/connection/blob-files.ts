import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import {
  AnonymousCredential,
  BlobClient,
  ContainerClient,
  type StoragePipelineOptions,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { Fault } from '../../foundation/fault.ts';
import { asWriteFault } from '../../foundation/file-fault.ts';
import { makeFolder } from '../../foundation/folder.ts';
import {
  type LocalFile,
  type RemoteFile,
  RemoteFileChanged,
  type RemoteFiles,
  type UploadProgress,
} from '../workspace.ts';
import { type Connection, clientOptions } from './connection.ts';
import { inParallel } from './in-parallel.ts';
import type { BlobContainer, BlobSecret } from './resources/datastores.ts';
import { asServiceFault } from './service-faults.ts';
import { requireTrusted } from './trusted-hosts.ts';

/** Files at a time, and blocks of one at a time. */
const PARALLEL_FILES = 4;
const PARALLEL_BLOCKS = 4;
const BLOCK_BYTES = 8 * 2 ** 20;
const BLOB_TRIES = 7;
/** What is answered where a blob is gone, shorter, or another by now. */
const CHANGED = [404, 412, 416];

/** The blobs of a container as files. */
export class BlobFiles implements RemoteFiles {
  constructor(
    private readonly container: ContainerClient,
    private readonly connection: Connection,
  ) {}

  /** The container of a datastore, opened by its secret or by who the user is. */
  static ofDatastore(blobs: BlobContainer, secret: BlobSecret, connection: Connection): BlobFiles {
    const options = blobOptions(connection);
    const address = `${accountAddress(blobs)}/${blobs.container}`;
    if (secret.kind === 'key') {
      const key = new StorageSharedKeyCredential(blobs.account, secret.value);
      return new BlobFiles(new ContainerClient(address, key, options), connection);
    }
    if (secret.kind === 'signature') {
      const signed = `${address}?${secret.value.replace(/^\?/, '')}`;
      return new BlobFiles(new ContainerClient(signed, new AnonymousCredential(), options), connection);
    }
    requireTrusted(address, connection.place);
    return new BlobFiles(new ContainerClient(address, connection.credential, options), connection);
  }

  /** The container of a folder's signed address, and the folder in it. */
  static ofSignedFolder(address: string, connection: Connection): { files: BlobFiles; folder: string } {
    const blob = new BlobClient(address, new AnonymousCredential(), blobOptions(connection));
    const { search } = new URL(address);
    const container = `${blob.url.split('?')[0]!.slice(0, -encodedPath(blob.name).length - 1)}${search}`;
    const client = new ContainerClient(container, new AnonymousCredential(), blobOptions(connection));
    return { files: new BlobFiles(client, connection), folder: blob.name };
  }

  async list(folder: string): Promise<RemoteFile[]> {
    const found: RemoteFile[] = [];
    const prefix = folder === '' ? '' : `${folder.replace(/\/+$/, '')}/`;
    await this.#call(async () => {
      for await (const { name, properties } of this.container.listBlobsFlat({ prefix })) {
        const md5 = properties.contentMD5 && Buffer.from(properties.contentMD5).toString('base64');
        // Mounts make empty blobs for folders.
        if (name.endsWith('/')) continue;
        found.push({
          path: name,
          bytes: properties.contentLength ?? 0,
          version: properties.etag,
          ...(md5 && { md5 }),
        });
      }
    });
    return found;
  }

  async upload(files: readonly LocalFile[], folder: string, progress?: UploadProgress): Promise<number> {
    const there = new Map((await this.list(folder)).map(file => [file.path, file]));
    const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    let sent = 0;
    let uploaded = 0;
    await inParallel(files, PARALLEL_FILES, async file => {
      const path = `${folder}/${file.path}`;
      const md5 = await hashOf(file, 'md5');
      if (there.get(path)?.md5 !== md5.toString('base64')) {
        await this.#call(() => this.#put(path, file, md5));
        uploaded++;
      }
      sent += file.bytes;
      progress?.(sent, total);
    });
    return uploaded;
  }

  async #put(path: string, { source, bytes }: LocalFile, md5: Buffer): Promise<void> {
    const blob = this.container.getBlockBlobClient(path);
    const blobHTTPHeaders = { blobContentMD5: md5 };
    if ('content' in source) {
      await blob.upload(source.content, Buffer.byteLength(source.content), { blobHTTPHeaders });
      return;
    }
    const blockSize = Math.max(BLOCK_BYTES, Math.ceil(bytes / 40_000));
    await blob.uploadFile(source.file, { blobHTTPHeaders, blockSize, concurrency: PARALLEL_BLOCKS });
  }

  async download(file: RemoteFile, target: string): Promise<void> {
    // What another version began is of no use to this one.
    const version = createHash('sha256').update(file.version).digest('hex').slice(0, 8);
    const part = join(dirname(target), `.${basename(target)}.${version}.part`);
    try {
      await makeFolder(dirname(target));
      await this.#call(() => this.#fetch(file, part)).catch(async error => {
        if (error instanceof RemoteFileChanged) await rm(part, { force: true });
        throw error;
      });
      if (file.md5 !== undefined && (await md5OfFile(part)).toString('base64') !== file.md5) {
        await rm(part, { force: true });
        throw new Fault(
          `the download of ${file.path} is damaged: its MD5 is not the one it was uploaded with`,
          {
            place: { file: target },
            remedy: 'Download again: what is whole is kept.',
          },
        );
      }
      await rename(part, target);
    } catch (error) {
      throw asWriteFault(error, target);
    }
  }

  async #fetch({ path, bytes, version }: RemoteFile, part: string): Promise<void> {
    const begun = (await stat(part).catch(() => undefined))?.size ?? 0;
    const from = begun > bytes ? 0 : begun;
    const handle = await open(part, from > 0 ? 'r+' : 'w');
    try {
      if (from >= bytes) return;
      const { readableStreamBody } = await this.container
        .getBlobClient(path)
        .download(from, undefined, { conditions: { ifMatch: version }, maxRetryRequests: BLOB_TRIES })
        .catch(error => {
          throw CHANGED.includes(error.statusCode) ? new RemoteFileChanged(path) : error;
        });
      let position = from;
      for await (const chunk of readableStreamBody!) {
        const { bytesWritten } = await handle.write(chunk as Buffer, 0, undefined, position);
        position += bytesWritten;
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  address(folder: string): string {
    const [base] = this.container.url.split('?');
    return `${base}/${encodedPath(folder)}/`;
  }

  async #call<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw asServiceFault(error, this.connection.place);
    }
  }
}

/** Bytes of a blob from a place on, by its signed address; empty where there are no more yet. */
export async function readBlob(address: string, from: number, connection: Connection): Promise<Buffer> {
  const blob = new BlobClient(address, new AnonymousCredential(), blobOptions(connection));
  try {
    const { contentLength = 0 } = await blob.getProperties();
    if (contentLength <= from) return Buffer.alloc(0);
    return await blob.downloadToBuffer(from, contentLength - from, { maxRetryRequestsPerBlock: BLOB_TRIES });
  } catch (error) {
    // It has begun anew in between: there is nothing from there on.
    if ((error as { statusCode?: number }).statusCode === 416) return Buffer.alloc(0);
    throw asServiceFault(error, connection.place);
  }
}

/** Accounts lie at hosts of their own; emulators have them in the path, as they have no names for them. */
function accountAddress({ account, protocol, endpoint }: BlobContainer): string {
  const isLocal = /^(localhost|127\.0\.0\.1|\[::1\])(:|$)/.test(endpoint);
  return isLocal ? `${protocol}://${endpoint}/${account}` : `${protocol}://${account}.blob.${endpoint}`;
}

/** The storage client takes the options of the pipeline below it, though it declares only some of them. */
function blobOptions(connection: Connection): StoragePipelineOptions {
  const { retryMilliseconds = 1000 } = connection;
  return {
    ...clientOptions(connection),
    retryOptions: { maxTries: BLOB_TRIES, retryDelayInMs: retryMilliseconds, maxRetryDelayInMs: 30_000 },
  } as StoragePipelineOptions;
}

const encodedPath = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

async function hashOf({ source }: LocalFile, algorithm: string): Promise<Buffer> {
  if ('content' in source) return createHash(algorithm).update(source.content).digest();
  return hashFile(source.file, algorithm);
}

async function hashFile(file: string, algorithm: string): Promise<Buffer> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(file), hash);
  return hash.digest();
}

const md5OfFile = (file: string): Promise<Buffer> => hashFile(file, 'md5');
