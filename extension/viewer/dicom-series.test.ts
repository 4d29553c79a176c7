import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fixture } from '../../src/volume/fixtures/goldens.ts';
import { seriesIn } from './dicom-series.ts';

describe('the DICOM series of a folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'innereye-series-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('are found by what files are, whatever they are called', async () => {
    for (const [index, name] of ['11.dcm', '12.dcm', '13.dcm'].entries())
      copyFileSync(fixture(`dicom/one/${name}`), join(folder, `IM${index}`));
    writeFileSync(join(folder, 'report.txt'), 'no image');
    const [series, ...others] = await seriesIn(folder);
    expect(others).toEqual([]);
    expect(series).toMatchObject({ images: 3 });
    expect(series!.name).not.toBe('');
  });

  it('are told apart, and each says how many images it has', async () => {
    const found = await seriesIn(fixture('dicom/two'));
    expect(found).toHaveLength(2);
    expect(new Set(found.map(({ uid }) => uid)).size).toBe(2);
    const files = readdirSync(fixture('dicom/two')).filter(name => name.endsWith('.dcm'));
    expect(found.reduce((sum, { images }) => sum + images, 0)).toBe(files.length);
  });

  it('are none in a folder without images', async () => {
    writeFileSync(join(folder, 'a.txt'), basename(folder));
    expect(await seriesIn(folder)).toEqual([]);
  });
});
