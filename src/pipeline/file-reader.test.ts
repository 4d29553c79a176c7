import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Zyx } from '../volume/volume.ts';
import { fileReader, inspectPrepared, readPrepared } from './file-reader.ts';
import { scratchFolder } from './fixtures/data-set.ts';
import { preparedSubject } from './fixtures/prepared.ts';
import { censusOf } from './preparation.ts';
import { writePrepared } from './prepared-file.ts';
import { memoryReader } from './prepared-reader.ts';
import type { PreparedSubject } from './subject.ts';

const shape: Zyx = [3, 4, 5];
const subject = preparedSubject(shape, {
  spacing: [2, 1.5, 1],
  images: [(z, y, x) => 100 * z + 10 * y + x, (z, y, x) => z - y * x],
  labels: (z, y, x) => (z + y + x) % 3,
  mask: (z, y) => Number(z + y > 1),
});

async function written(of: PreparedSubject = subject): Promise<string> {
  const file = join(await scratchFolder(), 'a.prepared');
  await writePrepared(file, of, censusOf(of));
  return file;
}

describe('a prepared file', () => {
  it('gives back what was written', async () => {
    const read = readPrepared(await written())!;
    expect(read.subject).toEqual(subject);
    expect(read.census).toEqual(censusOf(subject));
  });

  it('may have neither labels nor mask; then there is nothing to take crops of', async () => {
    const { labels: _, mask: __, ...bare } = subject;
    const file = await written(bare);
    expect(readPrepared(file)).toEqual({ subject: bare, census: undefined });
    expect(fileReader(file)).toBeUndefined();
  });

  it('is no file where one byte of its voxels has changed', async () => {
    const file = await written();
    const bytes = readFileSync(file);
    const { images, end } = inspectPrepared(file)!;
    fc.assert(
      fc.property(
        fc.integer({ min: images[0], max: end - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (at, by) => {
          const changed = Buffer.from(bytes);
          changed[at] ^= by;
          writeFileSync(file, changed);
          expect(readPrepared(file)).toBeUndefined();
        },
      ),
      { numRuns: 30 },
    );
    writeFileSync(file, bytes);
    expect(readPrepared(file)).toBeDefined();
  });

  it('is no file where it is missing, cut off, or of another kind', async () => {
    const file = await written();
    const { end } = inspectPrepared(file)!;
    for (const length of [end - 1, 40, 5, 0]) {
      truncateSync(file, length);
      expect([inspectPrepared(file), readPrepared(file), fileReader(file)]).toEqual(Array(3).fill(undefined));
    }
    writeFileSync(file, `IEPREP1\n\u0002\0\0\0{{${'x'.repeat(100)}`);
    expect(inspectPrepared(file)).toBeUndefined();
    expect(readPrepared(`${file}.none`)).toBeUndefined();
  });

  it('is read in parts as a subject in memory is', async () => {
    const fromFile = fileReader(await written())!;
    const inMemory = memoryReader(subject, censusOf(subject)!);
    const { plane: _, block: __, ...facts } = fromFile;
    expect(inMemory).toMatchObject(facts);
    for (let z = 0; z < shape[0]; z++) expect(fromFile.plane(z)).toEqual(inMemory.plane(z));
    const corner = fc.tuple(fc.nat(shape[0] - 1), fc.nat(shape[1] - 1), fc.nat(shape[2] - 1));
    fc.assert(
      fc.property(corner, corner, (a, b) => {
        const low = a.map((value, axis) => Math.min(value, b[axis])) as [number, number, number];
        const high = a.map((value, axis) => Math.max(value, b[axis]) + 1) as [number, number, number];
        const block = fromFile.block(low, high);
        for (let z = low[0]; z < high[0]; z++) {
          for (let y = low[1]; y < high[1]; y++) {
            for (let x = low[2]; x < high[2]; x++) {
              const there = (z * shape[1] + y) * shape[2] + x;
              const [bz, by, bx] = [z - block.low[0], y - block.low[1], x - block.low[2]];
              const here = (bz * block.shape[1] + by) * block.shape[2] + bx;
              expect(block.images.map(image => image[here])).toEqual(
                subject.images.map(image => image[there]),
              );
              expect(block.labels[here]).toBe(subject.labels[there]);
              expect(block.mask![here]).toBe(subject.mask![there]);
            }
          }
        }
      }),
    );
  });
});
