import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { findModels } from './find-models.ts';

const root = mkdtempSync(join(tmpdir(), 'innereye-find-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

it('finds models by their path, and all in a folder', async () => {
  mkdirSync(join(root, 'lung/1'), { recursive: true });
  mkdirSync(join(root, 'empty'));
  for (const name of ['lung/1/lung.zip', 'brain.zip', 'notes.txt']) writeFileSync(join(root, name), '');
  const [brain, lung] = [join(root, 'brain.zip'), join(root, 'lung/1/lung.zip')];
  expect(await findModels([root])).toEqual([brain, lung]);
  expect(await findModels([lung])).toEqual([lung]);
  await expect(findModels([join(root, 'empty')])).rejects.toThrow('no model in the folder');
  await expect(findModels([join(root, 'none')])).rejects.toThrow('no such file');
});

it('finds runs, but not those that one is made of', async () => {
  const outputs = join(root, 'azureml/model/3');
  for (const name of ['job', 'job/fold-0', 'other']) {
    mkdirSync(join(outputs, name), { recursive: true });
    writeFileSync(join(outputs, name, 'run.json'), '{}');
  }
  expect(await findModels([join(root, 'azureml')])).toEqual([join(outputs, 'job'), join(outputs, 'other')]);
  expect(await findModels([join(outputs, 'job')])).toEqual([join(outputs, 'job')]);
});
