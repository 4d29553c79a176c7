import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { splitsSchema } from '../config/schema/dataset.ts';
import { classificationDatasetSchema } from '../config/schema/scalar-dataset.ts';
import { Fault } from '../foundation/fault.ts';
import type { Dataset, Split, Subject } from './dataset.ts';
import { emptySplits } from './empty-splits.ts';
import { temporaryFolder } from './fixtures/settings.ts';
import { foldSplit } from './folds.ts';
import { splitSubjects } from './splits.ts';

const folder = temporaryFolder();

const subject = (id: string, attributes: Record<string, string> = {}, labelled = true): Subject => ({
  id,
  images: [{ file: `/data/${id}.nii.gz` }],
  ...(labelled && { labels: { kind: 'masks', sources: [{ file: `/data/${id}_seg.nii.gz` }] } }),
  attributes,
  place: { subject: id },
});
const dataset = (subjects: readonly Subject[]): Dataset => ({ name: 'd', folder, format: 'csv', subjects });
const numbered = (count: number, attributes: (index: number) => Record<string, string> = () => ({})) =>
  dataset(Array.from({ length: count }, (_, index) => subject(String(index + 1), attributes(index))));
const split = (data: Dataset, splits: z.input<typeof splitsSchema>) =>
  splitSubjects(data, splitsSchema.parse(splits));
const ids = ({ train, validation, test }: Split) =>
  [train, validation, test].map(subjects => subjects.map(({ id }) => id));
const sizes = (result: Split) => ids(result).map(({ length }) => length);

describe('splits by strata', () => {
  const classes = (count: number) =>
    dataset(
      Array.from({ length: count }, (_, index) => {
        const plain = subject(String(index + 1), {}, false);
        return { ...plain, values: { numbers: [], words: [], targets: [Number(index % 5 === 0)] } };
      }),
    );
  const rare = (subjects: readonly Subject[]) =>
    subjects.filter(({ values }) => values!.targets![0] === 1).length;

  it('give each split its share of a rare class', async () => {
    const settings = splitsSchema.parse({ train: 0.6, validation: 0.2, test: 0.2, seed: 3 });
    const result = await splitSubjects(classes(50), settings, { targets: 'classes' });
    expect([result.train, result.validation, result.test].map(rare)).toEqual([6, 2, 2]);
    expect(sizes(result)).toEqual([30, 10, 10]);
  });

  it('spread the numbers that are to be predicted by their quarters', async () => {
    const data = dataset(
      Array.from({ length: 80 }, (_, index) => ({
        ...subject(String(index + 1), {}, false),
        values: { numbers: [], words: [], targets: [index ** 2] },
      })),
    );
    const settings = splitsSchema.parse({ train: 0.5, validation: 0.25, test: 0.25, seed: 1 });
    const { test } = await splitSubjects(data, settings, { targets: 'numbers' });
    const quarter = (value: number) => Math.floor((4 * Math.sqrt(value)) / 80);
    const counts = [0, 1, 2, 3].map(
      which => test.filter(({ values }) => quarter(values!.targets![0]!) === which).length,
    );
    expect(counts).toEqual([5, 5, 5, 5]);
  });

  it('follow the column that is named', async () => {
    const data = numbered(40, index => ({ scanner: index % 4 === 0 ? 'old' : 'new' }));
    const result = await split(data, { train: 0.5, validation: 0.25, test: 0.25, stratify_by: 'scanner' });
    const old = (subjects: readonly Subject[]) =>
      subjects.filter(({ attributes }) => attributes.scanner === 'old').length;
    expect([result.train, result.validation, result.test].map(old)).toEqual([5, 3, 2]);
  });
});

