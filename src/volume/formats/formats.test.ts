import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../foundation/fault.ts';
import { elementTypeOf } from '../element-type.ts';
import { fixture, golden, largestDifference, temporaryFolder, zyx } from '../fixtures/goldens.ts';
import { readHeader, readVolume, readVolumes } from '../read.ts';

interface Golden {
  readonly dtype: string;
  readonly shape: number[];
  readonly affine: number[];
  readonly components: number[][];
}

const goldens = golden<Record<string, Golden>>('other-formats.json');

describe('files written by SimpleITK, pynrrd, NumPy, Pillow and h5py are read with their voxels and geometry', () => {
  for (const [name, expected] of Object.entries(goldens)) {
    it(name, async () => {
      const header = await readHeader(fixture(name));
      const volumes = await readVolumes(fixture(name));
      expect(header.dtype).toBe(expected.dtype);
      expect(header.shape).toEqual(zyx(expected.shape));
      expect(header.components).toBe(expected.components.length);
      expect(largestDifference(header.affine, expected.affine)).toBeLessThan(1e-6);
      volumes.forEach((volume, i) => {
        expect(largestDifference(volume.data, expected.components[i]!)).toBe(0);
        expect(volume.shape).toEqual(header.shape);
      });
      const widened: Record<string, string> = { int64: 'float64', uint64: 'float64', float16: 'float32' };
      const type = name.endsWith('|2') ? 'uint8' : (widened[expected.dtype] ?? expected.dtype);
      expect(elementTypeOf(volumes[0]!.data)).toBe(type);
    });
  }
});

describe('FreeSurfer volumes are read as nibabel reads them', () => {
  for (const [name, expected] of Object.entries(golden<Record<string, Golden>>('mgh.json'))) {
    it(name, async () => {
      const volumes = await readVolumes(fixture(name));
      expect(volumes.map(({ data }) => [...data])).toEqual(expected.components);
      expect(volumes[0]!.shape).toEqual(zyx(expected.shape));
      expect(elementTypeOf(volumes[0]!.data)).toBe(expected.dtype);
      expect(largestDifference(volumes[0]!.affine, expected.affine)).toBeLessThan(1e-4);
    });
  }
});

describe('what cannot be read is one fault with a remedy', () => {
  const refused: Record<string, RegExp> = {
    'two.npz': /2 arrays/,
    'colour.png': /colours/,
    'volumes.h5': /may hold many volumes/,
    'volumes.h5|nothing|0': /no dataset "nothing"/,
    'volumes.h5|group|0': /no dataset "group"/,
    'volumes.h5|volume|2': /no channel 2/,
    'volumes.h5|volume|x': /no number/,
    'volumes.h5|text|0': /0 axes/,
    'nothing.h5|volume|0': /no such file/,
    'int16.nrrd|volume|0': /not an HDF5 file/,
    'nothing.nrrd': /no such file/,
    'goldens.ts': /format of this file is not known/,
  };
  for (const [name, message] of Object.entries(refused)) {
    it(name, async () => {
      const fault = await readVolume(fixture(name)).catch((error: unknown) => error as Fault);
      expect(fault).toBeInstanceOf(Fault);
      expect((fault as Fault).message).toMatch(message);
      expect((fault as Fault).place.file).toContain(name.split('|')[0]);
      expect((fault as Fault).remedy).toBeTruthy();
    });
  }

  const text: Record<string, [from: string, change: (header: string) => string, message: RegExp]> = {
    'NRRD of terabytes': ['int16.nrrd', h => h.replace('sizes: 3 4 2', 'sizes: 99999 99999 99999'), /GiB/],
    'NRRD of more voxels than it has': [
      'int16.nrrd',
      h => h.replace('sizes: 3 4 2', 'sizes: 3 4 2000'),
      /too short/,
    ],
    'compressed NRRD of gigabytes': [
      'float32-compressed.nrrd',
      h => h.replace('sizes: 3 4 2', 'sizes: 999 999 999'),
      /too short/,
    ],
    'NRRD of no spacing': [
      'int16.nrrd',
      h => h.replace(/space directions:.*/, 'space directions: (0,0,0) (0,1,0) (0,0,1)'),
      /spacing is 0/,
    ],
    'NRRD of NaN': ['int16.nrrd', h => h.replace(/space origin:.*/, 'space origin: (nan,0,0)'), /not finite/],
    'NRRD of negative size': ['int16.nrrd', h => h.replace('sizes: 3 4 2', 'sizes: -3 4 2'), /size of -3/],
    'NRRD without a type': ['int16.nrrd', h => h.replace(/type:.*\n/, ''), /no "type"/],
    'NRRD packed with bzip2': ['int16.nrrd', h => h.replace('encoding: raw', 'encoding: bzip2'), /bzip2/],
    'MetaImage of terabytes': [
      'int16.mha',
      h => h.replace(/DimSize = .*/, 'DimSize = 99999 99999 99999'),
      /GiB/,
    ],
    'MetaImage of no spacing': [
      'int16.mha',
      h => h.replace(/ElementSpacing = .*/, 'ElementSpacing = 0 1 1'),
      /spacing is 0/,
    ],
    'MetaImage of text': ['int16.mha', h => h.replace('BinaryData = True', 'BinaryData = False'), /text/],
    'MetaImage of missing numbers': [
      'int16.mha',
      h => h.replace(/TransformMatrix = .*/, 'TransformMatrix = 1 0 0'),
      /not finite/,
    ],
    'NumPy of terabytes': [
      'c-order.npy',
      h => h.replace('(2, 4, 3), }          ', '(999999, 9999, 3), }'),
      /GiB/,
    ],
    'NumPy of five axes': ['c-order.npy', h => h.replace('(2, 4, 3), }    ', '(1,1,1,1,3), }'), /5 axes/],
  };
  for (const [name, [from, change, message]] of Object.entries(text)) {
    it(name, async () => {
      const file = join(temporaryFolder(), from);
      const before = readFileSync(fixture(from), 'latin1');
      const after = change(before);
      expect(after).not.toBe(before);
      writeFileSync(file, after, 'latin1');
      await expect(readVolume(file)).rejects.toThrow(message);
      await expect(readVolume(file)).rejects.toThrow(Fault);
    });
  }

  it('a picture whose data inflates to more than its size', async () => {
    const bytes = readFileSync(fixture('grey8.png'));
    const bomb = deflateSync(Buffer.alloc(50e6));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bomb.length);
    const file = join(temporaryFolder(), 'bomb.png');
    writeFileSync(
      file,
      Buffer.concat([
        bytes.subarray(0, 33),
        length,
        Buffer.from('IDAT'),
        bomb,
        Buffer.alloc(4),
        bytes.subarray(-12),
      ]),
    );
    await expect(readVolume(file)).rejects.toThrow('damaged');
  });
});

