import { mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
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

/** Keeps a folder of blobs like a local one: `sync` uploads what is new or changed since the last time. */
export class FolderUpload {
  readonly #uploaded = new Map<string, string>();
  #last: Promise<void> = Promise.resolve();

  constructor(
    readonly blobs: Blobs,
    readonly folder: string,
    readonly target: StoragePath,
  ) {}

  /** One after the other, so that an older state never overwrites a newer one. */
  sync(): Promise<void> {
    this.#last = this.#last.catch(() => {}).then(() => this.#upload());
    return this.#last;
  }

  async #upload(): Promise<void> {
    const entries = await readdir(this.folder, { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (!entry.isFile()) continue;
      const file = join(entry.parentPath, entry.name);
      // A file may go, or grow, while it is looked at; the next time sees it.
      const found = await stat(file).catch(() => undefined);
      if (!found) continue;
      const state = `${found.size} ${found.mtimeMs}`;
      const name = relative(this.folder, file).split(sep).join('/');
      if (this.#uploaded.get(name) === state) continue;
      const blob = this.blobs
        .container(this.target.container)
        .getBlockBlobClient(`${this.target.path}/${name}`);
      try {
        await blob.uploadFile(file);
        this.#uploaded.set(name, state);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
  }
}
