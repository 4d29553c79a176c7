import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RunRow, SORT_KEYS } from '../contracts/runs-table.ts';
import { filterProblem, filterRows, groupRows, NEWEST_FIRST, sortRows } from './arrange-rows.ts';

const row = (changes: Partial<RunRow>): RunRow => ({
  folder: '/o/a',
  name: 'liver',
  task: 'segmentation',
  status: 'completed',
  startedAt: '2026-01-01T00:00:00.000Z',
  tags: {},
  note: '',
  configuration: '/c/liver.innereye.yaml',
  seed: 1,
  ...changes,
});

const dice = (value: number): Partial<RunRow> => ({ score: { name: 'Dice', split: 'test', value } });

const anyRow = fc
  .record({
    folder: fc.uuid(),
    name: fc.constantFrom('a', 'b', 'c'),
    startedAt: fc.constantFrom('2026-01-01', '2026-01-02', '2026-01-03'),
    value: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
  })
  .map(({ value, ...rest }) => row({ ...rest, ...(value !== undefined && dice(value)) }));

describe('sorting', () => {
  it('gives the same order whatever the order before, without losing a row', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(anyRow, { selector: ({ folder }) => folder }),
        fc.constantFrom(...SORT_KEYS),
        fc.boolean(),
        (rows, key, descending) => {
          const sorted = sortRows(rows, { key, descending });
          expect(new Set(sorted)).toEqual(new Set(rows));
          expect(sortRows([...rows].reverse(), { key, descending })).toEqual(sorted);
        },
      ),
    );
  });

  it('puts the newest first, and rows without a value last either way', () => {
    const [old, recent, unmeasured] = [
      row({ folder: '1', startedAt: '2026-01-01', ...dice(0.9) }),
      row({ folder: '2', startedAt: '2026-01-02', ...dice(0.5) }),
      row({ folder: '3', startedAt: '2026-01-03' }),
    ];
    const rows = [old, recent, unmeasured];
    expect(sortRows(rows, NEWEST_FIRST)).toEqual([unmeasured, recent, old]);
    expect(sortRows(rows, { key: 'score', descending: true })).toEqual([old, recent, unmeasured]);
    expect(sortRows(rows, { key: 'score', descending: false })).toEqual([recent, old, unmeasured]);
  });
});

describe('filtering', () => {
  const rows = [
    row({ folder: '/o/1', name: 'liver', tags: { site: 'B' }, ...dice(0.9) }),
    row({ folder: '/o/2', name: 'kidney', note: 'Too few subjects', ...dice(0.4) }),
    row({ folder: '/o/3', name: 'liver', status: 'failed' }),
  ];
  it.each([
    ['', '123'],
    ['LIVER', '123'],
    ['kidney', '2'],
    ['site=b', '1'],
    ['too few', '2'],
    ['failed', '3'],
    ['dice>0.5', '1'],
    ['dice<0.5', '2'],
    ['completed dice>0.3', '12'],
    ['dice>=0.9', '1'],
    ['dice<=0.4', '2'],
    ['score>0.5', '1'],
    ['accuracy>0.5', ''],
    ['stopped', ''],
    ['spleen', ''],
  ])('"%s" lets %s through', (filter, expected) => {
    expect(
      filterRows(rows, filter)
        .map(({ folder }) => folder.at(-1))
        .join(''),
    ).toBe(expected);
  });
});

it('groups by configuration, in the order of the first row of each', () => {
  const rows = ['b', 'a', 'b'].map((name, index) => row({ folder: String(index), configuration: name }));
  const groups = [...groupRows(rows)].map(([name, members]) => [name, members.map(({ folder }) => folder)]);
  expect(groups).toEqual([
    ['b', ['0', '2']],
    ['a', ['1']],
  ]);
});

describe('the syntax of a filter', () => {
  it.each(['dice=>0.5', 'dice>', 'dice>half', 'liver dice<>1'])('says what is wrong with "%s"', filter =>
    expect(filterProblem(filter)).toContain('is no comparison'),
  );
  it.each(['', 'dice>0.5', 'score<=.5', 'site=B', '<b>'])('says nothing of "%s"', filter =>
    expect(filterProblem(filter)).toBeUndefined(),
  );
});
