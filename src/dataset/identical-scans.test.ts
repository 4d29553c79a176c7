import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Subject } from './dataset.ts';
import { temporaryFolder } from './fixtures/settings.ts';
import { identicalScans } from './identical-scans.ts';

const folder = temporaryFolder();

async function subject(id: string, content: string): Promise<Subject> {
  const file = join(folder, id);
  await writeFile(file, content);
  return { id, images: [{ file }], attributes: {}, place: { file } };
}

it('finds a scan that is in two splits under two names', async () => {
  const [a, b, copy, other] = await Promise.all([
    subject('a', 'scan 1'),
    subject('b', 'scan 1'),
    subject('copy', 'scan 1'),
    subject('other', 'scan 2'),
  ]);
  expect(await identicalScans({ train: [a, b], validation: [other], test: [] })).toEqual([]);
  expect(await identicalScans({ train: [a, other], validation: [], test: [copy] })).toMatchObject([
    { severity: 'warning', message: 'the scans of "a" (train) and "copy" (test) are the same file' },
  ]);
  const missing = { ...a, images: [{ file: join(folder, 'nowhere') }] };
  expect(await identicalScans({ train: [missing], validation: [], test: [missing] })).toEqual([]);
});
