import { existsSync, type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';
import type { PanelRun, ToRunPanel } from '../../src/contracts/run-panel.ts';
import { Fault } from '../../src/foundation/fault.ts';
import { RUN_FILES } from '../../src/runs/run-folder.ts';
import { FileTail } from './file-tail.ts';
import { readPanelRun } from './panel-run.ts';
import { ProfileReader } from './profile-reader.ts';

/** At most ten messages of a kind a second. */
const BETWEEN_MESSAGES = 100;
/** The manifest changes a few times in a run. */
const BETWEEN_MANIFESTS = 900;
/** Looked for without the watcher's word, which some file systems do not give: while the run is at work, and after. */
const POLL_RUNNING = 1000;
const POLL_ENDED = 10_000;

/**
 * Feeds a panel with a run: its manifest, profile, events and what its backend prints, from the start and as they grow. It
 * reads a chunk, sends it, and waits a moment, so that a large run neither holds up the editor nor fills its memory.
 */
export class RunFeed {
  private readonly events: FileTail;
  private readonly log: FileTail;
  private readonly profile: ProfileReader;
  private watcher: FSWatcher | undefined;
  private timer: NodeJS.Timeout | undefined;
  private ended = false;
  private caughtUp = false;
  private shown = '';
  private fault = '';
  private status: PanelRun['status'] = 'running';
  private wanted = false;
  private manifestRead = Number.NEGATIVE_INFINITY;

  constructor(
    readonly folder: string,
    logFile: string,
    private readonly send: (message: ToRunPanel) => void,
  ) {
    this.events = new FileTail(join(folder, RUN_FILES.events));
    this.log = new FileTail(logFile, 2 ** 20);
    this.profile = new ProfileReader(join(folder, RUN_FILES.profile));
  }

  start(): void {
    try {
      this.watcher = watch(this.folder, () => this.look());
      this.watcher.on('error', () => this.watcher?.close());
    } catch {
      // The folder is gone, or cannot be watched; then the poll sees what there is.
    }
    void this.feed();
  }

  dispose(): void {
    this.ended = true;
    clearTimeout(this.timer);
    this.watcher?.close();
  }

  /** Looks again soon. */
  private look(): void {
    if (this.wanted || this.ended) return;
    this.wanted = true;
    // While it reads, it asks itself whether more is wanted.
    if (this.timer) this.schedule(BETWEEN_MESSAGES);
  }

  private schedule(milliseconds: number): void {
    clearTimeout(this.timer);
    if (!this.ended) this.timer = setTimeout(() => void this.feed(), milliseconds);
  }

  /** Reads what is new, a chunk of each file, and says when to go on. */
  private async feed(): Promise<void> {
    this.timer = undefined;
    this.wanted = false;
    const now = performance.now();
    const due = now - this.manifestRead >= BETWEEN_MANIFESTS;
    if (due) {
      this.manifestRead = now;
      await this.feedRun();
      const profile = await this.profile.next();
      if (profile && !this.ended) this.send({ type: 'profile', folder: this.folder, profile });
    }
    const events = await this.read(this.events);
    const log = await this.read(this.log);
    if (this.ended) return;
    const { folder } = this;
    if (events) this.send({ type: 'events', folder, ...events });
    if (log) this.send({ type: 'log', folder, offset: log.offset, text: Buffer.from(log.bytes).toString() });
    if (!events && !this.caughtUp) {
      this.caughtUp = true;
      this.send({ type: 'caughtUp', folder });
    }
    // What called may have been the manifest.
    const idle = this.status === 'running' || !due ? POLL_RUNNING : POLL_ENDED;
    this.schedule(events || log || this.wanted ? BETWEEN_MESSAGES : idle);
  }

  /** Sends the manifest where it has changed, and what is wrong with it. */
  private async feedRun(): Promise<void> {
    try {
      const run = await readPanelRun(this.folder);
      this.status = run.status;
      const text = JSON.stringify(run);
      if (text !== this.shown && !this.ended) this.send({ type: 'run', run });
      this.shown = text;
      this.fault = '';
    } catch (error) {
      const fault = existsSync(this.folder) ? faultOf(error) : GONE;
      if (fault.message !== this.fault && !this.ended) {
        this.send({ type: 'fault', folder: this.folder, ...fault });
      }
      this.fault = fault.message;
      // Where it comes back it is told of again.
      this.shown = '';
      // It may be a run in a moment.
      this.status = 'running';
    }
  }

  /** A file that is not there yet, or cannot be read now, has nothing new. */
  private async read(tail: FileTail) {
    return tail.next().catch(() => undefined);
  }
}

const GONE = {
  message: 'This run’s folder is gone.',
  remedy: 'It was moved or deleted. What was read of it stays here until the panel is closed.',
  gone: true,
};

const faultOf = (error: unknown) => ({
  message: error instanceof Error ? error.message : String(error),
  ...(error instanceof Fault && error.remedy !== undefined && { remedy: error.remedy }),
});
