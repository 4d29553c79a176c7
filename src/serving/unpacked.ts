import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { PredictionTask } from '../contracts/serving.ts';
import { SERIES_LIMITS, unpackSeries } from '../dicom/unpack-series.ts';
import { unpackArchive } from '../foundation/archive.ts';
import { Fault, Faults } from '../foundation/fault.ts';

/** What is wrong with an archive that a client sent. */
export class ArchiveFault extends Error {
  constructor(readonly fault: Fault | Faults) {
    super(fault.message);
  }
}

/** The scan that was sent: the file as it is, or the folder of an unpacked series. @throws ArchiveFault */
export async function unpacked(task: PredictionTask): Promise<string> {
  if (!(await isArchive(task.input))) return task.input;
  const folder = join(task.folder, 'series');
  await fromArchive(() => unpackSeries(task.input, folder, { ...SERIES_LIMITS, bytes: task.unpacked }));
  return folder;
}

/** The files of an archive under their own names, in a folder. @throws ArchiveFault */
export function unpackedWithNames(task: PredictionTask, folder: string): Promise<string[]> {
  const limits = { ...SERIES_LIMITS, bytes: task.unpacked };
  return fromArchive(() => unpackArchive(task.input, folder, limits));
}

async function fromArchive<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Fault || error instanceof Faults ? new ArchiveFault(error) : error;
  }
}

export async function isArchive(file: string): Promise<boolean> {
  return (await firstBytes(file, 2)).toString('latin1') === 'PK';
}

export async function firstBytes(file: string, count: number): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(count), 0, count, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
