import { copyFile, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { replaceAtomically } from '../../foundation/atomic-file.ts';
import { makeFolder } from '../../foundation/folder.ts';
import { RUN_FILES } from '../../runs/run-folder.ts';

/** Files that say something of this machine alone, and half-written ones. */
const OWN = /^(run\.lock|heartbeat)$|(^|\/)\.[^/]*\.tmp$/;

/**
 * Keeps a copy of a run's folder in one that outlives the node. The copy can be gone on with at any moment: events are
 * there before the checkpoint that they lead to, and checkpoints whole or not at all.
 */
export class Mirror {
  readonly #copied = new Map<string, string>();
  #last: Promise<void> = Promise.resolve();
  #waiting = false;

  constructor(
    private readonly from: string,
    private readonly to: string,
    /** Of what is left out, by its path with slashes. */
    private readonly leavesOut: (path: string) => boolean = () => false,
  ) {}

  /** Brings the copy up to date; calls while that goes on are one more round after it. */
  update(): Promise<void> {
    if (!this.#waiting) {
      this.#waiting = true;
      this.#last = this.#last
        .catch(() => {})
        .then(() => {
          this.#waiting = false;
          return this.#copy();
        });
    }
    return this.#last;
  }

  async #copy(): Promise<void> {
    const files = inOrder(await filesIn(this.from)).filter(path => !this.leavesOut(path));
    for (const path of files) {
      const source = join(this.from, path);
      const found = await stat(source).catch(() => undefined);
      // A checkpoint that was too old is gone meanwhile.
      if (!found) continue;
      const state = `${found.size} ${found.mtimeMs}`;
      if (this.#copied.get(path) === state) continue;
      try {
        await replaceAtomically(join(this.to, path), temporary => copyFile(source, temporary));
        this.#copied.set(path, state);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
    const kept = new Set(files);
    for (const path of await filesIn(this.to))
      if (!kept.has(path)) await rm(join(this.to, path), { force: true });
  }
}

/** Brings a run back from its copy. */
export async function restoreMirror(from: string, to: string): Promise<void> {
  for (const path of await filesIn(from)) {
    await makeFolder(dirname(join(to, path)));
    await copyFile(join(from, path), join(to, path));
  }
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter(entry => entry.isFile())
    .map(entry =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter(path => !OWN.test(path));
}

/** Events first, checkpoints last: what a checkpoint follows from is there when it is. */
function inOrder(files: readonly string[]): string[] {
  const rank = (path: string) =>
    path === RUN_FILES.events
      ? 0
      : path === RUN_FILES.best
        ? 2
        : path.startsWith(RUN_FILES.checkpoints)
          ? 3
          : 1;
  return [...files].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}
