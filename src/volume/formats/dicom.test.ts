import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../foundation/fault.ts';
import { fixture, golden, largestDifference, temporaryFolder, zyx } from '../fixtures/goldens.ts';
import { readHeader, readVolume } from '../read.ts';
import { readDicomFiles } from './dicom.ts';

interface Golden {
  readonly series: string;
  readonly shape: number[];
  readonly affine: number[];
  readonly components: [number[]];
}

const goldens = golden<Record<string, Golden>>('dicom.json');

describe('a DICOM series is read as SimpleITK reads it', () => {
  for (const [folder, expected] of Object.entries(goldens)) {
    it(`${folder}, with its rescaling, whatever the order of its files`, async () => {
      const options = { series: expected.series };
      const header = await readHeader(fixture(folder), options);
      const volume = await readVolume(fixture(folder), options);
      expect(volume.shape).toEqual(zyx(expected.shape));
      expect(header.shape).toEqual(volume.shape);
      expect(largestDifference(volume.affine, expected.affine)).toBeLessThan(1e-6);
      expect(largestDifference(volume.data, expected.components[0])).toBe(0);
    });
  }

  it('from a list of files too', async () => {
    const folder = fixture('dicom/one');
    const files = readdirSync(folder)
      .filter(name => name.endsWith('.dcm'))
      .map(name => join(folder, name));
    expect(await readDicomFiles(files.reverse())).toEqual(await readVolume(folder));
  });

  it('a single slice is a volume of one slice', async () => {
    const slice = await readVolume(fixture('dicom/one/12.dcm'));
    expect(slice.shape).toEqual([1, 4, 3]);
    expect([...slice.data]).toEqual(goldens['dicom/one']!.components[0].slice(12, 24));
  });
});

describe('a folder that is not one volume is one fault', () => {
  it('several series are listed, to choose one', async () => {
    const fault = await readVolume(fixture('dicom/two')).catch((error: unknown) => error as Fault);
    expect(fault).toBeInstanceOf(Fault);
    expect((fault as Fault).message).toBe('the folder holds 2 DICOM series');
    expect((fault as Fault).remedy).toBe(
      'Choose one with --series UID: 1.2.3.1 (CT, golden, 3 images); 1.2.3.2 (CT, golden, 4 images)',
    );
    await expect(readVolume(fixture('dicom/two'), { series: '9' })).rejects.toThrow('no DICOM series 9');
  });

  it('a missing slice', async () => {
    await expect(readVolume(fixture('dicom/gap'))).rejects.toThrow(
      '5.00 mm apart here but 3.33 mm on average',
    );
  });

  it('a slice that is displaced within its plane', async () => {
    const folder = temporaryFolder();
    for (const name of ['11.dcm', '12.dcm', '13.dcm'])
      writeFileSync(join(folder, name), readFileSync(fixture(`dicom/one/${name}`)));
    const middle = readFileSync(fixture('dicom/one/12.dcm')).toString('latin1');
    // Along x and y by what leaves its height as it was.
    const turn = /\x20\0\x37\0DS..([^\0]*?)(?=\x20\0|\x28\0)/s.exec(middle)![1]!.split('\\').map(Number);
    const [x, y, z] = [0, 1, 2].map(i => [-89.6350603, 12.3180108, -30.5836538][i]! + 9 * turn[i]!);
    const moved = [x, y, z].map(at => at!.toFixed(6));
    const before = '-89.6350603\\12.3180108\\-30.5836538';
    const after = moved.join('\\').padEnd(before.length).slice(0, before.length);
    writeFileSync(join(folder, '12.dcm'), Buffer.from(middle.replace(before, after), 'latin1'));
    await expect(readVolume(folder)).rejects.toThrow('displaced within its plane');
  });

  it('the same slice twice', async () => {
    const folder = temporaryFolder();
    for (const name of ['a.dcm', 'b.dcm'])
      writeFileSync(join(folder, name), readFileSync(fixture('dicom/one/11.dcm')));
    await expect(readVolume(folder)).rejects.toThrow('at the same place');
  });

  it('a slice that was cut off', async () => {
    const file = join(temporaryFolder(), 'cut.dcm');
    writeFileSync(file, readFileSync(fixture('dicom/one/11.dcm')).subarray(0, -5));
    await expect(readHeader(file)).rejects.toThrow('24 bytes of pixels but the file holds 19');
  });

  it('a folder without DICOM', async () => {
    await expect(readVolume(temporaryFolder())).rejects.toThrow('no DICOM image');
  });

  it('slices that were changed or cut anywhere give a volume or a fault, never anything else', async () => {
    const names = readdirSync(fixture('dicom/one')).filter(name => name.endsWith('.dcm'));
    const originals = names.map(name => readFileSync(join(fixture('dicom/one'), name)));
    const folder = join(temporaryFolder(), 'series');
    mkdirSync(folder);
    const place = fc.integer({ min: 132, max: originals[0]!.length - 1 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(place, fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 }),
        fc.option(place),
        async (changes, length) => {
          originals.forEach((original, i) => {
            const bytes = Buffer.from(original);
            if (i === 0) for (const [at, value] of changes) bytes[at] = value;
            writeFileSync(
              join(folder, names[i]!),
              bytes.subarray(0, i === 0 ? (length ?? bytes.length) : bytes.length),
            );
          });
          await readVolume(folder).catch((error: unknown) => {
            if (!(error instanceof Fault)) throw error;
          });
        },
      ),
      { numRuns: 40 },
    );
  });
});