describe('splits by proportions', () => {
  it.each([
    [10, {}, [8, 1, 1]],
    [100, { train: 0.6, validation: 0.15, test: 0.25 }, [60, 15, 25]],
    [195, { train: 0.75, validation: 0.05, test: 0.2 }, [146, 10, 39]],
    [3, {}, [1, 1, 1]],
    [2, {}, [1, 1, 0]],
    [1, {}, [1, 0, 0]],
    [10, { train: 0.5, validation: 0, test: 0.2 }, [5, 0, 2]],
  ])('divide %i subjects by the shares %j into %j', async (count, shares, expected) => {
    expect(sizes(await split(numbered(count), shares))).toEqual(expected);
  });

  it('depend on the seed', async () => {
    const of = async (seed: number) => ids(await split(numbered(50), { seed }));
    expect(await of(1)).toEqual(await of(1));
    expect(await of(1)).not.toEqual(await of(2));
  });

  it('are refused where the shares add up to more than one', async () => {
    await expect(split(numbered(10), { train: 0.9, validation: 0.2, test: 0 })).rejects.toThrow(
      'add up to 1.1',
    );
  });

  it('leave out subjects without structures, and are refused where none has any', async () => {
    const data = dataset([...numbered(4).subjects, subject('x', {}, false)]);
    expect(ids(await split(data, {})).flat()).not.toContain('x');
    await expect(split(dataset([subject('x', {}, false)]), {})).rejects.toThrow('no subject of the data set');
  });
});

/** Random data sets: groups of a few subjects, the shares, a seed. */
const cohorts = fc.record({
  patients: fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 40 }),
  shares: fc
    .tuple(fc.integer({ min: 1, max: 10 }), fc.nat(10), fc.nat(10))
    .map(([a, b, c]) => ({ train: a / (a + b + c), validation: b / (a + b + c), test: c / (a + b + c) })),
  seed: fc.integer(),
});
const grouped = (patients: readonly number[]) =>
  numbered(patients.length, index => ({ patient: `p${patients[index]}` }));

describe('every split', () => {
  it('uses each subject once and keeps groups on one side', () =>
    fc.assert(
      fc.asyncProperty(cohorts, async ({ patients, shares, seed }) => {
        const result = await split(grouped(patients), { ...shares, seed, group_by: 'patient' });
        expect(ids(result).flat().sort()).toEqual(
          grouped(patients)
            .subjects.map(({ id }) => id)
            .sort(),
        );
        const sides = [result.train, result.validation, result.test].map(
          subjects => new Set(subjects.map(({ attributes }) => attributes.patient)),
        );
        const all = sides.flatMap(side => [...side]);
        expect(all).toHaveLength(new Set(all).size);
        expect(result.train.length).toBeGreaterThan(0);
      }),
    ));

  it('gives every share above 0 a group where there are enough', () =>
    fc.assert(
      fc.asyncProperty(cohorts, async ({ patients, shares, seed }) => {
        const result = await split(grouped(patients), { ...shares, seed, group_by: 'patient' });
        const wanted = Object.values(shares).filter(share => share > 0).length;
        fc.pre(new Set(patients).size >= wanted);
        expect(sizes(result).filter(size => size > 0)).toHaveLength(wanted);
      }),
    ));

  it('does not depend on the order of the rows', () =>
    fc.assert(
      fc.asyncProperty(cohorts, fc.infiniteStream(fc.nat()), async ({ patients, shares, seed }, stream) => {
        const data = grouped(patients);
        const keys = new Map(data.subjects.map(s => [s, stream.next().value]));
        const mixed = dataset(data.subjects.toSorted((a, b) => keys.get(a)! - keys.get(b)!));
        const settings = { ...shares, seed, group_by: 'patient', restrict: { train: 5 } };
        const sorted = (result: Split) => ids(result).map(side => side.sort());
        expect(sorted(await split(mixed, settings))).toEqual(sorted(await split(data, settings)));
      }),
    ));
});

