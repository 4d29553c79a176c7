import { appendFileSync, copyFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Manifest } from '../../src/contracts/run.ts';
import { onlyRun, programMissing, run, start, writeSmallConfiguration } from './program.ts';

const HOUR = 3_600_000;

/** Makes a run look as if all that it did had been earlier. */
async function setBack(folder: string, milliseconds: number): Promise<void> {
  const earlier = (text: string, names: string) =>
    text.replace(
      new RegExp(`("(?:${names})": ?)"([^"]+)"`, 'g'),
      (_, name: string, time: string) =>
        `${name}"${new Date(Date.parse(time) - milliseconds).toISOString()}"`,
    );
  for (const [name, names] of [
    ['run.json', 'startedAt|finishedAt'],
    ['events.ndjson', 'time'],
  ] as const) {
    const file = join(folder, name);
    writeFileSync(file, earlier(await readFile(file, 'utf8'), names));
  }
}

describe.skipIf(programMissing)(`a run that is gone on with ${programMissing}`, () => {
  let folder: string;
  let config: string;
  let begun: string;
  const asBegun = ['--set', 'training.checkpoint_every=2'];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'innereye-resuming-'));
    config = await writeSmallConfiguration(folder);
    expect((await run(['cohort', join(folder, 'data'), '--subjects', '6', '--seed', '3'])).code).toBe(0);
    // Its reader goes away as soon as training has begun, as with `| head`.
    const { child, ended } = start(['train', config, '--output', join(folder, 'out'), '--json', ...asBegun]);
    child.stdout!.on('data', data => {
      if (String(data).includes('"type":"epoch"')) child.stdout!.destroy();
    });
    await ended;
    begun = (await onlyRun(join(folder, 'out')))!;
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const resume = (...more: string[]) => run(['train', config, '--resume', begun, ...more]);
  const status = async () => JSON.parse(await readFile(join(begun, 'run.json'), 'utf8')).status as string;

  it('was stopped after a checkpoint when nobody read any more', async () => {
    expect(await status()).toBe('cancelled');
  });

  it('is one of the configuration that is named', async () => {
    const other = join(folder, 'other.innereye.yaml');
    copyFileSync(config, other);
    const { code, stderr } = await run(['train', other, '--resume', begun]);
    expect(code).toBe(1);
    expect(stderr).toContain('the run is one of another configuration');
    expect(stderr).toContain(config);
  });

  it.each([
    ['--set', 'training.epochs=2'],
    ['--tag', 'a=b'],
    ['--max-minutes', '1'],
  ])(
    'takes no %s',
    async (option, value) => {
      const { code, stderr } = await resume(option, value);
      expect(code).toBe(1);
      expect(stderr).toContain(`${option} cannot be given with --resume`);
    },
    60_000,
  );

  it('goes on as it was begun, and says what has changed since', async () => {
    await setBack(begun, HOUR);
    appendFileSync(config, '\nschedule: { name: constant }\n');
    // What it was begun with may be said again, as the processes of a cluster need it.
    const { code, stderr } = await resume(...asBegun);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('the configuration has changed since (schedule');
    expect(await status()).toBe('completed');
    expect(await readFile(join(begun, 'config.resolved.yaml'), 'utf8')).toContain('name: polynomial');
  });

  it('was not at work in the hour before it was gone on with', async () => {
    const manifest = JSON.parse(await readFile(join(begun, 'run.json'), 'utf8')) as Manifest;
    expect(Date.parse(manifest.finishedAt!) - Date.parse(manifest.startedAt)).toBeGreaterThan(HOUR);
    expect(manifest.resumed!.secondsBefore).toBeGreaterThan(0);
    const { stdout } = await run(['runs', 'show', begun]);
    expect(stdout).toMatch(/^duration +\d+ (s|min)$/m);
    expect(stdout).not.toContain(' h ');
    const report = await readFile(join(begun, 'reports', 'report_Segmentation.html'), 'utf8');
    expect(report).toMatch(/<dt>Duration<\/dt><dd>(\d+ min )?\d+ s<\/dd>/);
  });

  it('is not begun where one step cannot fit into the machine', async () => {
    const huge = ['sampling.crop_size=[1024,1024,1024]', 'architecture.features=64'];
    const { code, stderr } = await run([
      ...['train', config, '--output', join(folder, 'huge')],
      ...huge.flatMap(setting => ['--set', setting]),
    ]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/one training step needs about .* of memory, and this machine has/);
  });
});
