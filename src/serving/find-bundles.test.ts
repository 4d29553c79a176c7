import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { findBundles } from './find-bundles.ts';

const root = mkdtempSync(join(tmpdir(), 'innereye-find-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

it('finds bundles by their path, and all in a folder', async () => {
  mkdirSync(join(root, 'lung/1'), { recursive: true });
  mkdirSync(join(root, 'empty'));
  for (const name of ['lung/1/lung.zip', 'brain.zip', 'notes.txt']) writeFileSync(join(root, name), '');
  const [brain, lung] = [join(root, 'brain.zip'), join(root, 'lung/1/lung.zip')];
  expect(await findBundles([root])).toEqual([brain, lung]);
  expect(await findBundles([lung])).toEqual([lung]);
  await expect(findBundles([join(root, 'empty')])).rejects.toThrow('no bundle in the folder');
  await expect(findBundles([join(root, 'none')])).rejects.toThrow('no such file');
});
