import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Mirror, restoreMirror } from './mirror.ts';

let base: string;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'innereye-mirror-'));
  await mkdir(join(base, 'run/checkpoints'), { recursive: true });
});
afterEach(() => rm(base, { recursive: true, force: true }));

it('has the files of the run without those of this process, and not those that are gone', async () => {
  const write = (name: string, text: string) => writeFile(join(base, 'run', name), text);
  await write('events.ndjson', 'a\n');
  await write('run.lock', '');
  await write('heartbeat', '');
  await write('checkpoints/.step.1-a.tmp', '');
  await write('checkpoints/step-00000001.safetensors', '1');
  const mirror = new Mirror(join(base, 'run'), join(base, 'kept'));
  await mirror.update();
  await rm(join(base, 'run/checkpoints/step-00000001.safetensors'));
  await write('checkpoints/step-00000002.safetensors', '2');
  await write('events.ndjson', 'a\nb\n');
  await Promise.all([mirror.update(), mirror.update()]);
  await restoreMirror(join(base, 'kept'), join(base, 'restored'));
  expect((await readdir(join(base, 'restored'), { recursive: true })).sort()).toEqual([
    'checkpoints',
    'checkpoints/step-00000002.safetensors',
    'events.ndjson',
  ]);
  expect(await readFile(join(base, 'restored/events.ndjson'), 'utf8')).toBe('a\nb\n');
});
