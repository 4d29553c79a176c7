import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { existingFolder } from './existing-folder.ts';
import { withoutSnapshots } from './snapshots.ts';

describe('folders', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'innereye-folders-'));
    mkdirSync(join(root, 'code', 'outputs', 'run'), { recursive: true });
    writeFileSync(join(root, 'code', 'outputs', 'run', 'run.json'), '{}');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('named code hold configurations like others, except those of runs', () => {
    const own = ['code/a.innereye.yaml', 'code/models/b.innereye.yaml', 'code/outputs/run/c.innereye.yaml'];
    const kept = ['code/outputs/run/code/a.innereye.yaml', 'code/outputs/run/code/models/b.innereye.yaml'];
    const paths = (names: string[]) => names.map(name => join(root, name));
    expect(withoutSnapshots(paths([...own, ...kept]))).toEqual(paths(own));
  });

  it('that are gone give way to the nearest above them', () => {
    expect(existingFolder(join(root, 'code'))).toBe(join(root, 'code'));
    expect(existingFolder(join(root, 'gone', 'deep'))).toBe(root);
  });
});
