import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../../src/foundation/fault.ts';
import { fixture, golden } from '../../../src/volume/fixtures/goldens.ts';
import { readNiftiStream, type StoredVolume } from './stream.ts';
import { volumeData } from './volume-data.ts';

interface Golden {
  readonly shape: number[];
  readonly affine: number[];
  readonly components: number[][];
}

const nothing = { onHeader: () => {}, onVoxels: () => {} };

/** The bytes in pieces of a size. */
function pieces(bytes: Uint8Array, size: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(Uint8Array.from(bytes.subarray(at, at + size)));
      at += size;
    },
  });
}

describe('NIfTI is read from a stream as nibabel reads it', () => {
  const files = Object.entries(golden<Record<string, Golden>>('nifti.json')).filter(
    ([name]) => !name.endsWith('.hdr'),
  );
  for (const [name, { shape, affine, components }] of files) {
    it(name, async () => {
      const stored = await readNiftiStream(name, pieces(readFileSync(fixture(name)), 100), nothing);
      const volume = volumeData(stored);
      expect([...volume.shape].reverse()).toEqual(shape);
      for (const [i, entry] of affine.entries()) expect(volume.affine[i]).toBeCloseTo(entry, 5);
      const values = [...volume.data].map(value => volume.slope * value + volume.intercept);
      const expected = components.flat();
      expect(values).toHaveLength(expected.length);
      for (const [i, value] of expected.entries()) expect(values[i]).toBeCloseTo(value, 4);
    });
  }

  it('whatever the pieces that it comes in', async () => {
    const bytes = readFileSync(fixture('int16.nii.gz'));
    const whole = await readNiftiStream('a', pieces(bytes, bytes.length), nothing);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 400 }), async size => {
        const seen: number[] = [];
        const read = await readNiftiStream('a', pieces(bytes, size), {
          onHeader: ({ loaded }) => seen.push(loaded),
          onVoxels: ({ loaded }) => seen.push(loaded),
        });
        expect([...read.data]).toEqual([...whole.data]);
        expect(seen).toEqual([...seen].sort((a, b) => a - b));
        expect(seen[0]).toBe(0);
        expect(seen.at(-1)).toBe(read.data.length);
      }),
      { numRuns: 30 },
    );
  });
});

describe('what cannot be read is a fault with a remedy', () => {
  const plain = readFileSync(fixture('qform.nii'));
  const promising = (x: number, y: number, z: number) => {
    const bytes = Buffer.from(plain);
    [x, y, z].forEach((size, i) => {
      bytes.writeInt16LE(size, 42 + 2 * i);
    });
    return bytes;
  };
  const cases: Record<string, [bytes: Uint8Array, message: RegExp]> = {
    'a text': [Buffer.from('This is no volume at all.'), /not a NIfTI file/],
    'an empty file': [new Uint8Array(0), /not a NIfTI file/],
    'a header that promises terabytes': [promising(32000, 32000, 32000), /promises 3.05e\+4 GiB/],
    'a packed header that promises terabytes': [gzipSync(promising(32000, 32000, 32000)), /promises/],
    'voxels that are missing': [plain.subarray(0, 360), /promises \d+ bytes of voxels but the file holds 8/],
    'a gzip stream that was cut off': [
      readFileSync(fixture('float64.nii.gz')).subarray(0, 150),
      /damaged or ends early/,
    ],
    'a header without its voxels': [readFileSync(fixture('pair.hdr')), /two files/],
  };
  for (const [name, [bytes, message]] of Object.entries(cases)) {
    it(name, async () => {
      const fault = await readNiftiStream('bad.nii', pieces(bytes, 64), nothing).catch(
        (error: unknown) => error,
      );
      expect(fault).toBeInstanceOf(Fault);
      expect((fault as Fault).message).toMatch(message);
      expect((fault as Fault).remedy).toBeTruthy();
    });
  }

  it('and what had come before is handed over', async () => {
    let last: StoredVolume | undefined;
    const keep = {
      onHeader: () => {},
      onVoxels: (volume: StoredVolume) => {
        last = volume;
      },
    };
    await readNiftiStream('a.nii', pieces(plain.subarray(0, 352 + 10), 400), keep).catch(() => {});
    expect(last!.loaded).toBe(10 / last!.data.BYTES_PER_ELEMENT);
  });
});
