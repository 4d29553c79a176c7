import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../dataset/fixtures/settings.ts';
import { Fault } from '../foundation/fault.ts';
import { type PredictEachTask, predictEach } from './predict-each.ts';

const folder = temporaryFolder();
const target = (id: string) => join(folder, id);

function task(ids: readonly string[], more: Partial<PredictEachTask<string, string>> = {}) {
  return predictEach<string, string>({
    subjects: ids.map(id => ({ id, images: [{ file: `${id}.nii` }], found: true })),
    skipExisting: false,
    signal: new AbortController().signal,
    target: ({ id }) => target(id),
    load: async ({ id }) => {
      if (id.startsWith('broken')) throw new Fault('the file is damaged', { place: { file: `${id}.nii` } });
      return id.startsWith('labels') ? undefined : id;
    },
    segment: async loaded => loaded,
    write: async ({ id }) => {
      writeFileSync(target(id), id);
      return [target(id)];
    },
    ...more,
  });
}

describe('predicting many volumes', () => {
  it('goes on behind a broken one and leaves label maps out', async () => {
    const { files, pairs, failures, leftOut } = await task(['a', 'broken', 'labels', 'b']);
    expect(files).toEqual([target('a'), target('b')]);
    expect(pairs).toEqual([
      { input: 'a.nii', labels: target('a') },
      { input: 'b.nii', labels: target('b') },
    ]);
    expect(failures).toMatchObject([{ id: 'broken', faults: [{ message: 'the file is damaged' }] }]);
    expect(leftOut).toEqual(['labels.nii']);
  });

  it('keeps or says it replaces what is there', async () => {
    await task(['c']);
    const replaced: string[] = [];
    const again = await task(['c', 'd'], { skipExisting: true });
    expect(again).toMatchObject({ files: [target('d')], skipped: [target('c')] });
    await task(['c'], { onReplace: file => replaced.push(file) });
    expect(replaced).toEqual([target('c')]);
  });

  it('ends where nothing can be written, at a defect, and when it is asked to', async () => {
    const full = async () => Promise.reject(new Fault('the disk is full'));
    await expect(task(['e', 'f'], { write: full })).rejects.toThrow('the disk is full');
    const defect = async () => Promise.reject(new TypeError('x is undefined'));
    await expect(task(['e'], { segment: defect })).rejects.toThrow('x is undefined');
    await expect(task(['e'], { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  });
});
