import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../contracts/run.ts';
import { temporaryFolder } from '../../dataset/fixtures/settings.ts';
import { thisProcess } from '../../foundation/process-identity.ts';
import { writeManifest } from '../run-folder.ts';
import { candidateOf } from './candidates.ts';

const folder = temporaryFolder();

async function writeRun(place: string, more: Partial<Manifest>): Promise<void> {
  await mkdir(place, { recursive: true });
  await writeFile(join(place, 'split.json'), JSON.stringify({ train: [], validation: [], test: [] }));
  await writeManifest(place, {
    id: place.split('/').at(-1)!,
    name: 'run',
    task: 'segmentation',
    status: 'completed',
    startedAt: new Date().toISOString(),
    process: thisProcess(),
    seed: 0,
    configuration: { file: '/c', hash: '', overrides: [] },
    innereye: '0',
    node: process.version,
    tags: {},
    results: {},
    ...more,
  });
}

describe('a cross-validation as part of an ensemble', () => {
  it('names folds that were never begun, instead of passing for fewer folds', async () => {
    const whole = join(folder, 'whole');
    await writeRun(whole, { kind: 'cross-validation', folds: 3, status: 'cancelled' });
    await writeRun(join(whole, 'folds', '0'), { fold: 0, folds: 3 });
    await writeRun(join(whole, 'folds', '2'), { fold: 2, folds: 3 });
    await expect(candidateOf(whole)).rejects.toThrow('fold 1 has not begun');
  });
});