describe('splits by groups', () => {
  it('need the column, and a value in it for every subject', async () => {
    const data = numbered(6, index => ({ patientId: index < 5 ? String(index) : '' }));
    await expect(split(data, { group_by: 'patientID' })).rejects.toMatchObject({
      message: 'the data set has no column "patientID" to split by; it has "patientId"',
      remedy: 'Did you mean "patientId"?',
    });
    await expect(split(data, { group_by: 'patientId' })).rejects.toThrow('the subject has no value');
  });

  it('warn of a share above 0 that no group is left for', async () => {
    const data = numbered(6, () => ({ site: 'one' }));
    const settings = (test: number) => ({
      task: 'classification' as const,
      dataset: classificationDatasetSchema.parse({
        targets: { column: 'ill' },
        splits: { group_by: 'site', train: 0.9, validation: 0, test },
      }),
    });
    const result = await splitSubjects(data, settings(0.1).dataset.splits);
    expect(emptySplits(data, result, settings(0.1))).toMatchObject([
      { severity: 'warning', message: expect.stringMatching(/split test .*share is 0.1.*"site"/) },
    ]);
    expect(emptySplits(data, result, settings(0))).toEqual([]);
    const evaluation = { bootstrap: 0, calibration: 'temperature' as const };
    expect(emptySplits(data, result, { ...settings(0), evaluation })).toMatchObject([
      { severity: 'warning', message: expect.stringContaining('no validation subjects to calibrate on') },
    ]);
  });

  it('come close to the shares although groups differ in size', async () => {
    const data = numbered(100, index => ({ patient: String(Math.floor(index / (index < 50 ? 10 : 2))) }));
    const [train, validation, test] = sizes(await split(data, { group_by: 'patient' }));
    expect(train).toBeGreaterThanOrEqual(74);
    expect(validation).toBeLessThanOrEqual(16);
    expect(test).toBeLessThanOrEqual(16);
  });
});

describe('splits by name', () => {
  it('take the subjects of `ids`, numbers too', async () => {
    expect(ids(await split(numbered(5), { ids: { train: [1, 3], test: ['2'] } }))).toEqual([
      ['1', '3'],
      [],
      ['2'],
    ]);
  });

  it('take subjects of a table, and refuse those without a value for the target', async () => {
    const row = (id: string, targets?: readonly number[]) => ({
      ...subject(id, {}, false),
      values: { numbers: [], words: [], ...(targets && { targets }) },
    });
    const visit = { position: 0, images: [], values: row('v', [1]).values, place: {} };
    const data = dataset([
      row('a', [1]),
      row('b', [0]),
      row('c'),
      { ...subject('v', {}, false), visits: [visit] },
    ]);
    expect(ids(await split(data, { ids: { train: ['a', 'v'], test: ['b'] } }))).toEqual([
      ['a', 'v'],
      [],
      ['b'],
    ]);
    await expect(split(data, { ids: { train: ['a', 'c'] } })).rejects.toThrow(
      'the subject "c" is in the split train, but has no value for the target',
    );
  });

  it('refuse an unknown subject with the nearest that is there', async () => {
    const data = dataset([subject('001'), subject('patient_7')]);
    await expect(split(data, { ids: { train: [1] } })).rejects.toMatchObject({
      remedy: 'Did you mean "001"?',
    });
    await expect(split(data, { ids: { train: ['pateint_7'] } })).rejects.toMatchObject({
      message: 'the splits name the subject "pateint_7", which the data set does not have',
      remedy: 'Did you mean "patient_7"?',
    });
  });

  it('refuse a subject in two splits, and a group on two sides', async () => {
    await expect(split(numbered(3), { ids: { train: [1], test: [1] } })).rejects.toThrow('in two splits');
    const data = numbered(3, () => ({ patient: 'A' }));
    await expect(split(data, { ids: { train: [1], test: [2] }, group_by: 'patient' })).rejects.toThrow(
      '"1" (train) and "2" (test) both have patient "A": the split would leak',
    );
  });

  it('may stand in a csv file', async () => {
    const file = async (text: string) => {
      await writeFile(join(folder, 'splits.csv'), text);
      return split(numbered(4), { file: 'splits.csv' });
    };
    expect(ids(await file('subject,split\n3,train\n1,Test\n4,validation\n'))).toEqual([['3'], ['4'], ['1']]);
    await expect(file('subject,split\n3,train\n1,val\n')).rejects.toMatchObject({
      place: { line: 3 },
      remedy: 'Did you mean "validation"?',
    });
    await expect(file('subject,set\n3,train\n')).rejects.toThrow('no column "split"');
  });
});

