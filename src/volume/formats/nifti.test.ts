import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../foundation/fault.ts';
import { elementTypeOf } from '../element-type.ts';
import {
  fixture,
  golden,
  haveShared,
  largestDifference,
  shared,
  temporaryFolder,
  zyx,
} from '../fixtures/goldens.ts';
import { readHeader, readVolume, readVolumes } from '../read.ts';
import type { VoxelData } from '../volume.ts';
import { writeNifti } from './nifti-write.ts';

interface Golden {
  readonly dtype: string;
  readonly shape: number[];
  readonly affine: number[];
  readonly components: number[][];
}

const inMemory: Record<string, string> = { int64: 'float64', uint64: 'float64' };

describe('reading NIfTI gives what nibabel reads', () => {
  for (const [name, expected] of Object.entries(golden<Record<string, Golden>>('nifti.json'))) {
    it(name, async () => {
      const header = await readHeader(fixture(name));
      const volumes = await readVolumes(fixture(name));
      expect(header.dtype).toBe(expected.dtype);
      expect(header.shape).toEqual(zyx(expected.shape));
      expect(header.components).toBe(expected.components.length);
      expect(largestDifference(header.affine, expected.affine)).toBeLessThan(2e-6);
      expect(volumes.map(({ data }) => [...data])).toEqual(expected.components);
      const type = name === 'scaled.nii' ? 'float32' : (inMemory[expected.dtype] ?? expected.dtype);
      expect(volumes.map(({ data }) => elementTypeOf(data))).toEqual(volumes.map(() => type));
    });
  }

  it.skipIf(!haveShared)('the real scans (skipped without ../shared/data)', async () => {
    const ct = await readVolume(shared('ct/abdomen_ct.nii.gz'));
    expect(ct.shape).toEqual([30, 101, 122]);
    const brain = await readVolume(shared('brain/ch2bet.nii.gz'));
    expect([brain.shape, elementTypeOf(brain.data)]).toEqual([[181, 217, 181], 'uint8']);
  });
});

it('a 4D image is no single volume unless a component is chosen', async () => {
  const file = fixture('components.nii.gz');
  await expect(readVolume(file)).rejects.toThrow('3 components');
  expect((await readVolume(file, { component: 1 })).data[0]).toBe(100);
  await expect(readVolume(file, { component: 3 })).rejects.toThrow(Fault);
});

it('complex numbers and colours are refused', async () => {
  await expect(readVolume(fixture('complex.nii'))).rejects.toThrow('complex numbers');
  await expect(readVolume(fixture('rgb.nii'))).rejects.toThrow('RGB colours');
});

const types = [
  Uint8Array,
  Int8Array,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
] as const;

const volumes = fc
  .record({
    type: fc.constantFrom(...types),
    shape: fc.tuple(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 5 }),
    ),
    affine: fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 12, maxLength: 12 }),
    seed: fc.integer({ min: 0, max: 255 }),
  })
  .map(({ type, shape, affine, seed }) => {
    const data = new type(shape[0] * shape[1] * shape[2]);
    for (let i = 0; i < data.length; i++) data[i] = (seed * 73 + i * 31) % 251;
    // Away from singular: a strong diagonal.
    const strong = affine.map((entry, i) => Math.fround(i % 5 === 0 ? 500 + entry : entry));
    return { data: data as VoxelData, shape, affine: [...strong, 0, 0, 0, 1] };
  });

describe('writing NIfTI', () => {
  it('and reading it gives the same voxels, type, shape and affine', async () => {
    const folder = temporaryFolder();
    await fc.assert(
      fc.asyncProperty(volumes, fc.constantFrom('a.nii', 'a.nii.gz'), async (volume, name) => {
        await writeNifti(join(folder, name), volume);
        expect(await readVolume(join(folder, name))).toEqual(volume);
      }),
      { numRuns: 150 },
    );
  });

  it('puts an affine with right angles into the qform too, whatever its turn', async () => {
    const folder = temporaryFolder();
    for (const { affine } of golden<{ affine: number[] }[]>('orientation.json').slice(0, 48)) {
      const file = join(folder, 'turned.nii');
      await writeNifti(file, { data: new Uint8Array(1), shape: [1, 1, 1], affine });
      const bytes = readFileSync(file);
      expect(bytes.readInt16LE(252)).toBe(1);
      bytes.writeInt16LE(0, 254); // without the sform
      writeFileSync(file, bytes);
      expect(largestDifference((await readHeader(file)).affine, affine)).toBeLessThan(1e-5);
    }
  });

  it('gives the same bytes every time, without a time stamp', async () => {
    const folder = temporaryFolder();
    const volume = {
      data: new Uint8Array(8).fill(3),
      shape: [2, 2, 2],
      affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
    } as const;
    await writeNifti(join(folder, 'a.nii.gz'), volume, { intent: 'label', description: 'fold 1' });
    await writeNifti(join(folder, 'b.nii.gz'), volume, { intent: 'label', description: 'fold 1' });
    const bytes = readFileSync(join(folder, 'a.nii.gz'));
    expect(bytes.equals(readFileSync(join(folder, 'b.nii.gz')))).toBe(true);
    expect(bytes.readUInt32LE(4)).toBe(0);
    const plain = gunzipSync(bytes);
    expect(plain.readInt16LE(68)).toBe(1002);
    expect(plain.toString('latin1', 148, 155)).toBe('fold 1\0');
  });

  it('refuses label maps that are not integers', async () => {
    const volume = {
      data: new Float32Array(1),
      shape: [1, 1, 1],
      affine: golden<{ affine: number[] }[]>('orientation.json')[0]!.affine,
    } as const;
    await expect(writeNifti(join(temporaryFolder(), 'a.nii'), volume, { intent: 'label' })).rejects.toThrow(
      TypeError,
    );
  });
});

