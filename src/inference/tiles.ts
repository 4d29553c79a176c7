import type { Zyx } from '../volume/volume.ts';

/** Where tiles begin along one axis: evenly spread, the last one ending where the volume ends. */
export function tileStarts(length: number, window: number, step: number): number[] {
  if (length <= window) return [0];
  const count = Math.ceil((length - window) / step) + 1;
  return Array.from({ length: count }, (_, index) => Math.round((index * (length - window)) / (count - 1)));
}

/** Corners of all tiles, z slowest, so that finished slices can be given out while later ones are still computed. */
export function tileCorners(shape: Zyx, window: Zyx, step: Zyx): Zyx[] {
  const [zs, ys, xs] = [0, 1, 2].map(axis => tileStarts(shape[axis]!, window[axis]!, step[axis]!)) as [
    number[],
    number[],
    number[],
  ];
  return zs.flatMap(z => ys.flatMap(y => xs.map((x): Zyx => [z, y, x])));
}

/**
 * How much each voxel of a tile counts where tiles overlap, one factor an axis (their product is the weight).
 * `gaussian`: sigma an eighth of the window, as nnU-Net and MONAI; `constant`: all alike.
 */
export function blendProfile(length: number, blend: 'gaussian' | 'constant'): Float32Array {
  if (blend === 'constant') return new Float32Array(length).fill(1);
  const sigma = length / 8;
  const centre = (length - 1) / 2;
  // Voxels at the rim count a little, or a volume's corner would divide by zero.
  return Float32Array.from({ length }, (_, index) =>
    Math.max(Math.exp(-0.5 * ((index - centre) / sigma) ** 2), 1e-3),
  );
}
