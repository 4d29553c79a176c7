import { dirname, join } from 'node:path';
import { makeFolder } from '../foundation/folder.ts';
import { uncertainty } from '../inference/postprocessing/uncertainty.ts';
import type { SegmentedSubject } from '../inference/segment-subject.ts';
import { writeNifti } from '../volume/formats/nifti-write.ts';
import { voxelCount } from '../volume/volume.ts';

/** Name of a subject's segmentation in the subject's folder. */
export const SEGMENTATION_FILE = 'segmentation.nii.gz';
const UNCERTAINTY_FILE = 'uncertainty.nii.gz';
const posteriorFile = (structure: string): string => `posterior_${structure}.nii.gz`;

/** Names of what `writePrediction` writes. */
export const predictionFileNames = (structures: readonly string[], posteriors: boolean): string[] => [
  SEGMENTATION_FILE,
  ...(posteriors ? [...['background', ...structures].map(posteriorFile), UNCERTAINTY_FILE] : []),
];

/** Writes the classes of a subject as a label map. @returns the file. */
export async function writeSegmentation(file: string, { grid, labels }: SegmentedSubject): Promise<string> {
  await makeFolder(dirname(file));
  await writeNifti(file, { ...grid, data: labels }, { intent: 'label' });
  return file;
}

/**
 * Writes a subject's result as InnerEye does: `segmentation.nii.gz` on the image's grid and, where posteriors were kept,
 * `posterior_<class>.nii.gz` and `uncertainty.nii.gz` scaled to 0 … 255.
 * @returns the files written, the segmentation first.
 */
export async function writePrediction(
  folder: string,
  segmented: SegmentedSubject,
  structures: readonly string[],
): Promise<string[]> {
  const { grid, posteriors } = segmented;
  const files = [await writeSegmentation(join(folder, SEGMENTATION_FILE), segmented)];
  if (!posteriors) return files;
  const write = async (name: string, data: Uint8Array) => {
    const file = join(folder, name);
    await writeNifti(file, { ...grid, data });
    files.push(file);
  };
  const voxels = voxelCount(grid.shape);
  const scaled = (values: Float32Array) => Uint8Array.from(values, value => Math.round(value * 255));
  for (const [k, name] of ['background', ...structures].entries()) {
    await write(posteriorFile(name), scaled(posteriors.subarray(k * voxels, (k + 1) * voxels)));
  }
  await write(UNCERTAINTY_FILE, scaled(uncertainty(posteriors, voxels)));
  return files;
}
