import { type FileHandle, open } from 'node:fs/promises';

/** Whole lines of a file from `offset`; `offset` 0 says that the file begins anew. */
export interface TailChunk {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

const CHUNK_BYTES = 4 * 2 ** 20;
/** A longer line is no line of ours; it is handed on in pieces. */
const LONGEST_LINE = 64 * 2 ** 20;
const LINE_FEED = 0x0a;

/**
 * Reads a growing file of lines a chunk at a time. Only whole lines count as read, so that a writer that cuts off the
 * half line of a predecessor is not noticed; a file that was replaced or has lost lines is read again from its start.
 */
export class FileTail {
  private offset = 0;
  private inode = -1n;

  constructor(
    private readonly file: string,
    private readonly chunkBytes = CHUNK_BYTES,
  ) {}

  /**
   * What was appended since the last call, at most a chunk; undefined where nothing was.
   * @throws where the file cannot be read, ENOENT where it is not there (any more)
   */
  async next(): Promise<TailChunk | undefined> {
    const handle = await open(this.file, 'r');
    try {
      const { size, ino } = await handle.stat({ bigint: true });
      if (ino !== this.inode || Number(size) < this.offset || !(await this.atLineStart(handle)))
        this.offset = 0;
      this.inode = ino;
      const bytes = await this.wholeLines(handle, Number(size));
      if (bytes.length === 0) return undefined;
      const { offset } = this;
      this.offset += bytes.length;
      return { offset, bytes };
    } finally {
      await handle.close();
    }
  }

  /** Whether what was read last still ends before the offset. */
  private async atLineStart(handle: FileHandle): Promise<boolean> {
    if (this.offset === 0) return true;
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(1), 0, 1, this.offset - 1);
    return bytesRead === 1 && buffer[0] === LINE_FEED;
  }

  private async wholeLines(handle: FileHandle, size: number): Promise<Uint8Array> {
    for (let wanted = this.chunkBytes; ; wanted *= 2) {
      const length = Math.min(wanted, size - this.offset);
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, this.offset);
      const whole = buffer.lastIndexOf(LINE_FEED, bytesRead - 1) + 1;
      // VS Code sends a Uint8Array to a webview as bytes, but a Buffer as a list of numbers in JSON.
      if (whole > 0 || bytesRead < wanted) return Uint8Array.from(buffer.subarray(0, whole));
      if (wanted >= LONGEST_LINE) return Uint8Array.from(buffer.subarray(0, bytesRead));
    }
  }
}
