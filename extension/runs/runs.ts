import * as vscode from 'vscode';
import type { RunRow } from '../../src/contracts/runs-table.ts';
import { Repeating } from './repeating.ts';
import { RunCollection } from './run-collection.ts';
import type { RunProgress } from './run-progress.ts';

/** How often running runs are looked at. */
const POLL_MILLISECONDS = 2_000;

/** The runs of the workspace as they are now. It looks for them when it is first asked. */
export class Runs implements vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<string | undefined>();
  private readonly ends = new vscode.EventEmitter<RunRow>();
  private readonly progress = new Map<string, RunProgress>();
  // What reads runs is loaded when the first is read: the extension starts without it.
  private readonly collection = new RunCollection(
    { changed: folder => this.told(folder), ended: row => this.ends.fire(row) },
    async folder => (await import('../../src/runs/run-folder.ts')).openRun(folder),
  );
  private watch: vscode.Disposable | undefined;
  private found: Promise<void> | undefined;
  /** Goes on only while something runs. */
  private readonly polling = new Repeating(
    async () => {
      await this.collection.poll();
      await this.readProgresses();
    },
    () => this.running().length > 0,
    POLL_MILLISECONDS,
  );

  /** Fired with the folder of a run that changed, or with nothing where several did. */
  readonly onDidChange = this.changes.event;
  /** Fired with a run that was seen running when it has ended. */
  readonly onDidEnd = this.ends.event;

  /** Finds the runs, the first time; later calls wait for that. */
  start(): Promise<void> {
    this.found ??= this.find();
    return this.found;
  }

  /** Looks for them again. */
  refresh(): Promise<void> {
    this.found = this.find();
    return this.found;
  }

  all(): RunRow[] {
    return this.collection.all();
  }

  running(): RunRow[] {
    return this.collection.running();
  }

  get(folder: string): RunRow | undefined {
    return this.collection.get(folder);
  }

  progressOf(folder: string): RunProgress | undefined {
    return this.progress.get(folder);
  }

  /** Reads a run now, without waiting for the file watcher. */
  async read(folder: string): Promise<RunRow | undefined> {
    await this.collection.refresh(folder);
    return this.collection.get(folder);
  }

  /** Forgets a run that is no longer there. */
  forget(folder: string): void {
    this.collection.remove(folder);
  }

  dispose(): void {
    this.watch?.dispose();
    this.polling.dispose();
    this.changes.dispose();
    this.ends.dispose();
  }

  private async find(): Promise<void> {
    const { findRuns, watchRuns } = await import('./find-runs.ts');
    this.watch?.dispose();
    this.watch = watchRuns({
      changed: folder => void this.collection.refresh(folder),
      deleted: path => this.collection.remove(path),
    });
    await this.collection.search(findRuns);
  }

  private told(folder: string | undefined): void {
    this.polling.start();
    this.changes.fire(folder);
  }

  private async readProgresses(): Promise<void> {
    const { readProgress } = await import('./run-progress.ts');
    const running = this.running();
    for (const { folder } of running) {
      const progress = await readProgress(folder);
      const before = this.progress.get(folder);
      if (!progress || JSON.stringify(progress) === JSON.stringify(before)) continue;
      this.progress.set(folder, progress);
      this.changes.fire(folder);
    }
    const kept = new Set(running.map(({ folder }) => folder));
    for (const folder of this.progress.keys()) if (!kept.has(folder)) this.progress.delete(folder);
  }
}
