import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { resize } from './resize.ts';
import { affineFromSpacing, type Zyx } from './volume.ts';

interface Case {
  readonly size: Zyx;
  readonly anti_aliasing?: boolean;
  readonly values: readonly number[];
}

// Made by scripts/goldens/resize.py with scikit-image, whose resize InnerEye uses.
const golden = JSON.parse(readFileSync(new URL('./fixtures/resize.json', import.meta.url), 'utf8')) as {
  shape: Zyx;
  image: number[];
  linear: Case[];
  nearest: Case[];
};
const volume = {
  data: Float32Array.from(golden.image),
  shape: golden.shape,
  affine: affineFromSpacing([3, 2, 1]),
};

describe('a volume in another number of voxels', () => {
  it.each(golden.linear)("is that of scikit-image's resize: $size, anti-aliasing $anti_aliasing", one => {
    const antiAliasing = one.anti_aliasing!;
    const { data, shape } = resize(volume, one.size, { interpolation: 'linear', antiAliasing });
    expect(shape).toEqual(one.size);
    expect(data).toHaveLength(one.values.length);
    for (const [index, value] of one.values.entries()) expect(data[index]).toBeCloseTo(value, 5);
  });

  it.each(golden.nearest)("takes the neighbours of PyTorch's nearest-exact: $size", ({ size, values }) => {
    const { data } = resize(volume, size, { interpolation: 'nearest', antiAliasing: true });
    expect([...data]).toEqual([...Float32Array.from(values)]);
  });

  it('lies where it lay: its borders stay, its voxels become larger', () => {
    const { affine } = resize(volume, [10, 4, 5], { interpolation: 'linear', antiAliasing: true });
    const corner = (of: readonly number[], shape: Zyx, end: boolean) =>
      [0, 1, 2].map(row =>
        [shape[2], shape[1], shape[0]].reduce(
          (sum, length, axis) => sum + of[4 * row + axis]! * (end ? length - 0.5 : -0.5),
          of[4 * row + 3]!,
        ),
      );
    for (const end of [false, true])
      corner(affine, [10, 4, 5], end).forEach((mm, axis) => {
        expect(mm).toBeCloseTo(corner(volume.affine, volume.shape, end)[axis]!, 9);
      });
  });

  it('of the same size is itself', () => {
    expect(resize(volume, volume.shape, { interpolation: 'linear', antiAliasing: true })).toBe(volume);
  });
});
