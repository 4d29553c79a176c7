import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Fault } from '../foundation/fault.ts';
import { readVolume } from '../volume/read.ts';
import { whatIsWrong } from './what-is-wrong.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../volume/fixtures/${name}`, import.meta.url));

describe('what a client is told of its scan', () => {
  it('lists the series of an archive with several, by UID alone', async () => {
    const fault = await readVolume(fixture('dicom/two')).catch((error: unknown) => error);
    expect((fault as Fault).remedy).toContain('images)');
    expect(whatIsWrong(fault)).toMatch(
      /^the folder holds 2 DICOM series; say which with series=UID: [\d.]+, [\d.]+$/,
    );
  });

  it('is neither where it lies nor what to do about it', () => {
    const fault = new Fault('the file is cut off', { place: { file: '/spool/x' }, remedy: 'Copy Jane.nii.' });
    expect(whatIsWrong(fault)).toBe('the file is cut off');
  });
});