describe('a damaged NIfTI file is one fault that names it', () => {
  const header = () => {
    const bytes = Buffer.alloc(352 + 24);
    readFileSync(fixture('qform.nii')).copy(bytes);
    return bytes;
  };
  const set =
    (...changes: [method: 'writeInt16LE' | 'writeFloatLE', value: number, at: number][]) =>
    (bytes: Buffer) => {
      for (const [method, value, at] of changes) bytes[method](value, at);
      return bytes;
    };
  const size = (x: number, y: number, z: number) =>
    set(['writeInt16LE', x, 42], ['writeInt16LE', y, 44], ['writeInt16LE', z, 46]);
  const cases: Record<string, [change: (bytes: Buffer) => Buffer, message: RegExp]> = {
    'negative size': [size(-3, 4, 2), /size of -3 × 4 × 2/],
    'size of zero': [size(3, 0, 2), /size of 3 × 0 × 2/],
    'terabytes promised': [size(32000, 32000, 32000), /promises 3.05e\+4 GiB/],
    'gigabytes promised in a small file': [size(1200, 1000, 1000), /too short/],
    'NaN in the affine': [set(['writeInt16LE', 1, 254], ['writeFloatLE', Number.NaN, 280]), /not finite/],
    'no spacing': [set(['writeFloatLE', 0, 80]), /spacing is 0 × /],
    'singular sform': [set(['writeInt16LE', 1, 254]), /spacing is 0 × 0 × 0/],
    'voxels missing': [b => b.subarray(0, 360), /promises 24 bytes of voxels but holds 8/],
    'cut in the header': [b => b.subarray(0, 200), /cut off/],
    'voxels that begin at NaN': [set(['writeFloatLE', Number.NaN, 108]), /byte NaN/],
  };
  for (const [name, [change, message]] of Object.entries(cases)) {
    for (const suffix of ['.nii', '.nii.gz']) {
      it(`${name} (${suffix})`, async () => {
        const file = join(temporaryFolder(), `bad${suffix}`);
        const bytes = change(header());
        writeFileSync(file, suffix === '.nii' ? bytes : gzipSync(bytes));
        const fault = await readVolume(file).then(
          () => undefined,
          error => error as Fault,
        );
        expect(fault).toBeInstanceOf(Fault);
        expect(fault!.message).toMatch(message);
        expect(fault!.place.file).toBe(file);
        expect(fault!.remedy).toBeTruthy();
      });
    }
  }

  it('a gzip stream that was cut off', async () => {
    const file = join(temporaryFolder(), 'cut.nii.gz');
    writeFileSync(file, readFileSync(fixture('float64.nii.gz')).subarray(0, 200));
    await expect(readVolume(file)).rejects.toThrow('ends early');
  });

  it('a gzip bomb is left alone after the promised bytes', async () => {
    const file = join(temporaryFolder(), 'bomb.nii.gz');
    writeFileSync(file, gzipSync(Buffer.concat([header(), Buffer.alloc(300e6)])));
    const before = process.memoryUsage().rss;
    await expect(readVolume(file)).rejects.toThrow('goes on behind');
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
  });

  it('a missing file, a folder', async () => {
    await expect(readVolume('/nowhere/a.nii')).rejects.toThrow('no such file');
    await expect(readVolume('/nowhere/a.nii')).rejects.toThrow(Fault);
  });

  it('any change of any bytes gives a volume or a fault, never anything else', async () => {
    const folder = temporaryFolder();
    const originals = ['int16.nii.gz', 'nifti2.nii.gz', 'scaled.nii', 'components.nii.gz'].map(name => {
      const bytes = readFileSync(fixture(name));
      return name.endsWith('.gz') ? gunzipSync(bytes) : bytes;
    });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...originals),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 560 }), fc.integer({ min: 0, max: 255 })), {
          maxLength: 6,
        }),
        fc.integer({ min: 0, max: 1000 }),
        fc.boolean(),
        async (original, changes, length, packed) => {
          const bytes = Buffer.from(original);
          for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
          const file = join(folder, 'fuzz.nii');
          const cut = bytes.subarray(0, length > 700 ? bytes.length : length);
          writeFileSync(file, packed ? gzipSync(cut) : cut);
          await readVolumes(file).catch(error => expect(error).toBeInstanceOf(Fault));
        },
      ),
      { numRuns: 600 },
    );
  });
});
