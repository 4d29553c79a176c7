import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { entriesOf, volumesIn } from '../dataset/folder-listing.ts';
import { subjectIdOf } from '../dataset/volume-name.ts';
import { Fault } from '../foundation/fault.ts';

/** Name that `innereye train` and `innereye predict` give a subject's segmentation in the subject's folder. */
const SEGMENTATION = 'segmentation.nii.gz';

/**
 * Files of predictions by subject: volumes named after it, and `segmentation.nii.gz` in folders named after it.
 * @throws Fault where the folder cannot be read, or a subject has two predictions
 */
export async function predictionFiles(folder: string): Promise<Map<string, string>> {
  const files = await labelFiles(folder);
  for (const id of await entriesOf(folder)) {
    const file = join(folder, id, SEGMENTATION);
    if (existsSync(file)) addFile(files, id, file);
  }
  return files;
}

/**
 * Files of label maps by subject: volumes named after it.
 * @throws Fault where the folder cannot be read, or a subject has two label maps
 */
export async function labelFiles(folder: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const name of await volumesIn(folder)) addFile(files, subjectIdOf(name), join(folder, name));
  return files;
}

function addFile(files: Map<string, string>, id: string, file: string): void {
  const other = files.get(id);
  if (other !== undefined) {
    throw new Fault(`two files are of the same subject: ${other} and ${file}`, {
      place: { file, subject: id },
      remedy: 'Remove one of them.',
    });
  }
  files.set(id, file);
}
