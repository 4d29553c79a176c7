import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { parseEvents } from '../contracts/event-history.ts';
import type { NewEvent, RunEvent } from '../contracts/events.ts';
import { asWriteFault } from '../foundation/file-fault.ts';

const FLUSH_MILLISECONDS = 200;

/**
 * Appends events to a stream. Lines are written whole; what a killed writer left of its last line is cut off. Between
 * flushes events are kept for a moment, so that ten thousand steps a second do not mean as many writes.
 */
export class EventWriter {
  /** What the stream held when it was opened. */
  readonly earlier: readonly RunEvent[];
  private readonly descriptor: number;
  private lines: string[] = [];
  /** What a failed write left over; written before anything else, so that lines stay whole. */
  private left: Buffer = Buffer.alloc(0);
  private sequence: number;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;
  /** Why the last write failed, for whoever writes next. */
  private failure: unknown;

  constructor(
    private readonly file: string,
    private readonly listener?: (event: RunEvent) => void,
  ) {
    this.descriptor = openSync(file, 'a+');
    const bytes = readFileSync(file);
    const whole = bytes.lastIndexOf(0x0a) + 1;
    if (whole < bytes.length) ftruncateSync(this.descriptor, whole);
    this.earlier = parseEvents(bytes.toString('utf8', 0, whole));
    this.sequence = (this.earlier.at(-1)?.sequence ?? -1) + 1;
  }

  /** @throws Fault where an earlier event could not be written, as the disk is full. */
  emit(event: NewEvent): void {
    if (this.failure !== undefined) {
      const failure = this.failure;
      this.failure = undefined;
      throw failure;
    }
    const stamped = { sequence: this.sequence++, time: new Date().toISOString(), ...event } as RunEvent;
    this.listener?.(stamped);
    this.lines.push(`${JSON.stringify(stamped)}\n`);
    this.timer ??= setTimeout(() => {
      // Nobody can catch what a timer throws.
      try {
        this.flush();
      } catch (error) {
        this.failure = error;
      }
    }, FLUSH_MILLISECONDS).unref();
  }

  /**
   * Writes what is waiting.
   * @throws Fault where the disk is full.
   */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.closed) return;
    this.left = Buffer.concat([this.left, Buffer.from(this.lines.join(''))]);
    this.lines = [];
    try {
      while (this.left.length > 0) this.left = this.left.subarray(writeSync(this.descriptor, this.left));
    } catch (error) {
      throw asWriteFault(error, this.file);
    }
  }

  close(): void {
    if (this.closed) return;
    try {
      this.flush();
      fsyncSync(this.descriptor);
    } finally {
      this.closed = true;
      clearTimeout(this.timer);
      closeSync(this.descriptor);
    }
  }
}
