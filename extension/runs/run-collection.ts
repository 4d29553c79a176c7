import type { RunRow } from '../../src/contracts/runs-table.ts';
import type { Run } from '../../src/runs/run-folder.ts';
import { rowOf } from '../../src/runs/run-row.ts';

/** What happened to the runs; `undefined` stands for many of them. */
export interface CollectionListener {
  changed(folder: string | undefined): void;
  /** A run that was seen running is no longer. */
  ended?(row: RunRow): void;
}

/** Manifests that are read at once. */
const AT_ONCE = 32;

/**
 * The runs of a workspace. Each is read when it is found and when its manifest changes; those that run are looked at
 * again with `poll`, as a process that is gone changes no file.
 */
export class RunCollection {
  private readonly rows = new Map<string, RunRow>();
  /** Reads that are under way, so that an older one does not overwrite a newer one. */
  private readonly reads = new Map<string, number>();
  private clock = 0;

  /** @param read reads the run in a folder; it fails where there is none */
  constructor(
    private readonly listener: CollectionListener,
    private readonly read: (folder: string) => Promise<Run>,
  ) {}

  all(): RunRow[] {
    return [...this.rows.values()];
  }

  get(folder: string): RunRow | undefined {
    return this.rows.get(folder);
  }

  running(): RunRow[] {
    return this.all().filter(({ status }) => status === 'running');
  }

  /**
   * Makes the collection that of the folders that a search finds; what is known of them already is read again. Runs that
   * come while it searches stay, as it may have passed their place before.
   */
  async search(find: () => Promise<readonly string[]>): Promise<void> {
    const began = ++this.clock;
    const wanted = new Set(await find());
    for (const folder of this.rows.keys())
      if (!wanted.has(folder) && (this.reads.get(folder) ?? 0) < began) this.rows.delete(folder);
    const queue = [...wanted];
    const work = async () => {
      for (let folder = queue.pop(); folder !== undefined; folder = queue.pop()) await this.take(folder);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    this.listener.changed(undefined);
  }

  /** Reads one run, new or changed; one that is gone or is no run leaves the collection. */
  async refresh(folder: string): Promise<void> {
    const before = this.rows.get(folder);
    if (!(await this.take(folder))) return;
    const after = this.rows.get(folder);
    if (JSON.stringify(before) === JSON.stringify(after)) return;
    this.listener.changed(before && after ? folder : undefined);
  }

  /** Drops the run in a folder, or all below it. */
  remove(path: string): void {
    let removed = false;
    for (const folder of [...this.rows.keys()]) {
      if (folder !== path && !folder.startsWith(`${path}/`) && !folder.startsWith(`${path}\\`)) continue;
      this.rows.delete(folder);
      removed = true;
    }
    if (removed) this.listener.changed(undefined);
  }

  /** Looks again at the runs that are running. */
  async poll(): Promise<void> {
    await Promise.all(this.running().map(({ folder }) => this.refresh(folder)));
  }

  /** @returns false where a later read has already come back */
  private async take(folder: string): Promise<boolean> {
    const time = ++this.clock;
    const run = await this.read(folder).catch(() => undefined);
    if ((this.reads.get(folder) ?? 0) > time) return false;
    this.reads.set(folder, time);
    const before = this.rows.get(folder);
    if (!run) {
      this.rows.delete(folder);
      return true;
    }
    const row = rowOf(run);
    this.rows.set(folder, row);
    if (before?.status === 'running' && row.status !== 'running') this.listener.ended?.(row);
    return true;
  }
}
