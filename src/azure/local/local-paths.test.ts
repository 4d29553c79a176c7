import { describe, expect, it } from 'vitest';
import { isPathTable, withLocalPaths } from './local-paths.ts';

describe('a table of a job', () => {
  const table = [
    'subject,filePath,channel,site',
    's1,/tmp/innereye-jobs/abdomen-1_0/dataset/scans/a b.nii.gz,image0,x',
    '"s,2","/tmp/innereye-jobs/abdomen-1/dataset/c.nii.gz|0",labels,/tmp/innereye-jobs',
    '',
  ].join('\n');

  it('has files where they are here', () => {
    expect(withLocalPaths(table, '/data/abdomen/')).toBe(
      [
        'subject,filePath,channel,site',
        's1,/data/abdomen/scans/a b.nii.gz,image0,x',
        '"s,2","/data/abdomen/c.nii.gz|0",labels,/tmp/innereye-jobs',
        '',
      ].join('\n'),
    );
    expect(withLocalPaths(table, '/data/$&/dataset.csv')).toContain('s1,/data/$&/scans/a b.nii.gz,');
  });

  it('is one by its name', () => {
    const names = [
      'dataset.csv',
      'val_dataset.csv',
      'CrossValResults/0/dataset.csv',
      'my_dataset.csv',
      'a.csv',
    ];
    expect(names.filter(isPathTable)).toEqual(names.slice(0, 3));
  });
});
