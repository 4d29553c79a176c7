import type { LogFile } from '../workspace.ts';

/** Bytes before the place where reading goes on, by which it is known that the file is still the same. */
const REMEMBERED = 64;

/** Reads a growing log piece by piece, in whole lines. A file that began anew, as after pre-emption, is read from its start. */
export class LogTail {
  private position = 0;
  private remembered = Buffer.alloc(0);
  private rest = Buffer.alloc(0);

  /** The lines that were added since the last time. */
  async read(log: LogFile): Promise<string[]> {
    const overlap = this.remembered.length;
    let added = await log.read(this.position - overlap);
    if (!added.subarray(0, overlap).equals(this.remembered)) {
      this.position = 0;
      this.remembered = Buffer.alloc(0);
      this.rest = Buffer.alloc(0);
      added = await log.read(0);
    } else added = added.subarray(overlap);
    this.position += added.length;
    this.remembered = Buffer.from(Buffer.concat([this.remembered, added]).subarray(-REMEMBERED));
    const text = Buffer.concat([this.rest, added]);
    const end = text.lastIndexOf(0x0a) + 1;
    this.rest = Buffer.from(text.subarray(end));
    return text.toString('utf8', 0, end).split('\n').slice(0, -1);
  }
}