describe('splits by institution', () => {
  const data = numbered(40, index => ({ institutionId: 'ABCD'[index % 4]!, patient: String(index) }));

  it('divide each institution by the shares, leave some out and test on others', async () => {
    const result = await split(data, {
      train: 0.5,
      validation: 0.25,
      test: 0.25,
      institutions: { exclude: ['A'], test_only: ['B'], subjects_for_test_only: ['3', 4] },
    });
    const count = (subjects: readonly Subject[]) =>
      'ABCD'.split('').map(id => subjects.filter(s => s.attributes.institutionId === id).length);
    expect(count(result.train)).toEqual([0, 0, 5, 5]);
    expect(count(result.validation)).toEqual([0, 0, 2, 2]);
    expect(count(result.test)).toEqual([0, 10, 3, 3]);
    expect(ids(result)[2]).toEqual(expect.arrayContaining(['3', '4']));
  });

  it('refuse an institution that is not there and a group that spans two', async () => {
    await expect(split(data, { institutions: { exclude: ['E'] } })).rejects.toThrow(
      'name the institution "E"',
    );
    const spanning = numbered(4, index => ({ institutionId: 'AB'[index % 2]!, patient: 'p' }));
    await expect(split(spanning, { group_by: 'patient', institutions: {} })).rejects.toBeInstanceOf(Fault);
  });
});

it('restrict keeps a few subjects of the same split', async () => {
  const whole = await split(numbered(50), {});
  const few = await split(numbered(50), { restrict: { train: 4, test: 1 } });
  expect(sizes(few)).toEqual([4, 5, 1]);
  expect(ids(whole)[0]).toEqual(expect.arrayContaining(ids(few)[0]!));
});

describe('cross-validation', () => {
  const folds = (data: Dataset, count: number, splits: z.input<typeof splitsSchema> = {}) =>
    Promise.all(
      Array.from({ length: count }, (_, index) => foldSplit(data, splitsSchema.parse(splits), count, index)),
    );

  it('validates each subject of training and validation once, and keeps the test subjects', () =>
    fc.assert(
      fc.asyncProperty(cohorts, fc.integer({ min: 2, max: 5 }), async ({ patients, seed }, count) => {
        const data = grouped(patients);
        const settings = { train: 0.7, validation: 0.1, test: 0.2, seed, group_by: 'patient' };
        const { test } = await split(data, settings);
        const rest = data.subjects.filter(s => !test.includes(s));
        fc.pre(new Set(rest.map(s => s.attributes.patient)).size >= count);
        const results = await folds(data, count, settings);
        const validated = results.flatMap(({ validation }) => validation.map(({ id }) => id));
        const others = rest.map(({ id }) => id);
        expect(validated.sort()).toEqual(others.sort());
        for (const result of results) {
          expect(result.test).toEqual(test);
          expect(result.train.length + result.validation.length).toBe(others.length);
          const patientsOf = (subjects: readonly Subject[]) => subjects.map(s => s.attributes.patient);
          const seen = new Set(patientsOf(result.train));
          expect(patientsOf(result.validation).some(patient => seen.has(patient))).toBe(false);
        }
      }),
    ));

  it('makes folds of equal size', async () => {
    const results = await folds(numbered(100), 5, { train: 0.8, validation: 0, test: 0.2 });
    expect(results.map(sizes)).toEqual(Array(5).fill([64, 16, 20]));
  });

  it('is refused with fewer groups than folds', async () => {
    await expect(folds(numbered(4), 5)).rejects.toThrow('cannot be divided into 5 folds');
  });
});
