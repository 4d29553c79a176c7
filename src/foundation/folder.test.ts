import { existsSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFolder } from './folder.ts';

describe('makeFolder', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'innereye-folder-'));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('makes a folder and those above it, and is content with one that is there', async () => {
    const folder = join(root, 'a', 'b', 'c');
    await makeFolder(folder, { mode: 0o700 });
    await makeFolder(folder);
    expect(statSync(folder).isDirectory()).toBe(true);
    if (process.platform !== 'win32') expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('can make one folder several times at once', async () => {
    const folder = join(root, 'at', 'once');
    await Promise.all(Array.from({ length: 8 }, () => makeFolder(folder)));
    expect(existsSync(folder)).toBe(true);
  });

  it('follows links to folders', async () => {
    mkdirSync(join(root, 'real'));
    symlinkSync(join(root, 'real'), join(root, 'link'), 'junction');
    await makeFolder(join(root, 'link', 'inner'));
    expect(existsSync(join(root, 'real', 'inner'))).toBe(true);
  });

  it('names the file that is in the way', async () => {
    const file = join(root, 'file');
    writeFileSync(file, '');
    for (const folder of [file, join(file, 'inner', 'most')]) {
      await expect(makeFolder(folder)).rejects.toMatchObject({
        name: 'Fault',
        message: 'the folder cannot be made: there is a file of that name',
        place: { file },
      });
    }
  });

  it.skipIf(process.platform !== 'linux')(
    'ends where the system makes no folders (only Linux has /proc)',
    async () => {
      await expect(makeFolder('/proc/innereye/inner')).rejects.toMatchObject({
        name: 'Fault',
        place: { file: '/proc/innereye' },
      });
    },
  );
});
