import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatResolved } from '../config/format-resolved.ts';
import { loadConfiguration } from '../config/load-configuration.ts';
import { MINIMAL } from '../config/resolve-texts.ts';
import { takeSnapshot } from '../runs/snapshot.ts';
import { prepareLaunch, trainingStart } from './launch.ts';

const CHILD = 'extends: ../base.innereye.yaml\ntraining:\n  epochs: 5\n';

describe('debugging a run', () => {
  let folder: string;
  let run: string;
  let child: string;
  let base: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'innereye-debugged-run-'));
    for (const name of ['data', 'models', 'outputs/run']) mkdirSync(join(folder, name), { recursive: true });
    [run, child, base] = ['outputs/run', 'models/child.innereye.yaml', 'base.innereye.yaml'].map(name =>
      join(folder, name),
    ) as [string, string, string];
    writeFileSync(base, MINIMAL);
    writeFileSync(child, CHILD);
    const overrides = ['training.batch_size=3'];
    const { settings, files } = await loadConfiguration(child, { set: overrides });
    await takeSnapshot(run, files);
    // The number of epochs was fixed when the run began.
    const fixed = { ...settings, training: { ...settings.training, epochs: 9 } };
    writeFileSync(join(run, 'config.resolved.yaml'), formatResolved(fixed as typeof settings));
    const manifest = {
      ...{ id: 'run', name: 'child', task: 'segmentation', status: 'completed', innereye: '0', node: '0' },
      ...{ startedAt: new Date(0).toISOString(), process: { pid: 1, host: 'h' }, seed: 0, tags: {} },
      configuration: { file: child, hash: '', overrides },
    };
    writeFileSync(join(run, 'run.json'), JSON.stringify(manifest));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('has the settings of the run, and breakpoints in its files where they are what they were', async () => {
    const launch = await prepareLaunch({ run });
    expect(launch).toMatchObject({ copies: false, configuration: { file: child } });
    expect(launch.configuration.origins.get('training.epochs')?.location).toMatchObject({
      file: child,
      line: 3,
    });
    const { configuration } = trainingStart({ run }, launch.configuration);
    expect(configuration.settings.training).toMatchObject({ epochs: 9, batch_size: 3 });
    expect(structuredClone(configuration).settings).toEqual(configuration.settings);
  });

  it('has breakpoints in the copies of the run where its files have changed, or are gone', async () => {
    writeFileSync(base, `# A line more.\n${MINIMAL.replace('levels: 3', 'levels: 4')}`);
    const { copies, configuration, tree } = await prepareLaunch({ run, config: child });
    expect(copies).toBe(true);
    expect(configuration.file).toBe(join(run, 'code/models/child.innereye.yaml'));
    expect(readFileSync(configuration.file, 'utf8')).toBe(CHILD);
    const place = configuration.origins.get('architecture.levels')?.location;
    expect(place).toMatchObject({ file: join(run, 'code/base.innereye.yaml'), line: 7 });
    expect(tree).toBe(configuration.tree);
    expect(configuration.settings!.architecture).toMatchObject({ levels: 3 });
    rmSync(child);
    expect((await prepareLaunch({ run })).configuration.file).toBe(configuration.file);
  });

  it('falls back on the settings themselves where the run keeps no sources', async () => {
    rmSync(join(run, 'code'), { recursive: true });
    rmSync(child);
    const { copies, configuration } = await prepareLaunch({ run, set: ['training.epochs=2'] });
    expect([copies, configuration.file]).toEqual([true, join(run, 'config.resolved.yaml')]);
    expect(configuration.settings!.training.epochs).toBe(2);
  });
});
