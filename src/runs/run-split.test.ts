import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { splitsSchema } from '../config/schema/dataset.ts';
import type { Dataset, Subject } from '../dataset/dataset.ts';
import { splitSubjects } from '../dataset/splits.ts';
import { readSplit, settleSplit } from './run-split.ts';
import { seenBefore } from './seen-before.ts';

describe('the split of a run', () => {
  let folder: string;
  let subjects: Subject[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'innereye-split-'));
    subjects = await Promise.all(
      ['a', 'b', 'c', 'd'].map(async id => {
        const file = join(folder, `${id}.nii`);
        await writeFile(file, id);
        return { id, images: [{ file }], attributes: {}, place: { file } };
      }),
    );
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const dataset = (of: readonly Subject[]): Dataset => ({
    name: 'd',
    folder,
    format: 'folder',
    subjects: of,
  });
  const never = () => Promise.reject(new Error('the split was decided again'));
  const ids = (split: Awaited<ReturnType<typeof settleSplit>>) =>
    [split.train, split.validation, split.test].map(part => part.map(({ id }) => id).join(''));
  const begin = () =>
    settleSplit(folder, dataset(subjects), async () => ({
      train: [subjects[0]!, subjects[1]!],
      validation: [subjects[2]!],
      test: [subjects[3]!],
    }));

  it('is decided once, whatever is added to the data set later', async () => {
    expect(ids(await begin())).toEqual(['ab', 'c', 'd']);
    const more = [{ ...subjects[0]!, id: 'new' }, ...subjects.toReversed()];
    expect(ids(await settleSplit(folder, dataset(more), never))).toEqual(['ab', 'c', 'd']);
  });

  it('can be taken over by another run, which warns where it starts from weights that know its test subjects', async () => {
    const split = await begin();
    const labelled = dataset(subjects.map(subject => ({ ...subject, values: { targets: [1] } as never })));
    const again = await splitSubjects(labelled, splitsSchema.parse({ file: 'split.json' }), {});
    expect(ids(again)).toEqual(['ab', 'c', 'd']);
    expect(await seenBefore(folder, again)).toBeUndefined();
    const turned = { ...split, train: split.test, test: split.train };
    expect(await seenBefore(folder, turned)).toMatch(
      /trained on 2 of its 2 test subjects \(a, b\).*dataset\.splits\.file: .*split\.json/,
    );
    expect(await seenBefore(join(folder, 'checkpoints', 'best.safetensors'), turned)).toMatch(
      /2 of its 2 test/,
    );
    const chosen = { train: [], validation: split.train, test: split.test };
    expect(await seenBefore(folder, chosen)).toMatch(/2 of its 2 validation subjects \(a, b\)/);
    expect(await seenBefore(join(folder, 'a.nii'), turned)).toBeUndefined();
    await writeFile(join(folder, 'split.json'), '{"train": []}');
    await expect(splitSubjects(labelled, splitsSchema.parse({ file: 'split.json' }), {})).rejects.toThrow(
      '"host" is not as expected',
    );
  });

  it('is refused where its file is broken', async () => {
    await begin();
    for (const [text, what] of [
      ['{"train": [', 'the file is not JSON'],
      ['{"host": "h"}', 'is not as expected'],
    ] as const) {
      await writeFile(join(folder, 'split.json'), text);
      const fault = { name: 'Fault', message: expect.stringContaining(what) };
      await expect(settleSplit(folder, dataset(subjects), never)).rejects.toMatchObject(fault);
      await expect(readSplit(folder)).rejects.toMatchObject(fault);
    }
  });

  it('is refused where a subject is gone', async () => {
    await begin();
    await expect(settleSplit(folder, dataset(subjects.slice(1)), never)).rejects.toMatchObject({
      message: 'the subject is no longer in the data set',
      place: { subject: 'a' },
    });
  });

  it('is refused where a visit has another scan or a table another value than it had', async () => {
    const visit = (id: string, target: number) => ({
      position: 0,
      images: [{ file: join(folder, `${id}.nii`) }],
      values: { numbers: [Number.NaN], words: [], targets: [target] },
      place: {},
    });
    const visited = (target: number) =>
      dataset(
        subjects.map(({ id, place }) => ({
          id,
          images: [],
          attributes: {},
          place,
          visits: [visit(id, target)],
        })),
      );
    const first = visited(5).subjects;
    await settleSplit(folder, visited(5), async () => ({
      train: first.slice(0, 3),
      validation: [],
      test: [first[3]!],
    }));
    expect(ids(await settleSplit(folder, visited(5), never))).toEqual(['abc', '', 'd']);
    await expect(settleSplit(folder, visited(500), never)).rejects.toMatchObject({
      message: 'the subject has other values in the table than when the run began',
      place: { subject: 'a' },
    });
    await writeFile(join(folder, 'd.nii'), 'changed');
    await expect(settleSplit(folder, visited(5), never)).rejects.toThrow('has other files');
  });

  it('is refused where a file is another than it was', async () => {
    await begin();
    await writeFile(subjects[2]!.images[0]!.file, 'changed');
    await expect(settleSplit(folder, dataset(subjects), never)).rejects.toMatchObject({
      message: 'the subject has other files than when the run began',
      place: { subject: 'c' },
    });
  });
});
