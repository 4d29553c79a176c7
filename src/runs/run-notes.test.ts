import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mergeTags, noteRun, parseTag, readRunNotes, tagRun, tagsOf } from './run-notes.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'innereye-notes-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('notes of a run', () => {
  it('lay tags over those it was started with, and take away what is null', async () => {
    await tagRun(folder, { site: 'B', stage: null });
    await tagRun(folder, { reader: 'first' });
    const tags = mergeTags({ site: 'A', stage: 'draft', kept: '1' }, await readRunNotes(folder));
    expect(tags).toEqual({ site: 'B', reader: 'first', kept: '1' });
  });

  it('keep tags and note apart, and leave no temporary file behind', async () => {
    await noteRun(folder, 'too few subjects');
    await tagRun(folder, { site: 'B' });
    await noteRun(folder, 'good enough');
    expect(await readRunNotes(folder)).toEqual({ tags: { site: 'B' }, note: 'good enough' });
    expect(await readdir(folder)).toEqual(['notes.json']);
  });

  it('are not written over where they are broken', async () => {
    await writeFile(join(folder, 'notes.json'), '{"tags": ');
    await expect(tagRun(folder, { a: '1' })).rejects.toThrow('broken');
  });
});

describe('a tag', () => {
  it.each([
    ['site=B', ['site', 'B']],
    ['formula=a=b', ['formula', 'a=b']],
    ['stage=', ['stage', null]],
  ])('%s is read', (text, expected) => expect(parseTag(text)).toEqual(expected));

  it('that a run is started with is read alike, and without a value it is none', () => {
    expect(tagsOf(['site = B', 'stage=', 'formula=a=b'])).toEqual({ site: 'B', formula: 'a=b' });
  });

  it.each(['site', '=B', ''])('"%s" is refused', text => expect(() => parseTag(text)).toThrow('name=value'));
});
