import { join } from 'node:path';
import { writeFileAtomically } from '../../foundation/atomic-file.ts';
import { Fault } from '../../foundation/fault.ts';
import { writeNifti } from '../../volume/formats/nifti-write.ts';
import { makePhantom } from './phantom.ts';

export interface CohortOptions {
  readonly subjects: number;
  readonly seed: number;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Name of the image channel, and of the structures, in the csv. */
export const COHORT_CHANNEL = 'mr';
export const COHORT_STRUCTURES = ['liver', 'kidneys'] as const;

/**
 * Writes a cohort of made-up abdominal MRI scans in InnerEye's form: `dataset.csv`, and for each subject an image and
 * a mask a structure. The same seed gives the same bytes, and a subject does not depend on how many there are. The
 * csv is written last.
 * @throws Fault where the folder cannot be written.
 */
export async function makeSyntheticCohort(folder: string, options: CohortOptions): Promise<void> {
  const { subjects, seed, onProgress, signal } = options;
  if (!Number.isInteger(subjects) || subjects < 1 || subjects > 9999) {
    throw new Fault(`${subjects} is not a number of subjects`, { remedy: 'Choose from 1 to 9999.' });
  }
  const csv = join(folder, 'dataset.csv');
  const rows = ['subject,filePath,channel,seriesId,institutionId'];
  for (let index = 1; index <= subjects; index++) {
    signal?.throwIfAborted();
    const id = String(index).padStart(3, '0');
    const phantom = makePhantom(seed, id);
    const volumes = { [COHORT_CHANNEL]: phantom.image, liver: phantom.liver, kidneys: phantom.kidneys };
    for (const [channel, volume] of Object.entries(volumes)) {
      const path = `${id}/${channel}.nii.gz`;
      await writeNifti(join(folder, path), volume, { description: 'InnerEye synthetic cohort' });
      rows.push(`${id},${path},${channel},${SERIES}${seed}-${id},${phantom.institution}`);
    }
    onProgress?.(index, subjects);
  }
  await writeFileAtomically(csv, `${rows.join('\n')}\n`);
}

/** Start of the series' names. */
const SERIES = 'synthetic-';
