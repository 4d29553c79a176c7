import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { BlockBlobClient } from '@azure/storage-blob';
import type { Blobs } from '../blobs.ts';
import type { StoragePath } from './storage-path.ts';

/** Brings a folder, or the one file that `path` names, to `target`; the number of files. */
export async function download(
  blobs: Blobs,
  { container, path }: StoragePath,
  target: string,
): Promise<number> {
  const client = blobs.container(container);
  const single = client.getBlobClient(path);
  if (path !== '' && (await single.exists())) {
    await mkdir(dirname(target), { recursive: true });
    await single.downloadToFile(target);
    return 1;
  }
  await mkdir(target, { recursive: true });
  const prefix = path === '' ? '' : `${path}/`;
  let count = 0;
  for await (const { name } of client.listBlobsFlat({ prefix })) {
    const file = join(target, name.slice(prefix.length));
    if (relative(target, file).startsWith('..'))
      throw new Error(`The blob ${name} lies outside of its folder.`);
    await mkdir(dirname(file), { recursive: true });
    await client.getBlobClient(name).downloadToFile(file);
    count++;
  }
  return count;
}

/**
 * Keeps a folder of blobs like a local one: `sync` uploads what is new or changed since the last time. Of a mounted folder
 * the blobs are there from the beginning, and what is deleted here is deleted there.
 */
export class FolderUpload {
  readonly #uploaded = new Map<string, string>();
  #last: Promise<void> = Promise.resolve();

  constructor(
    readonly blobs: Blobs,
    readonly folder: string,
    readonly target: StoragePath,
    readonly isMounted = false,
  ) {}

  /** Brings what the blobs have already, as a mount shows it. */
  async open(): Promise<void> {
    await download(this.blobs, this.target, this.folder);
    for (const [name, state] of await this.#states()) this.#uploaded.set(name, state);
  }

  /** One after the other, so that an older state never overwrites a newer one. */
  sync(): Promise<void> {
    this.#last = this.#last.catch(() => {}).then(() => this.#upload());
    return this.#last;
  }

  async #upload(): Promise<void> {
    const states = await this.#states();
    for (const [name, state] of states) {
      if (this.#uploaded.get(name) === state) continue;
      try {
        // Whole at first: the client reads a file that is gone by then once more for each try, and fails outside of this.
        await this.#blob(name).uploadData(await readFile(join(this.folder, name)));
        this.#uploaded.set(name, state);
      } catch (error) {
        // It was renamed or deleted in between.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
    if (!this.isMounted) return;
    for (const name of this.#uploaded.keys()) {
      if (states.has(name)) continue;
      await this.#blob(name).deleteIfExists();
      this.#uploaded.delete(name);
    }
  }

  #blob(name: string): BlockBlobClient {
    return this.blobs.container(this.target.container).getBlockBlobClient(`${this.target.path}/${name}`);
  }

  /** Size and time of every file, by its name below the folder. */
  async #states(): Promise<Map<string, string>> {
    const states = new Map<string, string>();
    const entries = await readdir(this.folder, { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (!entry.isFile()) continue;
      const file = join(entry.parentPath, entry.name);
      const found = await stat(file).catch(() => undefined);
      if (found)
        states.set(relative(this.folder, file).split(sep).join('/'), `${found.size} ${found.mtimeMs}`);
    }
    return states;
  }
}
