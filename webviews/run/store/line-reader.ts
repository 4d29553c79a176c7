/** Turns chunks of bytes into lines; a half line at the end waits for the rest of it. */
export class LineReader {
  private decoder = new TextDecoder();
  private rest = '';

  /** Reads a chunk; one at offset 0 begins anew. */
  *read(offset: number, bytes: Uint8Array): Generator<string> {
    if (offset === 0) this.reset();
    const text = this.rest + this.decoder.decode(bytes, { stream: true });
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      if (end > start) yield text.slice(start, end);
      start = end + 1;
    }
    this.rest = text.slice(start);
  }

  private reset(): void {
    this.decoder = new TextDecoder();
    this.rest = '';
  }
}
