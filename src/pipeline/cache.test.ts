import { copyFileSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bytesOf, cacheFile, cacheFolder, evict, markUsed } from './cache.ts';
import { CacheLease, leasedEntries } from './cache-lease.ts';
import { dataSetOnDisk, scratchFolder } from './fixtures/data-set.ts';
import { codeOfTransforms } from './plugin-transforms.ts';
import type { PreparationRecipe } from './preparation.ts';

const fixture = (name: string) => join(import.meta.dirname, '../volume/fixtures', name);

async function recipeOf(image?: string): Promise<PreparationRecipe> {
  const { subjects, settings } = await dataSetOnDisk(1);
  const [subject] = subjects;
  return {
    subject: image === undefined ? subject : { ...subject, images: [{ file: image }] },
    dataset: settings.dataset,
    steps: [],
    plugins: [],
  };
}
const key = (recipe: PreparationRecipe, plugins = '') => cacheFile('/cache', recipe, plugins);
/** Sets the time of change a second later; the size stays. */
const touch = (file: string) => {
  const later = new Date(statSync(file).mtimeMs + 1000);
  utimesSync(file, later, later);
};

describe('the entry of a subject', () => {
  it('stays the same while nothing changes', async () => {
    const recipe = await recipeOf();
    expect(await key(recipe)).toBe(await key(recipe));
  });

  it('is another when image or label map were written anew, even with the same size', async () => {
    const recipe = await recipeOf();
    const { images, labels } = recipe.subject;
    const before = await key(recipe);
    touch(images[0].file);
    const after = await key(recipe);
    expect(after).not.toBe(before);
    touch((labels as { source: { file: string } }).source.file);
    expect(await key(recipe)).not.toBe(after);
  });

  it.each([
    ['detached.mhd', 'detached.raw'],
    ['detached-nrrd.nhdr', 'detached-nrrd.raw'],
    ['pair.hdr', 'pair.img'],
  ])('is another when the voxels of %s were written anew', async (header, voxels) => {
    const folder = await scratchFolder();
    for (const name of [header, voxels]) copyFileSync(fixture(name), join(folder, name));
    const recipe = await recipeOf(join(folder, header));
    const before = await key(recipe);
    touch(join(folder, voxels));
    expect(await key(recipe)).not.toBe(before);
  });

  it('is another when a slice of its DICOM folder was written anew, or one was added', async () => {
    const folder = await scratchFolder();
    const slices = readdirSync(fixture('dicom/one'));
    for (const name of slices) copyFileSync(join(fixture('dicom/one'), name), join(folder, name));
    const recipe = await recipeOf(folder);
    const first = await key(recipe);
    touch(join(folder, slices[1]));
    const second = await key(recipe);
    copyFileSync(join(folder, slices[0]), join(folder, 'another.dcm'));
    const third = await key(recipe);
    expect(new Set([first, second, third]).size).toBe(3);
  });

  it('is another for other steps and other ways to read, but not for another split', async () => {
    const recipe = await recipeOf();
    const { dataset } = recipe;
    const same = { ...recipe, dataset: { ...dataset, splits: { ...dataset.splits, seed: 5 } } };
    const others: PreparationRecipe[] = [
      { ...recipe, steps: [{ resample: { spacing_mm: [1, 1, 2], interpolation: 'linear' } }] },
      { ...recipe, dataset: { ...dataset, other_labels: 'background' } },
      { ...recipe, subject: { ...recipe.subject, id: 'other' } },
    ];
    expect(await key(same)).toBe(await key(recipe));
    for (const other of others) expect(await key(other)).not.toBe(await key(recipe));
  });

  it('is another when a module changed that a plugin imports', async () => {
    const folder = await scratchFolder();
    const [plugin, helper] = ['plugin.ts', 'helper.ts'].map(name => join(folder, name)) as [string, string];
    writeFileSync(plugin, "import { scale } from './helper';\nexport default scale;\n");
    writeFileSync(helper, 'export const scale = 1;\n');
    const steps = [{ plugin: { name: 'scale' } }];
    const recipe = { ...(await recipeOf()), steps, plugins: [plugin] };
    const keyNow = async () => key(recipe, await codeOfTransforms([plugin], steps));
    const before = await keyNow();
    expect(await keyNow()).toBe(before);
    writeFileSync(helper, 'export const scale = 100;\n');
    expect(await keyNow()).not.toBe(before);
    expect(await codeOfTransforms([plugin], [])).toBe('');
  });
});

