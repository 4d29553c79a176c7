import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileTail } from './file-tail.ts';

describe('a tail of a file', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'innereye-tail-'));
    file = join(folder, 'events.ndjson');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const text = async (tail: FileTail) => {
    const chunk = await tail.next();
    return chunk && `${chunk.offset}:${Buffer.from(chunk.bytes).toString()}`;
  };

  it('gives what was appended, in whole lines', async () => {
    const tail = new FileTail(file);
    await expect(tail.next()).rejects.toMatchObject({ code: 'ENOENT' });
    writeFileSync(file, 'one\ntw');
    expect(await text(tail)).toBe('0:one\n');
    expect(await text(tail)).toBeUndefined();
    appendFileSync(file, 'o\nthree\n');
    expect(await text(tail)).toBe('4:two\nthree\n');
  });

  it('gives plain bytes, which a webview gets as they are', async () => {
    writeFileSync(file, 'one\n');
    const chunk = await new FileTail(file).next();
    // What VS Code looks at, and a Buffer fails.
    expect(chunk?.bytes.constructor.name).toBe('Uint8Array');
  });

  it('does not mind a writer that cuts off the half line of a killed one', async () => {
    const tail = new FileTail(file);
    writeFileSync(file, 'one\nhal');
    expect(await text(tail)).toBe('0:one\n');
    truncateSync(file, 4);
    appendFileSync(file, 'two\n');
    expect(await text(tail)).toBe('4:two\n');
  });

  it('begins anew where the file was replaced, or cut in what was read, or cut and written on', async () => {
    const tail = new FileTail(file);
    writeFileSync(file, 'one\ntwo\n');
    expect(await text(tail)).toBe('0:one\ntwo\n');
    writeFileSync(join(folder, 'other'), 'six\nseven\neight\n');
    renameSync(join(folder, 'other'), file);
    expect(await text(tail)).toBe('0:six\nseven\neight\n');
    truncateSync(file, 4);
    expect(await text(tail)).toBe('0:six\n');
    appendFileSync(file, 'a\nb\n');
    expect(await text(tail)).toBe('4:a\nb\n');
    truncateSync(file, 0);
    appendFileSync(file, 'a longer line\n');
    expect(await text(tail)).toBe('0:a longer line\n');
  });

  it('begins anew where the file was replaced by one with line ends at the same places', async () => {
    const tail = new FileTail(file);
    writeFileSync(file, 'one\ntwo\n');
    expect(await text(tail)).toBe('0:one\ntwo\n');
    writeFileSync(join(folder, 'other'), 'six\nten\n');
    renameSync(join(folder, 'other'), file);
    expect(await text(tail)).toBe('0:six\nten\n');
    expect(await text(tail)).toBeUndefined();
  });

  it('gives every byte once, whatever the lines and the size of chunks', async () => {
    const line = fc.string({ maxLength: 40 }).map(content => `${content.replaceAll('\n', '')}\n`);
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.integer({ min: 1, max: 30 }), async (lines, size) => {
        rmSync(file, { force: true });
        const tail = new FileTail(file, size);
        let read = '';
        for (const part of [lines.slice(0, lines.length / 2), lines.slice(lines.length / 2)]) {
          appendFileSync(file, part.join(''));
          for (let chunk = await tail.next(); chunk; chunk = await tail.next()) {
            expect(chunk.offset).toBe(Buffer.byteLength(read));
            read += Buffer.from(chunk.bytes).toString();
          }
        }
        expect(read).toBe(lines.join(''));
      }),
      { numRuns: 50 },
    );
  });
});
