import { type Matrix3, multiply } from '../deformation.ts';
import type { SpatialAugmentation } from './augmentation.ts';
import type { AugmentationSettings } from './index.ts';

/**
 * Rotation, zoom and shift about the crop's centre. Angles are uniform in ± `rotate_degrees` for each axis (rotating
 * about x, then y, then z), in mm, so that nothing is sheared where voxels are not cubes; zooms above 1 enlarge.
 */
export const affine: SpatialAugmentation<AugmentationSettings<'random_affine'>> = {
  kind: 'spatial',
  draw({ probability, rotate_degrees, scale, shift_voxels }, random, { spacing, shape }) {
    if (!random.chance(probability)) return undefined;
    const angle = () => (random.between(-rotate_degrees, rotate_degrees) * Math.PI) / 180;
    const [aboutZ, aboutY, aboutX] = [angle(), angle(), angle()];
    const zoom = [0, 1, 2].map(() => random.between(scale[0], scale[1]));
    const shift = [0, 1, 2].map(() => random.between(-shift_voxels, shift_voxels));
    // A plane has no other planes beside it to rotate or zoom into.
    const flat = shape[0] === 1;
    const rotation = flat ? rotationZyx(aboutZ, 0, 0) : rotationZyx(aboutZ, aboutY, aboutX);
    const inMm = rotation.map((entry, i) => {
      const row = Math.floor(i / 3);
      const column = i % 3;
      return (entry * spacing[column]) / spacing[row];
    }) as unknown as Matrix3;
    const zoomed: Matrix3 = [flat ? 1 : 1 / zoom[0], 0, 0, 0, 1 / zoom[1], 0, 0, 0, 1 / zoom[2]];
    return { matrix: multiply(inMm, zoomed), shift: [flat ? 0 : shift[0], shift[1], shift[2]] };
  },
};

/** The rotation about x, then y, then z (radians), over vectors [z, y, x]. */
export function rotationZyx(aboutZ: number, aboutY: number, aboutX: number): Matrix3 {
  const [cz, sz] = [Math.cos(aboutZ), Math.sin(aboutZ)];
  const [cy, sy] = [Math.cos(aboutY), Math.sin(aboutY)];
  const [cx, sx] = [Math.cos(aboutX), Math.sin(aboutX)];
  const aroundX: Matrix3 = [cx, sx, 0, -sx, cx, 0, 0, 0, 1];
  const aroundY: Matrix3 = [cy, 0, -sy, 0, 1, 0, sy, 0, cy];
  const aroundZ: Matrix3 = [1, 0, 0, 0, cz, sz, 0, -sz, cz];
  return multiply(aroundZ, multiply(aroundY, aroundX));
}
