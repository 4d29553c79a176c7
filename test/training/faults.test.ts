import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onlyRun, PROGRAM, programMissing, run, writeSmallConfiguration } from './program.ts';

describe.skipIf(programMissing)(`what a user can get wrong ends in one message ${programMissing}`, () => {
  let folder: string;
  let config: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'innereye-faults-'));
    config = await writeSmallConfiguration(folder);
    expect((await run(['cohort', join(folder, 'data'), '--subjects', '8', '--seed', '5'])).code).toBe(0);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** A copy of the cohort with something broken in it, and its configuration. */
  async function broken(name: string, breakIt: (data: string) => void): Promise<string> {
    const copy = join(folder, name);
    mkdirSync(copy);
    cpSync(join(folder, 'data'), join(copy, 'data'), { recursive: true });
    breakIt(join(copy, 'data'));
    return writeSmallConfiguration(copy);
  }

  /** The image of the first subject, relative to the data set. */
  const firstImage = (data: string) =>
    readFileSync(join(data, 'dataset.csv'), 'utf8')
      .split('\n')
      .find(row => /,mr\b/.test(row))!
      .split(',')[1]!;

  /** Trains and expects a failure without a stack trace that names all of the given. */
  async function failsNaming(file: string, named: (string | RegExp)[], args: string[] = []): Promise<void> {
    const { code, stderr } = await run(['train', file, '--output', join(folder, 'outputs'), ...args]);
    expect(code, stderr).toBe(1);
    expect(stderr).not.toMatch(/\n\s+at .*\.js:\d+/);
    for (const part of named) expect(stderr).toMatch(part);
  }

  it.skipIf(process.platform !== 'linux')('a full disk behind a pipe (only Linux has /dev/full)', () => {
    const full = ['-c', '"$0" "$1" --help > /dev/full', process.execPath, PROGRAM];
    expect(() => execFileSync('sh', full, { stdio: 'pipe' })).toThrow(/the disk is full/);
  });

  it('a truncated .nii.gz', async () => {
    let image = '';
    const file = await broken('truncated', data => {
      image = firstImage(data);
      truncateSync(join(data, image), 3000);
    });
    await failsNaming(file, [new RegExp(image.replaceAll('.', '\\.')), /subject/, /[Ee]xport|copy/]);
  });

  it('a header that promises terabytes', async () => {
    let image = '';
    const file = await broken('terabytes', data => {
      image = firstImage(data);
      const bytes = gunzipSync(readFileSync(join(data, image)));
      for (const at of [42, 44, 46]) bytes.writeInt16LE(30_000, at);
      writeFileSync(join(data, image), gzipSync(bytes));
    });
    const began = performance.now();
    await failsNaming(file, [new RegExp(image.replaceAll('.', '\\.'))]);
    expect(performance.now() - began).toBeLessThan(60_000);
  });

  it('intensities that are NaN', async () => {
    let image = '';
    const file = await broken('nan', data => {
      image = firstImage(data);
      const bytes = gunzipSync(readFileSync(join(data, image)));
      // A float image of the same size, its first voxel NaN.
      const voxels = bytes.readInt16LE(42) * bytes.readInt16LE(44) * bytes.readInt16LE(46);
      const header = Buffer.from(bytes.subarray(0, 352));
      header.writeInt16LE(16, 70);
      header.writeInt16LE(32, 72);
      const floats = new Float32Array(voxels).fill(1);
      floats[0] = Number.NaN;
      writeFileSync(join(data, image), gzipSync(Buffer.concat([header, Buffer.from(floats.buffer)])));
    });
    await failsNaming(file, [new RegExp(image.replaceAll('.', '\\.')), /NaN|no number|not a number/]);
  });

  it('a csv without the column channel', async () => {
    const file = await broken('column', data => {
      const csv = join(data, 'dataset.csv');
      writeFileSync(csv, readFileSync(csv, 'utf8').replace('channel', 'kanal'));
    });
    await failsNaming(file, [/dataset\.csv/, /channel/]);
  });

  it('but a csv with Windows line ends and a byte order mark is read', async () => {
    const file = await broken('windows', data => {
      const csv = join(data, 'dataset.csv');
      writeFileSync(csv, `\uFEFF${readFileSync(csv, 'utf8').replaceAll('\n', '\r\n')}`);
    });
    const { code, stdout, stderr } = await run(['validate', file]);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('8 subjects');
  });

  it('a cycle in extends', async () => {
    writeFileSync(join(folder, 'a.innereye.yaml'), 'extends: ./b.innereye.yaml\n');
    writeFileSync(join(folder, 'b.innereye.yaml'), 'extends: ./a.innereye.yaml\n');
    await failsNaming(join(folder, 'a.innereye.yaml'), [/b\.innereye\.yaml:1:10/, /a\.innereye\.yaml/]);
  });

  it('a misspelt key, with the nearest name', async () => {
    const file = join(folder, 'misspelt.innereye.yaml');
    writeFileSync(file, readFileSync(config, 'utf8').replace('crop_size', 'crop_siez'));
    await failsNaming(file, [/misspelt\.innereye\.yaml:\d+:\d+/, /crop_size/]);
    await failsNaming(config, [/learning_rate/], ['--set', 'optimizer.learning_rat=1']);
  });

  it('a configuration that is not there, and wrong use with another exit code', async () => {
    await failsNaming(join(folder, 'nothing.innereye.yaml'), [/nothing\.innereye\.yaml/]);
    expect((await run(['train'])).code).toBe(2);
    expect((await run(['train', config, '--max-minutes', 'many'])).code).toBe(2);
    expect((await run(['trian', config])).code).toBe(2);
  });

  /** A disk of a few hundred kilobytes; undefined where the test may not mount one. */
  function smallDisk(): string | undefined {
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=400k', 'tmpfs', disk], { stdio: 'ignore' });
      return disk;
    } catch {
      return undefined;
    }
  }

  it('a full disk, and what was written before stays whole', async ({ skip }) => {
    const disk = smallDisk();
    if (!disk) return skip('a small disk cannot be mounted here: that needs root');
    try {
      const { code, stderr } = await run(['train', config, '--output', disk]);
      expect(code, stderr).toBe(1);
      expect(stderr).toMatch(/disk is full/);
      expect(stderr).toMatch(/Free some space/);
      expect(stderr).not.toMatch(/\n\s+at .*\.js:\d+/);
      const made = (await onlyRun(disk))!;
      JSON.parse(readFileSync(join(made, 'run.json'), 'utf8'));
      const left = readdirSync(made, { recursive: true }).map(String);
      expect(left.filter(name => name.endsWith('.tmp'))).toEqual([]);
      // With space again it goes on.
      const elsewhere = join(folder, 'elsewhere');
      cpSync(made, elsewhere, { recursive: true });
      const resumed = await run(['train', config, '--resume', elsewhere]);
      expect(resumed.code, resumed.stderr).toBe(0);
      expect(existsSync(join(elsewhere, 'checkpoints', 'best.safetensors'))).toBe(true);
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  it('a run that is no run, and an input that is no volume', async () => {
    const scan = join(folder, 'scan.nii.gz');
    copyFileSync(config, scan);
    const { code, stderr } = await run([
      'predict',
      '--model',
      folder,
      '--input',
      scan,
      '--output',
      join(folder, 'p'),
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain('is not the folder of a run');
    expect((await run(['volume', scan])).code).toBe(1);
  });
});
