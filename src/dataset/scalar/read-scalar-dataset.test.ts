import { describe, expect, it } from 'vitest';
import { classificationDatasetSchema, regressionDatasetSchema } from '../../config/schema/scalar-dataset.ts';
import { Fault } from '../../foundation/fault.ts';
import { parseTable } from '../table.ts';
import { encodeFeatures, featureNames, fitFeatures } from './feature-encoder.ts';
import { scalarDataset } from './read-scalar-dataset.ts';

const read = (csv: string, settings: object, schema: 'classes' | 'values' = 'classes') =>
  scalarDataset(
    parseTable(csv, '/data/dataset.csv'),
    schema === 'classes'
      ? classificationDatasetSchema.parse(settings)
      : regressionDatasetSchema.parse(settings),
  );

const told = ({ faults }: ReturnType<typeof read>) =>
  faults.map(({ message, place }) => [place?.line, place?.subject, message]);

describe("InnerEye's form, a row a subject and channel", () => {
  const csv =
    'subjectID,channel,path,value,scalar1,scalar2\nS1,image,a.h5,,,1\nS1,label,,True,1.5,\nS2,image,b.h5,,,2\nS2,label,,False,2.5,\n';
  const settings = {
    subject_column: 'subjectID',
    channel_column: 'channel',
    image_column: 'path',
    channels: ['image'],
    features: { numerical: ['scalar1', 'scalar2'], channels: { scalar2: ['image'], Default: ['label'] } },
    targets: { column: 'value', channel: 'label' },
  };

  it('gathers image, numbers and label of each subject', () => {
    const { dataset, faults } = read(csv, settings);
    expect(faults).toEqual([]);
    expect(dataset.subjects).toMatchObject([
      { id: 'S1', images: [{ file: '/data/a.h5', row: 2 }], values: { numbers: [1.5, 1], targets: [1] } },
      { id: 'S2', images: [{ file: '/data/b.h5', row: 4 }], values: { numbers: [2.5, 2], targets: [0] } },
    ]);
  });

  it('names two different values of one column', () => {
    expect(told(read(`${csv}S1,label,,False,1.5,\n`, settings))).toEqual([
      [6, 'S1', 'the subject has two values in the column "value": "True" and "False"'],
    ]);
  });

  it('keeps files inside of the data set', () => {
    expect(told(read(csv.replace('b.h5', '../b.h5'), settings))).toEqual([
      [4, 'S2', 'the path "../b.h5" leaves the data set\'s folder'],
    ]);
  });
});

describe('a row a subject', () => {
  const settings = {
    features: { numerical: ['age'], categorical: ['sex'] },
    targets: { column: 'grade', kind: 'exclusive', classes: ['low', 'middle', 'high'] },
  };
  const csv = 'subject,age,sex,grade\na,50,f,0\nb,60,m,2\nc,,m,\n';

  it('leaves a subject without a label unlabelled', () => {
    const { dataset } = read(csv, { ...settings, features: { ...settings.features, missing: 'impute' } });
    expect(dataset.subjects.map(({ id, values }) => [id, values!.targets])).toEqual([
      ['a', [1, 0, 0]],
      ['b', [0, 0, 1]],
      ['c', undefined],
    ]);
    expect(dataset.subjects[2]!.values!.numbers).toEqual([Number.NaN]);
  });

  it('names every bad cell by row and column in one pass', () => {
    const bad = 'subject,age,sex,grade\na,old,f,0\nb,60,m,7\nc,,m,1\nd,40,f,1\nd,41,f,1\n,30,f,1\n';
    expect(told(read(bad, settings))).toEqual([
      [7, undefined, 'the row has no subject'],
      [2, 'a', 'the column "age" holds "old", which is no number'],
      [3, 'b', 'the column "grade" holds "7", which is no class'],
      [4, 'c', 'the subject has no value for "age"'],
      [6, 'd', 'the subject is there twice, also in line 5'],
    ]);
  });

  it('names a column that is not there', () => {
    const error = (() => {
      try {
        return read(csv, { ...settings, targets: { column: 'grad' } });
      } catch (caught) {
        return caught;
      }
    })();
    expect(error).toBeInstanceOf(Fault);
    expect((error as Fault).message).toContain('the csv file has no column "grad"');
    expect((error as Fault).remedy).toContain('grade');
  });

  it('reads several labels of a subject, Windows line ends and a byte order mark', () => {
    const text = '\uFEFFsubject,label\r\na,0|2\r\nb,1\r\n';
    const several = { targets: { column: 'label', kind: 'multilabel', classes: ['x', 'y', 'z'] } };
    expect(read(text, several).dataset.subjects.map(({ values }) => values!.targets)).toEqual([
      [1, 0, 1],
      [0, 1, 0],
    ]);
  });

  it('makes yes or no of a number, and numbers of several columns', () => {
    const text = 'subject,v,w\na,1500,2\nb,1700,3\n';
    const above = read(text, { targets: { column: 'v', above: 1600 } });
    expect(above.dataset.subjects.map(({ values }) => values!.targets)).toEqual([[0], [1]]);
    const values = read(text, { targets: { columns: ['v', 'w'] } }, 'values');
    expect(values.dataset.subjects.map(({ values: found }) => found!.targets)).toEqual([
      [1500, 2],
      [1700, 3],
    ]);
  });
});

describe('features', () => {
  const columns = { numerical: ['age'], categorical: ['sex'] };
  const subject = (age: number, sex: string) => ({
    id: '',
    images: [],
    attributes: {},
    place: { file: 'd.csv', line: 3 },
    values: { numbers: [age], words: [sex] },
  });
  const encoding = fitFeatures([subject(40, 'm'), subject(60, 'f'), subject(Number.NaN, 'm')], columns);
  const encode = (age: number, sex: string) =>
    encodeFeatures(encoding, subject(age, sex).values, subject(age, sex).place);

  it('are standardised by the training subjects, and words become inputs of their own', () => {
    expect(featureNames(encoding)).toEqual(['age', 'sex=f', 'sex=m']);
    expect(encode(60, 'f')).toEqual([10 / Math.sqrt(200), 1, 0]);
  });

  it('that are missing are the mean, or the most frequent word', () => {
    expect(encode(Number.NaN, '')).toEqual([0, 0, 1]);
  });

  it('name a word that training never saw by row and column', () => {
    expect(() => encode(50, 'x')).toThrow('the column "sex" holds "x", which no training subject has');
  });

  it('are plain data', () => {
    expect(JSON.parse(JSON.stringify(encoding))).toEqual(encoding);
  });
});
