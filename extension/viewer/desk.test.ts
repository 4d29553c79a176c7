import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Desk } from './desk.ts';
import { DeskFolders } from './desk-folders.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'innereye-desk-'));
});
afterEach(() => rmSync(root, { recursive: true }));

describe('the desk of a scene', () => {
  const desk = (run: (args: readonly string[], signal: AbortSignal) => Promise<unknown>) =>
    new Desk(
      { reaches: () => false, url: file => `url:${file}`, run, progress: () => {} },
      join(root, 'scene'),
    );
  const scan = { name: 'scan', file: '/d/scan.nrrd' };

  it('makes its folder when it is needed, and removes it with what it made', async () => {
    const made = desk(async ([, , output]) => writeFileSync(output!, 'volume'));
    expect(existsSync(join(root, 'scene'))).toBe(false);
    const { url } = await made.prepare(scan);
    expect(existsSync(url.slice('url:'.length))).toBe(true);
    await made.clear();
    expect(readdirSync(root)).toEqual([]);
  });

  it('ends what is under way when it is cleared, and leaves nothing that it wrote meanwhile', async () => {
    const made = desk(
      ([, , output], signal) =>
        new Promise(resolve =>
          signal.addEventListener('abort', () =>
            setTimeout(() => {
              mkdirSync(join(root, 'scene'), { recursive: true });
              writeFileSync(output!, 'late');
              resolve(undefined);
            }, 20),
          ),
        ),
    );
    const preparing = made.prepare(scan);
    await new Promise(resolve => setTimeout(resolve, 20));
    await made.clear();
    expect(made.isCleared).toBe(true);
    await expect(preparing).rejects.toMatchObject({ name: 'AbortError' });
    expect(readdirSync(root)).toEqual([]);
    await expect(made.prepare(scan)).rejects.toMatchObject({ name: 'AbortError' });
    expect(readdirSync(root)).toEqual([]);
  });
});

describe('the folders of desks', () => {
  it('are swept where their window is gone, and of no others', async () => {
    const folders = new DeskFolders(root);
    const own = [folders.next(), folders.next()];
    expect(new Set(own).size).toBe(2);
    const gone = join(root, 'viewer', `${2 ** 30}-abc-1`);
    const other = join(root, 'viewer', 'something');
    for (const folder of [...own, gone, other]) mkdirSync(folder, { recursive: true });
    await new DeskFolders(root).sweep();
    expect(existsSync(gone)).toBe(false);
    for (const folder of [...own, other]) expect(existsSync(folder)).toBe(true);
  });
});
