import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Drawings, type KeptDrawing } from './drawings.ts';

const drawing: KeptDrawing = {
  id: 'drawing-1',
  name: 'prediction (edited)',
  file: '/runs/r/segmentation_edited.nii.gz',
  of: '/runs/r/segmentation.nii.gz',
  over: '/data/p1/ct.nii.gz',
  structures: [{ value: 1, name: 'liver', color: '#ff0000' }],
  state: { source: { kind: 'runs', runs: ['/runs/r'] }, subject: 'p1' },
};

describe('drawings that are not saved', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'innereye-drawings-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('outlive the window, as the last stroke left them', async () => {
    const before = new Drawings(folder);
    await Promise.all([
      before.keep(drawing, Buffer.from('first')),
      before.keep(drawing, Buffer.from('second')),
    ]);
    const after = new Drawings(folder);
    expect(await after.left()).toEqual([drawing]);
    expect(readFileSync(after.voxels('drawing-1'), 'utf8')).toBe('second');
  });

  it('are shown by one panel at a time, that of the scan they lie over', async () => {
    const drawings = new Drawings(folder);
    await drawings.keep(drawing, Buffer.from('voxels'));
    expect(await drawings.takeOver(drawing.over)).toEqual([]);
    drawings.release([drawing.id]);
    expect(await drawings.takeOver('/data/p2/ct.nii.gz')).toEqual([]);
    expect(await drawings.takeOver(drawing.over)).toEqual([drawing]);
    expect(await drawings.left()).toEqual([]);
  });

  it('are gone when they were saved or given up', async () => {
    const drawings = new Drawings(folder);
    void drawings.keep(drawing, Buffer.from('voxels'));
    await drawings.forget(drawing.id);
    expect(await new Drawings(folder).left()).toEqual([]);
    expect(existsSync(drawings.voxels(drawing.id))).toBe(false);
  });

  it('have ids that lead nowhere else, and files of others are left out', async () => {
    const drawings = new Drawings(folder);
    expect(() => drawings.keep({ ...drawing, id: '../run' }, Buffer.from('x'))).toThrow(/id/);
    writeFileSync(join(folder, 'other.json'), '{"id":"../../run"}');
    writeFileSync(join(folder, 'broken.json'), '{');
    expect(await drawings.left()).toEqual([]);
  });
});
