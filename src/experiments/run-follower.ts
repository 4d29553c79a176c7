import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEvents } from '../contracts/event-history.ts';
import type { RunEvent } from '../contracts/events.ts';
import { standsAfter } from '../contracts/resumption.ts';
import { RUN_FILES } from '../runs/run-folder.ts';

/** Events that come by the thousand and say nothing about how good a training is. */
const LEFT_OUT = new Set<RunEvent['type']>(['step', 'resources']);

/** Reads the events of a run as they are written. */
export class RunFollower {
  private readonly file: string;
  private position = 0;
  private kept: RunEvent[] = [];

  constructor(runFolder: string) {
    this.file = join(runFolder, RUN_FILES.events);
  }

  /** What holds of the run, without its single steps. */
  get events(): readonly RunEvent[] {
    return this.kept;
  }

  /** Reads what was added; true where it holds anything that is kept. */
  async read(): Promise<boolean> {
    const added = parseEvents(await this.wholeLines()).filter(({ type }) => !LEFT_OUT.has(type));
    for (const event of added) {
      if (event.type === 'resumed') {
        this.kept = this.kept.filter(
          earlier => !('step' in earlier) || standsAfter(event.step, earlier.type, earlier.step),
        );
      }
      this.kept.push(event);
    }
    return added.length > 0;
  }

  /** Text of the lines that were completed since the last call; nothing where there is no file yet. */
  private async wholeLines(): Promise<string> {
    const handle = await open(this.file).catch(() => undefined);
    if (handle === undefined) return '';
    try {
      const { size } = await handle.stat();
      const bytes = Buffer.alloc(Math.max(0, size - this.position));
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, this.position);
      const whole = bytes.subarray(0, bytesRead).lastIndexOf(0x0a) + 1;
      this.position += whole;
      return bytes.toString('utf8', 0, whole);
    } finally {
      await handle.close();
    }
  }
}
