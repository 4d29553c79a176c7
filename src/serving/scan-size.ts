import type { PreprocessingStep } from '../config/schema/configuration.ts';
import { Fault } from '../foundation/fault.ts';
import type { VolumeHeader } from '../volume/header.ts';
import { canonicalGrid } from '../volume/orientation.ts';
import { resampledShape } from '../volume/resample.ts';
import { spacingOf, voxelCount, type Zyx } from '../volume/volume.ts';

/** Voxels are float32 where they are computed with. */
const BYTES_OF_VOXEL = 4;

/**
 * Looks at what a scan's header promises before its voxels are read: a few bytes can unpack to gigabytes, and a header
 * with a spacing of metres has a model resample them to more.
 * @param preparations what is done to the scan before a model sees it, for each network.
 * @param most bytes that a volume may have, as it is or resampled.
 * @throws Fault where it has more.
 */
export function requireSize(
  header: Pick<VolumeHeader, 'shape' | 'affine' | 'components'>,
  preparations: readonly (readonly PreprocessingStep[])[],
  most: number,
): void {
  const { components } = header;
  requireBytes('the scan', header.shape, components, most);
  for (const steps of preparations) {
    const grid = canonicalGrid(header);
    for (const step of steps) {
      if (!('resample' in step) || !spacingOf(grid.affine).every(size => size > 0)) continue;
      // The extent is the same, whatever step came before.
      const { spacing_mm } = step.resample;
      requireBytes("the scan at the model's spacing", resampledShape(grid, spacing_mm), components, most);
    }
  }
}

function requireBytes(what: string, shape: Zyx, components: number, most: number): void {
  const bytes = voxelCount(shape) * components * BYTES_OF_VOXEL;
  if (bytes <= most) return;
  const [z, y, x] = shape;
  throw new Fault(
    `${what} has ${x} × ${y} × ${z} voxels, more than the service's ${Math.floor(most / 2 ** 20)} MB`,
    { remedy: 'Crop the scan, check its spacing, or serve with a greater --max-unpacked-megabytes.' },
  );
}
