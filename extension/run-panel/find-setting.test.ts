import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Location } from '../../src/config/tree.ts';
import { findSetting } from './find-setting.ts';
import { readPanelRun } from './panel-run.ts';

const CONFIGURATION = `extends: ./base.innereye.yaml
training:
  epochs: 3
`;
const BASE = `task: segmentation
dataset:
  path: ./data
  channels: [mr]
  structures: [{ name: liver }]
training: { epochs: 10, batch_size: 4 }
`;
const RESOLVED = `name: small
task: segmentation
training:
  epochs: 3
  batch_size: 4
  seed: 7
augmentation:
  - random_flip: { axes: [ x, y ] }
`;

describe('a setting of a run', () => {
  let folder: string;
  let run: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'innereye-setting-'));
    run = join(folder, 'run');
    await mkdir(run);
    await writeFile(join(folder, 'small.innereye.yaml'), CONFIGURATION);
    await writeFile(join(folder, 'base.innereye.yaml'), BASE);
    await writeFile(join(run, 'config.resolved.yaml'), RESOLVED);
    const manifest = {
      id: 'run',
      name: 'small',
      task: 'segmentation',
      status: 'completed',
      startedAt: '2026-03-01T09:00:00Z',
      process: { pid: 1, host: 'elsewhere' },
      seed: 7,
      configuration: {
        file: join(folder, 'small.innereye.yaml'),
        hash: '',
        overrides: ['training.seed=7'],
      },
      innereye: '0.1.0',
      node: 'v20',
      tags: {},
    };
    await writeFile(join(run, 'run.json'), JSON.stringify(manifest));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const text = async ({ file, line }: Location) =>
    (await readFile(file, 'utf8')).split('\n')[line - 1]!.trim();

  it('is found where the configuration says it', async () => {
    const found = await findSetting(run, 'training.epochs');
    expect(found.file).toBe(join(folder, 'small.innereye.yaml'));
    expect(await text(found)).toBe('epochs: 3');
  });

  it('is found in the file that the configuration extends', async () => {
    const found = await findSetting(run, 'training.batch_size');
    expect(found.file).toBe(join(folder, 'base.innereye.yaml'));
    expect(await text(found)).toContain('batch_size: 4');
  });

  it('is found in the resolved settings where it is of the command line, a default, or the configuration is gone', async () => {
    expect(await text(await findSetting(run, 'training.seed'))).toBe('seed: 7');
    expect(await text(await findSetting(run, 'augmentation[0].random_flip.axes'))).toContain('random_flip');
    await rm(join(folder, 'small.innereye.yaml'));
    const found = await findSetting(run, 'training.epochs');
    expect(found.file).toBe(join(run, 'config.resolved.yaml'));
    expect(await text(found)).toBe('epochs: 3');
  });

  it('is listed with its value, as the panel shows it', async () => {
    const { name, status, settings } = await readPanelRun(run);
    expect({ name, status }).toEqual({ name: 'small', status: 'completed' });
    expect(settings).toContainEqual({ path: 'training.epochs', value: '3' });
    expect(settings).toContainEqual({ path: 'augmentation[0].random_flip.axes', value: '[x, y]' });
  });
});