describe('a header of its own', () => {
  const bytes = (name: string) => readFileSync(fixture(name), 'latin1');
  it.each([
    ['detached.mhd', /ElementDataFile = .*/, 'ElementDataFile = '],
    ['detached-nrrd.nhdr', /data ?file: .*/, 'data file: '],
  ])('%s names voxels beside and below itself, never elsewhere', async (name, line, field) => {
    const folder = temporaryFolder();
    const voxels = readFileSync(fixture(name.replace(/\.\w+$/, '.raw')));
    mkdirSync(join(folder, 'header', 'below'), { recursive: true });
    for (const place of ['voxels.raw', 'header/below/voxels.raw']) writeFileSync(join(folder, place), voxels);
    const file = join(folder, 'header', name);
    const withVoxels = async (path: string) => {
      writeFileSync(file, bytes(name).replace(line, field + path), 'latin1');
      return readVolumes(file);
    };
    await expect(withVoxels('below/voxels.raw')).resolves.toBeDefined();
    for (const path of [
      '../voxels.raw',
      'below/../../voxels.raw',
      '..\\voxels.raw',
      join(folder, 'voxels.raw'),
    ]) {
      await expect(withVoxels(path)).rejects.toMatchObject({
        message: expect.stringContaining('names a file of voxels outside of its folder'),
        place: { file },
      });
    }
  });
});

describe('any change of any bytes gives a volume or a fault, never anything else', () => {
  const names = [
    'int16.nrrd',
    'float32-compressed.nrrd',
    'vector.mha',
    'float32-compressed.mha',
    'detached.mhd',
    'c-order.npy',
    'one.npz',
    'grey16.png',
    'volumes.h5',
  ];
  for (const name of names) {
    it(name, async () => {
      const folder = temporaryFolder();
      const original = readFileSync(fixture(name));
      copyFileSync(fixture('detached.raw'), join(folder, 'detached.raw'));
      const path = join(folder, basename(name));
      const place = fc.integer({ min: 0, max: original.length - 1 });
      const change = fc.tuple(place, fc.integer({ min: 0, max: 255 }));
      await fc.assert(
        fc.asyncProperty(fc.array(change, { maxLength: 8 }), fc.option(place), async (changes, length) => {
          const bytes = Buffer.from(original);
          for (const [at, value] of changes) bytes[at] = value;
          writeFileSync(path, bytes.subarray(0, length ?? bytes.length));
          await readVolumes(name === 'volumes.h5' ? `${path}|volume|0` : path).catch((error: unknown) => {
            if (!(error instanceof Fault)) throw error;
          });
        }),
        { numRuns: name === 'volumes.h5' ? 100 : 250 },
      );
    });
  }
});
