import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type ArchiveLimits, eachArchiveEntry } from '../foundation/archive.ts';
import { makeFolder } from '../foundation/folder.ts';

/** A whole-body CT of thin slices has some thousand images of half a megabyte. */
export const SERIES_LIMITS: ArchiveLimits = { entries: 20_000, bytes: 8 * 2 ** 30 };

/**
 * Unpacks an archive with a DICOM series into a folder, all files beside each other, whatever folders they were in and
 * whatever their names, which may be those of patients.
 * @throws Fault for an archive that is damaged or not accepted.
 */
export async function unpackSeries(file: string, folder: string, limits = SERIES_LIMITS): Promise<void> {
  await makeFolder(folder, { mode: 0o700 });
  let count = 0;
  await eachArchiveEntry(file, limits, async entry => {
    const target = join(folder, `${String(++count).padStart(5, '0')}.dcm`);
    await pipeline(await entry.open(), createWriteStream(target, { flags: 'wx', mode: 0o600 }));
  });
}

/**
 * Calls `use` with inputs of which each zip archive is unpacked, into a folder of its name; nothing is left of it
 * afterwards.
 */
export async function withUnpacked<T>(
  inputs: readonly string[],
  use: (inputs: readonly string[]) => Promise<T>,
): Promise<T> {
  if (!inputs.some(isArchive)) return use(inputs);
  const root = await mkdtemp(join(tmpdir(), 'innereye-series-'));
  try {
    const unpacked: string[] = [];
    for (const [index, input] of inputs.entries()) {
      const folder = join(root, String(index), basename(input).replace(/\.zip$/i, ''));
      if (isArchive(input)) await unpackSeries(input, folder);
      unpacked.push(isArchive(input) ? folder : input);
    }
    return await use(unpacked);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

const isArchive = (input: string): boolean => /\.zip$/i.test(input);
