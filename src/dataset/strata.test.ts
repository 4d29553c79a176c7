import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitsSchema } from '../config/schema/dataset.ts';
import { Fault } from '../foundation/fault.ts';
import type { Dataset, Split, Subject } from './dataset.ts';
import { foldSplits } from './folds.ts';

const subject = (id: string, attributes: Record<string, string> = {}, targets?: number[]): Subject => ({
  id,
  images: [],
  ...(targets ? { values: { numbers: [], words: [], targets } } : { labels: { kind: 'masks', sources: [] } }),
  attributes,
  place: { subject: id },
});
const dataset = (subjects: readonly Subject[]): Dataset => ({
  name: 'd',
  folder: '/d',
  format: 'csv',
  subjects,
});
const settings = (values: object = {}) =>
  splitsSchema.parse({ train: 0.8, validation: 0.2, test: 0, ...values });
const counts = (splits: readonly Split[], of: (one: Subject) => string, value: string) =>
  splits.map(({ validation }) => validation.filter(one => of(one) === value).length);
const gap = (values: readonly number[]) => Math.max(...values) - Math.min(...values);

describe('folds are stratified', () => {
  it('by classes, to within one subject of each class and of the size, with any counts', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 6, maxLength: 80 }),
        fc.integer({ min: 2, max: 6 }),
        fc.integer({ min: 0, max: 99 }),
        async (classes, folds, seed) => {
          const data = dataset(classes.map((label, index) => subject(`s${index}`, {}, [label])));
          const splits = await foldSplits(data, settings({ seed }), folds, { targets: 'classes' });
          const labelOf = ({ values }: Subject) => String(values!.targets![0]);
          for (const label of new Set(classes))
            expect(gap(counts(splits, labelOf, String(label)))).toBeLessThanOrEqual(1);
          expect(gap(splits.map(({ validation }) => validation.length))).toBeLessThanOrEqual(1);
        },
      ),
    ));

  it('by institutions where all subjects have one, and by nothing where one lacks it', async () => {
    const cohort = Array.from({ length: 40 }, (_, index) =>
      subject(`s${index}`, { institutionId: index < 10 ? 'small' : 'large' }),
    );
    const siteOf = ({ attributes }: Subject) => attributes.institutionId ?? '';
    const splits = await foldSplits(dataset(cohort), settings(), 5);
    expect(counts(splits, siteOf, 'small')).toEqual([2, 2, 2, 2, 2]);
    expect(counts(splits, siteOf, 'large')).toEqual([6, 6, 6, 6, 6]);
    const lacking = await foldSplits(dataset([...cohort, subject('last')]), settings(), 5);
    expect(lacking.flatMap(({ validation }) => validation)).toHaveLength(41);
  });

  it('by a column that is named, and says where a subject has no value in it', async () => {
    const cohort = Array.from({ length: 12 }, (_, index) =>
      subject(`s${index}`, { scanner: index % 3 === 0 ? 'A' : 'B' }),
    );
    const splits = await foldSplits(dataset(cohort), settings({ stratify_by: 'scanner' }), 4);
    expect(counts(splits, ({ attributes }) => attributes.scanner!, 'A')).toEqual([1, 1, 1, 1]);
    const broken = foldSplits(
      dataset([...cohort, subject('s12', { scanner: '' })]),
      settings({ stratify_by: 'scanner' }),
      4,
    );
    await expect(broken).rejects.toThrow(Fault);
    await expect(broken).rejects.toThrow('no value in the column "scanner"');
  });

  it('without dividing groups, whose folds stay as even as their sizes allow', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ size: fc.integer({ min: 1, max: 4 }), label: fc.integer({ min: 0, max: 1 }) }), {
          minLength: 10,
          maxLength: 60,
        }),
        async patients => {
          const eyes = patients.flatMap(({ size, label }, patient) =>
            Array.from({ length: size }, (_, eye) =>
              subject(`p${patient}-${eye}`, { patient: String(patient) }, [label]),
            ),
          );
          const splits = await foldSplits(dataset(eyes), settings({ group_by: 'patient' }), 3, {
            targets: 'classes',
          });
          const patientsOf = (subjects: readonly Subject[]) =>
            new Set(subjects.map(({ attributes }) => attributes.patient));
          for (const { train, validation } of splits)
            expect([...patientsOf(train)].filter(one => patientsOf(validation).has(one))).toEqual([]);
          for (const label of ['0', '1'])
            expect(
              gap(counts(splits, ({ values }) => String(values!.targets![0]), label)),
            ).toBeLessThanOrEqual(4);
        },
      ),
    ));
});
