import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Manifest } from '../contracts/run.ts';
import { temporaryFolder } from '../dataset/fixtures/settings.ts';
import { thisProcess } from '../foundation/process-identity.ts';
import { listRuns, placeInParent } from './child-runs.ts';
import { liesIn, nest } from './nest-runs.ts';
import { writeManifest } from './run-folder.ts';

const folder = temporaryFolder();

async function make(name: string, more: Partial<Manifest> = {}): Promise<string> {
  const run = join(folder, name);
  await mkdir(run, { recursive: true });
  await writeManifest(run, {
    id: name.split('/').at(-1)!,
    name: 'liver',
    task: 'segmentation',
    status: 'completed',
    startedAt: '2026-01-01',
    process: thisProcess(),
    seed: 1,
    configuration: { file: '/c', hash: '', overrides: [] },
    innereye: '0',
    node: '',
    tags: {},
    results: {},
    ...more,
  });
  return run;
}

describe('runs that are made of others', () => {
  it('are found with them, and not with those in the trash', async () => {
    await make('search', { kind: 'search', startedAt: '2026-01-02' });
    const trial = await make('search/trials/001');
    await make('search/trials/.trash/002');
    await make('cv', { kind: 'cross-validation', startedAt: '2026-01-03' });
    const fold = await make('cv/folds/0');
    await make('cv/code/not');
    const found = (await listRuns(folder)).map(run => run.folder.slice(folder.length + 1));
    expect(found).toEqual(['cv', 'search', 'search/trials/001', 'cv/folds/0']);
    expect(await placeInParent(trial)).toEqual({ parent: 'search', trial: 0 });
    expect(await placeInParent(fold)).toEqual({ parent: 'cv', fold: 0 });
    expect(await placeInParent(join(folder, 'search'))).toEqual({});
    expect(await placeInParent(join(folder, 'elsewhere', 'folds', '0'))).toEqual({});
  });

  it('have them below, in their order; one without its parent stands alone', () => {
    const runs = ['/o/s/trials/002', '/o/s', '/o/s/trials/001', '/o/x/folds/0', '/o/s2'].map(at => ({
      folder: at,
    }));
    const { top, childrenOf } = nest(runs);
    expect(top.map(run => run.folder)).toEqual(['/o/s', '/o/x/folds/0', '/o/s2']);
    expect(childrenOf('/o/s').map(run => run.folder)).toEqual(['/o/s/trials/002', '/o/s/trials/001']);
    expect(childrenOf('/o/s2')).toEqual([]);
    expect(liesIn('/o/s/trials/001', '/o/s')).toBe(true);
    expect(liesIn('/o/s2', '/o/s')).toBe(false);
  });
});
