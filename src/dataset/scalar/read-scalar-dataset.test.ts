import { describe, expect, it } from 'vitest';
import {
  classificationDatasetSchema,
  regressionDatasetSchema,
  sequenceDatasetSchema,
} from '../../config/schema/scalar-dataset.ts';
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

  it('takes an empty cell of several labels for none of them, but neither a missing row nor a missing column', () => {
    const several = { column: 'label', kind: 'multilabel', classes: ['x', 'y', 'z'] };
    const targetsOf = ({ dataset }: ReturnType<typeof read>) =>
      dataset.subjects.map(({ values }) => values!.targets);
    const error = { targets: several, missing_labels: 'error' };
    expect(targetsOf(read('subject,label\na,0\nb,\n', error))).toEqual([
      [1, 0, 0],
      [0, 0, 0],
    ]);
    const rows = {
      channel_column: 'channel',
      image_column: 'path',
      targets: { ...several, channel: 'facts' },
    };
    const innereye = 'subject,channel,path,label\na,facts,,\nb,scan,b.nii,\n';
    expect(targetsOf(read(innereye, rows))).toEqual([[0, 0, 0], undefined]);
    const unlabelled = scalarDataset(
      parseTable('subject\na\n', '/data/dataset.csv'),
      classificationDatasetSchema.parse({ targets: several }),
      { labelled: false },
    );
    expect(targetsOf(unlabelled)).toEqual([undefined]);
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

  it('of a column in which all numbers are alike are not divided by what rounding leaves', () => {
    const alike = fitFeatures(
      Array.from({ length: 10 }, () => subject(0.1, 'm')),
      columns,
    );
    expect(alike.numerical).toEqual([{ column: 'age', mean: 0.1, deviation: 1 }]);
  });

  it('name a word that training never saw by row and column', () => {
    expect(() => encode(50, 'x')).toThrow('the column "sex" holds "x", which no training subject has');
  });

  it('are plain data', () => {
    expect(JSON.parse(JSON.stringify(encoding))).toEqual(encoding);
  });
});

describe('a table to predict', () => {
  it('is told which column it lacks, and none of those that it needs is taken for that', () => {
    const settings = classificationDatasetSchema.parse({
      features: { numerical: ['anterior', 'posterior'] },
      targets: { column: 'large' },
    });
    const faultOf = (header: string) => {
      try {
        scalarDataset(parseTable(`${header}\na,1,2\n`, '/data/dataset.csv'), settings, { labelled: false });
      } catch (fault) {
        return fault;
      }
      return undefined;
    };
    expect(faultOf('subject,anterior,side')).toMatchObject({
      message: expect.stringMatching(/no column "posterior" .*; it has "subject", "anterior", "side"$/),
      remedy: 'Add the column "posterior".',
    });
    expect(faultOf('subject,anterior,posteriors')).toMatchObject({
      remedy: 'Rename the column "posteriors" to "posterior".',
    });
  });

  it('tells of subjects that are left out, as nobody is to be missed', () => {
    const settings = classificationDatasetSchema.parse({
      features: { numerical: ['age'], missing: 'drop' },
      targets: { column: 'ill' },
    });
    const table = parseTable('subject,age,ill\na,50,\nb,,\n', '/data/dataset.csv');
    const left = { ...settings, missing_labels: 'drop' as const };
    expect(scalarDataset(table, left).faults).toEqual([]);
    expect(told(scalarDataset(table, left, { tellsLeftOut: true }))).toEqual([
      [3, 'b', 'the subject is left out: it lacks the value of a feature'],
    ]);
  });
});

describe('visits of a subject', () => {
  const settings = {
    features: { numerical: ['marker'] },
    sequence: { column: 'visit', target_positions: 'last' },
    targets: { column: 'relapse' },
  };
  const readVisits = (csv: string, more: object = {}) =>
    scalarDataset(
      parseTable(csv, '/data/dataset.csv'),
      sequenceDatasetSchema.parse({ ...settings, ...more }),
    );
  const csv = 'subject,visit,marker,relapse\na,1,2,1\na,0,1,\nb,0,3,0\n';

  it('come in the order of their positions, with a target where one is asked for', () => {
    const { dataset, faults } = readVisits(csv);
    expect(faults).toEqual([]);
    expect(dataset.subjects.map(({ id, visits }) => [id, visits])).toMatchObject([
      [
        'a',
        [
          { position: 0, values: { numbers: [1] } },
          { position: 1, values: { numbers: [2], targets: [1] } },
        ],
      ],
      ['b', [{ position: 0, values: { numbers: [3], targets: [0] } }]],
    ]);
    expect(dataset.subjects[0]!.visits![0]!.values.targets).toBeUndefined();
  });

  it('have no holes, unless they are to be skipped', () => {
    const holed = `${csv}b,2,5,1\n`;
    expect(told(readVisits(holed))).toEqual([
      [5, 'b', 'the subject has no visit at position 1 in the column "visit", but one at 2'],
    ]);
    const skipping = { sequence: { ...settings.sequence, missing_visits: 'skip' } };
    const { dataset, faults } = readVisits(holed, skipping);
    expect(faults).toEqual([]);
    expect(dataset.subjects[1]!.visits!.map(({ position }) => position)).toEqual([0, 2]);
  });

  it('are not there twice, and count from 0', () => {
    expect(told(readVisits(`${csv}b,0,5,1\nc,1.5,1,1\nd,,1,1\n`))).toEqual([
      [5, 'b', 'the subject has two visits at position 0 in the column "visit", also in line 4'],
      [6, 'c', 'the column "visit" holds "1.5", which is no position of a visit'],
      [7, 'd', 'the column "visit" holds "", which is no position of a visit'],
    ]);
  });

  it('outside of the positions asked for do not count', () => {
    const { dataset } = readVisits(csv, { sequence: { ...settings.sequence, maximum: 0 } });
    expect(dataset.subjects.map(({ visits }) => visits!.length)).toEqual([1, 1]);
  });

  it('that lack a feature are left out, and the last of the others is what is to be told', () => {
    const { dataset, faults } = readVisits(`${csv}c,0,1,0\nc,1,2,1\nc,2,,1\n`, {
      features: { numerical: ['marker'], missing: 'drop' },
    });
    expect(faults).toEqual([]);
    const { visits } = dataset.subjects.at(-1)!;
    expect(visits!.map(({ position, values }) => [position, values.targets])).toEqual([
      [0, undefined],
      [1, [1]],
    ]);
  });

  it("are read from InnerEye's form", () => {
    const innereye =
      'subject,visit,channel,path,marker,relapse\na,0,scan,a0.nii,,\na,0,facts,,1,\na,1,scan,a1.nii,,\na,1,facts,,2,1\n';
    const { dataset, faults } = readVisits(innereye, {
      channel_column: 'channel',
      image_column: 'path',
      channels: ['scan'],
    });
    expect(faults).toEqual([]);
    expect(dataset.subjects[0]!.visits).toMatchObject([
      { images: [{ file: '/data/a0.nii' }], values: { numbers: [1] } },
      { images: [{ file: '/data/a1.nii' }], values: { numbers: [2], targets: [1] } },
    ]);
  });
});
