import { sameGrid } from '../volume/resample.ts';
import { type Affine, spacingOf, type Zyx } from '../volume/volume.ts';

/** Voxels by which corners of two volumes may lie apart and still be on one grid. */
const TOLERANCE = 0.05;

interface Grid {
  readonly shape: Zyx;
  readonly affine: Affine;
}

/**
 * How the grid of a volume differs from that of its subject's image, in words, or undefined where they agree: equal
 * shapes, and corners at the same place in the patient to within a twentieth of a voxel. Programs round headers
 * differently (quaternions, float32), so an exact comparison would refuse good data.
 */
export function gridDifference(image: Grid, other: Grid): string | undefined {
  if (image.shape.some((size, axis) => size !== other.shape[axis])) {
    return `it has ${sizeText(other.shape)} voxels, the image ${sizeText(image.shape)}`;
  }
  if (sameGrid(image, other, TOLERANCE)) return undefined;
  const [spacing, expected] = [spacingOf(other.affine), spacingOf(image.affine)];
  return spacing.some((length, axis) => Math.abs(length / expected[axis]! - 1) > 0.001)
    ? `its spacing is ${millimetres(spacing)} mm, the image's ${millimetres(expected)} mm`
    : 'it has another position or orientation in the patient than the image';
}

/** `z × y × x`. */
export const sizeText = (shape: Zyx): string => shape.join(' × ');

/** `z × y × x` to four digits. */
export const millimetres = (spacing: Zyx): string =>
  spacing.map(length => String(Number(length.toPrecision(4)))).join(' × ');
