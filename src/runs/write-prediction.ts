import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { uncertainty } from '../inference/postprocessing/uncertainty.ts';
import type { SegmentedSubject } from '../inference/segment-subject.ts';
import { writeNifti } from '../volume/formats/nifti-write.ts';
import { voxelCount } from '../volume/volume.ts';

/**
 * Writes a subject's result as InnerEye does: `segmentation.nii.gz` on the image's grid and, where posteriors were kept,
 * `posterior_<class>.nii.gz` and `uncertainty.nii.gz` scaled to 0 … 255.
 * @returns the segmentation's file.
 */
export async function writePrediction(
  folder: string,
  { grid, labels, posteriors }: SegmentedSubject,
  structures: readonly string[],
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'segmentation.nii.gz');
  await writeNifti(file, { ...grid, data: labels }, { intent: 'label' });
  if (!posteriors) return file;
  const voxels = voxelCount(grid.shape);
  const scaled = (values: Float32Array) => Uint8Array.from(values, value => Math.round(value * 255));
  for (const [k, name] of ['background', ...structures].entries()) {
    const posterior = scaled(posteriors.subarray(k * voxels, (k + 1) * voxels));
    await writeNifti(join(folder, `posterior_${name}.nii.gz`), { ...grid, data: posterior });
  }
  await writeNifti(join(folder, 'uncertainty.nii.gz'), {
    ...grid,
    data: scaled(uncertainty(posteriors, voxels)),
  });
  return file;
}
