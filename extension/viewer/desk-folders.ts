import { readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isRunning } from '../../src/foundation/process-identity.ts';

/** Names the process that made a folder. */
const NAME = /^(\d+)-[0-9a-z]+-\d+$/;

/** Folders for the volumes that panels of this window make, below the extension's storage. */
export class DeskFolders {
  private readonly root: string;
  private readonly began = Date.now().toString(36);
  private count = 0;

  constructor(storage: string) {
    this.root = join(storage, 'viewer');
  }

  next(): string {
    return join(this.root, `${process.pid}-${this.began}-${++this.count}`);
  }

  /** Removes the folders of windows that are gone; they had no time to do it. */
  async sweep(): Promise<void> {
    const names = await readdir(this.root).catch(() => []);
    const left = names.filter(name => {
      const pid = NAME.exec(name)?.[1];
      return pid !== undefined && isRunning({ pid: Number(pid), host: hostname() }) === false;
    });
    await Promise.all(
      left.map(name => rm(join(this.root, name), { recursive: true, force: true }).catch(() => {})),
    );
  }
}
