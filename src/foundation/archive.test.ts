import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { eachArchiveEntry, unpackArchive, writeArchive } from './archive.ts';
import { Fault } from './fault.ts';

const root = mkdtempSync(join(tmpdir(), 'innereye-archive-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const time = new Date('2026-01-02T03:04:06Z');
const limits = { entries: 10, bytes: 100_000 };
let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(root, 'out-'));
  file = join(mkdtempSync(join(root, 'in-')), 'test.zip');
});

/** An archive whose entries were named as no honest program names them: `x` in their names becomes `by`. */
async function forged(name: string, change: (bytes: Buffer) => void): Promise<void> {
  await writeArchive(file, [{ name, content: 'secret' }], { time });
  const bytes = readFileSync(file);
  change(bytes);
  writeFileSync(file, bytes);
}

const rename = (from: string, to: string) => (bytes: Buffer) => {
  for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at + 1)) bytes.write(to, at, 'latin1');
};

describe('an archive', () => {
  it('gives back what was put into it, and the same bytes for the same content', async () => {
    const entries = [
      { name: 'a.txt', content: 'one' },
      { name: 'b/c.bin', content: Uint8Array.of(1, 2, 3) },
    ];
    await writeArchive(file, entries, { time });
    expect(await unpackArchive(file, folder, limits)).toEqual([
      join(folder, 'a.txt'),
      join(folder, 'b/c.bin'),
    ]);
    expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('one');
    expect([...readFileSync(join(folder, 'b/c.bin'))]).toEqual([1, 2, 3]);
    const first = readFileSync(file);
    await writeArchive(file, entries, { time });
    expect(readFileSync(file).equals(first)).toBe(true);
  });

  it.each([
    ['../../evil.txt', 'xx/xx/evil.txt'],
    ['/etc/passwd', 'xetc/passwd'],
    ['C:\\\\evil.txt', 'Cxxxevil.txt'],
    ['..\\\\..\\\\x.txt', 'xxxxxxxxx.txt'],
  ])('is refused with a path such as %s', async (path, honest) => {
    await forged(honest, rename(honest, path.slice(0, honest.length)));
    await expect(unpackArchive(file, folder, limits)).rejects.toThrow(Fault);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is refused with a symbolic link', async () => {
    await forged('link', bytes => {
      const central = bytes.indexOf('PK\x01\x02', 0, 'latin1');
      bytes[central + 5] = 3;
      bytes.writeUInt32LE((0o120777 << 16) >>> 0, central + 38);
    });
    await expect(unpackArchive(file, folder, limits)).rejects.toThrow('"link" is a link');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is refused with two files that some disks take for one', async () => {
    await writeArchive(
      file,
      [
        { name: 'a', content: '1' },
        { name: 'A', content: '2' },
      ],
      { time },
    );
    await expect(unpackArchive(file, folder, limits)).rejects.toThrow('two files');
  });

  it('is refused where it unpacks to more than allowed, before anything is unpacked', async () => {
    const bomb = [
      { name: 'small', content: 'x' },
      { name: 'bomb', content: Buffer.alloc(1_000_000) },
    ];
    await writeArchive(file, bomb, { time });
    expect(readFileSync(file).length).toBeLessThan(5000);
    await expect(unpackArchive(file, folder, limits)).rejects.toThrow('more than 100000 bytes');
    expect(readdirSync(folder)).toEqual([]);
    const many = Array.from({ length: 11 }, (_, i) => ({ name: `${i}`, content: '' }));
    await writeArchive(file, many, { time });
    await expect(unpackArchive(file, folder, limits)).rejects.toThrow('11 files');
  });

  it('is refused where a file is larger than it claims', async () => {
    await writeArchive(file, [{ name: 'bomb', content: Buffer.alloc(1_000_000) }], { time });
    const bytes = readFileSync(file);
    bytes.writeUInt32LE(10, bytes.indexOf('PK\x01\x02', 0, 'latin1') + 24);
    writeFileSync(file, bytes);
    await expect(unpackArchive(file, folder, limits)).rejects.toThrow(Fault);
    for (const name of readdirSync(folder)) expect(readFileSync(join(folder, name)).length).toBeLessThan(11);
  });

  it('that is damaged anywhere gives a fault or its content, never anything else', async () => {
    const content = Buffer.from('what was put into the archive, twice, twice, twice');
    await writeArchive(file, [{ name: 'a', content }], { time });
    const whole = readFileSync(file);
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(damage, fc.nat(whole.length), async (changes, end) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of changes) bytes[at] = value;
        const broken = join(root, 'broken.zip');
        writeFileSync(broken, bytes.subarray(0, Math.max(end, whole.length - 3)));
        try {
          await eachArchiveEntry(broken, limits, async entry => {
            let size = 0;
            for await (const chunk of await entry.open()) size += (chunk as Buffer).length;
            expect(size).toBeLessThanOrEqual(limits.bytes);
          });
        } catch (error) {
          expect(error).toBeInstanceOf(Fault);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('that is none gives a fault', async () => {
    writeFileSync(file, 'no zip');
    await expect(unpackArchive(file, folder, limits)).rejects.toThrow('no zip archive');
    await expect(unpackArchive(join(root, 'none.zip'), folder, limits)).rejects.toThrow('no such file');
  });
});
