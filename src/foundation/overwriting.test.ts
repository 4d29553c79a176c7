import { existsSync, linkSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillEmptyFolder, refuseToOverwrite, requireNew } from './overwriting.ts';

describe('refuseToOverwrite', () => {
  let root: string;
  const at = (...parts: string[]) => join(root, ...parts);

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'innereye-overwriting-'));
    mkdirSync(at('data'));
    for (const name of ['scan.nii.gz', 'other.nii.gz', 'scans.h5']) writeFileSync(at('data', name), name);
    symlinkSync(at('data'), at('linked'), 'junction');
    linkSync(at('data', 'scan.nii.gz'), at('twin.nii.gz'));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  const scan = () => at('data', 'scan.nii.gz');

  it.each([
    ['as it is', () => scan()],
    ['relative to here', () => relative('.', scan())],
    ['spelled another way', () => `${root}//data/../data/./scan.nii.gz`],
    ['through a linked folder', () => at('linked', 'scan.nii.gz')],
    ['through a hard link', () => at('twin.nii.gz')],
  ])('sees that an output is an input, named %s', async (_, output) => {
    const inputs = [at('data', 'other.nii.gz'), scan(), at('no such file')];
    await expect(refuseToOverwrite([at('new'), output()], inputs)).rejects.toMatchObject({
      name: 'Fault',
      message: expect.stringMatching(/would write over what is read/),
      place: { file: output() },
    });
  });

  it('sees that an output is the file of a volume in HDF5', async () => {
    const inputs = [`${at('data', 'scans.h5')}|volume|0`];
    await expect(refuseToOverwrite([at('data', 'scans.h5')], inputs)).rejects.toThrow(/scans\.h5/);
  });

  it('lets pass what is new, and what is there but not read', async () => {
    await refuseToOverwrite([at('new'), at('data', 'other.nii.gz')], [scan(), at('data')]);
    await refuseToOverwrite([at('no such file')], [at('no such file')]);
  });

  it('lets a file be written over that was asked to be', () => {
    expect(() => requireNew(scan(), 'the scan')).toThrow('the scan exists already');
    requireNew(scan(), 'the scan', true);
    requireNew(at('new'), 'the scan');
  });
});

describe('fillEmptyFolder', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'innereye-filling-'));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('refuses a folder that holds anything, before it is filled', async () => {
    const folder = join(root, 'full');
    mkdirSync(folder);
    writeFileSync(join(folder, 'dataset.csv'), 'subject');
    let filled = false;
    const fill = async () => {
      filled = true;
    };
    await expect(fillEmptyFolder(folder, fill)).rejects.toMatchObject({ message: 'the folder is not empty' });
    expect(filled).toBe(false);
  });

  it('leaves nothing behind where filling fails, so that it can be tried again', async () => {
    const folder = join(root, 'empty');
    const fill = (fails: boolean) => async () => {
      mkdirSync(join(folder, 'scans'), { recursive: true });
      writeFileSync(join(folder, 'scans', '1.nii'), '');
      if (fails) throw new Error('stopped');
      return 1;
    };
    await expect(fillEmptyFolder(folder, fill(true))).rejects.toThrow('stopped');
    expect(readdirSync(folder)).toEqual([]);
    expect(await fillEmptyFolder(folder, fill(false))).toBe(1);
    expect(existsSync(join(folder, 'scans', '1.nii'))).toBe(true);
  });

  it('names the file that is in the way', async () => {
    const file = join(root, 'file');
    writeFileSync(file, '');
    await expect(fillEmptyFolder(file, async () => {})).rejects.toMatchObject({
      message: 'the folder cannot be made: there is a file of that name',
      place: { file },
    });
  });
});