describe('the cache folder', () => {
  it('is the one that INNEREYE_CACHE or the system names', () => {
    expect(cacheFolder({ INNEREYE_CACHE: '/a', XDG_CACHE_HOME: '/b' })).toBe(join('/a', 'prepared'));
    expect(cacheFolder({ XDG_CACHE_HOME: '/b' })).toBe(join('/b', 'innereye', 'prepared'));
  });

  /** Entries of 100 bytes, the first used last. */
  async function entries(...names: string[]): Promise<string> {
    const folder = await scratchFolder();
    names.forEach((name, index) => {
      const file = join(folder, name);
      writeFileSync(file, new Uint8Array(100));
      const used = new Date(Date.now() - 60_000 * (index + 1));
      utimesSync(file, used, used);
    });
    return folder;
  }
  const left = (folder: string) => readdirSync(folder).sort();

  it('loses its least recently used entries, and nothing else', async () => {
    const folder = await entries('a.prepared', 'b.prepared', 'c.prepared', 'notes.txt', 'd.prepared');
    await evict(folder, 400, new Set());
    expect(left(folder)).toHaveLength(5);
    await evict(folder, 250, new Set());
    expect(left(folder)).toEqual(['a.prepared', 'b.prepared', 'notes.txt']);
    await markUsed(join(folder, 'b.prepared'));
    await evict(folder, 100, new Set());
    expect(left(folder)).toEqual(['b.prepared', 'notes.txt']);
  });

  it('keeps entries in use however old they are, and counts them first', async () => {
    const folder = await entries('new.prepared', 'old.prepared', 'older.prepared');
    await evict(folder, 250, new Set(['old.prepared', 'older.prepared']));
    expect(left(folder)).toEqual(['old.prepared', 'older.prepared']);
    await evict(folder, 0, new Set(['old.prepared', 'older.prepared']));
    expect(left(folder)).toEqual(['old.prepared', 'older.prepared']);
    expect(await bytesOf(folder, ['old.prepared', 'gone.prepared'])).toBe(100);
  });

  it('loses temporary files that were left behind a day ago', async () => {
    const folder = await entries('.a.prepared.1-x.tmp', '.b.prepared.2-y.tmp');
    const old = new Date(Date.now() - 25 * 3600 * 1000);
    utimesSync(join(folder, '.a.prepared.1-x.tmp'), old, old);
    await evict(folder, 0, new Set());
    expect(left(folder)).toEqual(['.b.prepared.2-y.tmp']);
  });

  it('tells what living processes use, and forgets those that were killed', async () => {
    const folder = await entries();
    await CacheLease.of(folder).add([join(folder, 'mine.prepared')]);
    await CacheLease.of(folder).add([join(folder, 'more.prepared')]);
    expect(left(folder)).toHaveLength(1);
    const lease = (name: string, owner: object) =>
      writeFileSync(join(folder, name), JSON.stringify({ process: owner, entries: [`${name}.prepared`] }));
    lease('killed.lease', { pid: 2 ** 22 + 1, host: hostname() });
    lease('elsewhere.lease', { pid: 1, host: 'another' });
    lease('silent.lease', { pid: 1, host: 'another' });
    const old = new Date(Date.now() - 25 * 3600 * 1000);
    utimesSync(join(folder, 'silent.lease'), old, old);
    writeFileSync(join(folder, 'half.lease'), '{"process"');
    expect([...(await leasedEntries(folder))].sort()).toEqual([
      'elsewhere.lease.prepared',
      'mine.prepared',
      'more.prepared',
    ]);
    expect(left(folder)).not.toContain('killed.lease');
    expect(left(folder)).not.toContain('silent.lease');
  });
});
