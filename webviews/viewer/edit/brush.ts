import { applyAffine } from '../../../src/volume/affine.ts';
import type { Xyz } from '../../../src/volume/volume.ts';
import { dot, subtract } from '../render/plane.ts';
import type { LabelMap } from '../volume/label-map.ts';

export interface Brush {
  readonly radiusMm: number;
  /** Value it writes; 0 erases. */
  readonly value: number;
  /** For a disc in a plane: its normal (unit, RAS mm) and half the thickness of a slice; else it is a ball. */
  readonly plane?: { readonly normal: Xyz; readonly halfThicknessMm: number };
}

/** Voxels that changed, with what they were, in the order of their change. */
export interface Stroke {
  readonly indices: number[];
  readonly before: number[];
}

/**
 * Writes the brush's value into all voxels whose centres it covers, at least the one under it.
 * @returns whether a voxel changed.
 */
export function dab(map: LabelMap, at: Xyz, { radiusMm, value, plane }: Brush, stroke: Stroke): boolean {
  const { labels, shape, affine, inverse } = map;
  const [Z, Y, X] = shape;
  const middle = applyAffine(inverse, at);
  // Along each voxel axis the ball reaches as far as the row of the inverse is long.
  const reach = [0, 1, 2].map(row => radiusMm * Math.hypot(...inverse.slice(4 * row, 4 * row + 3)));
  const range = (axis: number, size: number) => [
    Math.max(0, Math.ceil(middle[axis]! - reach[axis]!)),
    Math.min(size - 1, Math.floor(middle[axis]! + reach[axis]!)),
  ];
  const before = stroke.indices.length;
  const write = (index: number) => {
    const old = labels[index]!;
    if (old === value) return;
    stroke.indices.push(index);
    stroke.before.push(old);
    labels[index] = value;
  };
  const [[x0, x1], [y0, y1], [z0, z1]] = [range(0, X), range(1, Y), range(2, Z)] as [number, number][] as [
    [number, number],
    [number, number],
    [number, number],
  ];
  for (let z = z0; z <= z1; z++) {
    for (let y = y0; y <= y1; y++) {
      for (let x = x0; x <= x1; x++) {
        const offset = subtract(applyAffine(affine, [x, y, z]), at);
        if (dot(offset, offset) > radiusMm ** 2) continue;
        // A little more than half, so that rounding cannot open a gap between two slices.
        if (plane && Math.abs(dot(offset, plane.normal)) > plane.halfThicknessMm * 1.0001) continue;
        write(x + X * (y + Y * z));
      }
    }
  }
  const [x, y, z] = middle.map(Math.round) as [number, number, number];
  if (x >= 0 && y >= 0 && z >= 0 && x < X && y < Y && z < Z) write(x + X * (y + Y * z));
  return stroke.indices.length > before;
}

/** Dabs close enough together that a quick movement leaves no gaps. */
export function drag(map: LabelMap, from: Xyz, to: Xyz, brush: Brush, stroke: Stroke): boolean {
  const way = subtract(to, from);
  const steps = Math.max(1, Math.ceil(Math.hypot(...way) / Math.max(0.25, brush.radiusMm / 2)));
  let changed = false;
  for (let step = 1; step <= steps; step++) {
    const share = step / steps;
    const at: Xyz = [from[0] + share * way[0], from[1] + share * way[1], from[2] + share * way[2]];
    changed = dab(map, at, brush, stroke) || changed;
  }
  return changed;
}
