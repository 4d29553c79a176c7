import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { withAbsolutePaths } from './launch-paths.ts';

it('paths of a launch are relative to the folder of the workspace', () => {
  const folder = resolve('/projects/cohort');
  const given = {
    type: 'innereye',
    config: 'models/a.innereye.yaml',
    run: resolve('/r/1'),
    output: '../out',
    epoch: 2,
  };
  expect(withAbsolutePaths(given, folder)).toEqual({
    ...given,
    config: resolve('/projects/cohort/models/a.innereye.yaml'),
    output: resolve('/projects/out'),
  });
  expect(withAbsolutePaths(given, undefined)).toEqual(given);
});
