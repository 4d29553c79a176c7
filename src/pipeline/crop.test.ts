import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PaddingMode } from '../config/schema/configuration.ts';
import { Fault } from '../foundation/fault.ts';
import type { Zyx } from '../volume/volume.ts';
import { rotationZyx } from './augmentations/affine.ts';
import { takeCrop } from './crop.ts';
import type { Deformation, Matrix3 } from './deformation.ts';
import { preparedSubject, readerOf } from './fixtures/prepared.ts';
import { marginsTo, pad } from './padding.ts';
import type { PreparedReader } from './prepared-reader.ts';

const coded = (z: number, y: number, x: number) => 100 * z + 10 * y + x;
const flipX: Deformation = { matrix: [1, 0, 0, 0, 1, 0, 0, 0, -1], shift: [0, 0, 0] };

/** A reader that gives no more than the box that it is asked for, as the one of files does. */
function stingy(reader: PreparedReader): PreparedReader {
  return {
    ...reader,
    block(low, high) {
      const whole = reader.block([0, 0, 0], reader.shape);
      const shape = high.map((end, axis) => end - low[axis]) as unknown as Zyx;
      const cut = <T extends Float32Array | Uint8Array>(data: T): T => {
        const values: number[] = [];
        for (let z = low[0]; z < high[0]; z++)
          for (let y = low[1]; y < high[1]; y++)
            for (let x = low[2]; x < high[2]; x++)
              values.push(data[(z * reader.shape[1] + y) * reader.shape[2] + x]);
        return new (data.constructor as new (values: number[]) => T)(values);
      };
      return {
        low,
        shape,
        images: whole.images.map(cut),
        labels: cut(whole.labels),
        mask: whole.mask && cut(whole.mask),
      };
    },
  };
}

describe('taking a crop', () => {
  it('copies the voxels of the box', () => {
    const crop = takeCrop(
      readerOf([4, 5, 6], { images: [coded], labels: (_, y) => y % 3 }),
      [1, 2, 3],
      [2, 1, 3],
      'edge',
    );
    expect([...crop.images[0]]).toEqual([213, 214, 215, 223, 224, 225]);
    expect([...crop.labels]).toEqual([1, 1, 1, 2, 2, 2]);
  });

  it('mirrors exactly, and twice is as before', () => {
    const reader = readerOf([4, 5, 6], { images: [coded] });
    const once = takeCrop(reader, [1, 1, 4], [2, 1, 2], 'edge', flipX);
    expect([...once.images[0]]).toEqual([215, 214, 213, 212]);
    const size: Zyx = [2, 3, 4];
    const all = (sign: 1 | -1): Matrix3 => [sign, 0, 0, 0, sign, 0, 0, 0, sign];
    const flipped = takeCrop(reader, size, [0, 0, 0], 'edge', { matrix: all(-1), shift: [0, 0, 0] });
    const again = takeCrop(
      readerOf(size, { images: [(z, y, x) => flipped.images[0][(z * 3 + y) * 4 + x]] }),
      size,
      [0, 0, 0],
      'edge',
      { matrix: all(-1), shift: [0, 0, 0] },
    );
    expect(again.images).toEqual(takeCrop(reader, size, [0, 0, 0], 'edge').images);
  });

  it('pads a volume smaller than the crop as NumPy does, labels and mask with it', () => {
    const shape: Zyx = [2, 3, 2];
    const subject = preparedSubject(shape, { images: [coded], labels: (_, __, x) => x + 1, mask: () => 1 });
    const size: Zyx = [5, 3, 4];
    for (const mode of ['edge', 'reflect', 'mean', 'zero'] as PaddingMode[]) {
      const reader = readerOf(shape, { images: [coded], labels: (_, __, x) => x + 1, mask: () => 1 });
      const crop = takeCrop(reader, size, [-2, 0, -1], mode);
      const margins = marginsTo(shape, size);
      expect(crop.images[0]).toEqual(pad(subject.images[0], shape, margins, mode));
      const labelMode = mode === 'mean' ? 'zero' : mode;
      expect(crop.labels).toEqual(pad(subject.labels, shape, margins, labelMode));
      expect(crop.mask).toEqual(pad(subject.mask!, shape, margins, labelMode));
    }
  });

  it('says that a volume is smaller than the crop where there is no padding', () => {
    expect(() => takeCrop(readerOf([4, 5, 6]), [4, 5, 7], [0, 0, 0], 'none')).toThrow(Fault);
  });

  it('brings real voxels into the corners of a rotated crop', () => {
    const reader = readerOf([1, 40, 40], { images: [() => 1] });
    const matrix = rotationZyx(Math.PI / 4, 0, 0);
    const crop = takeCrop(reader, [1, 16, 16], [0, 12, 12], 'zero', { matrix, shift: [0, 0, 0] });
    expect([...crop.images[0]].every(value => Math.abs(value - 1) < 1e-6)).toBe(true);
  });

  it('needs no more than the box it asks for, whatever the deformation and padding', () => {
    const angle = fc.double({ min: -0.6, max: 0.6, noNaN: true });
    const small = fc.integer({ min: 1, max: 10 });
    fc.assert(
      fc.property(
        fc.tuple(angle, angle, angle),
        fc.tuple(small, small, small),
        fc.constantFrom<PaddingMode>('edge', 'zero', 'median', 'wrap'),
        fc.nat(4),
        (angles, size: Zyx, padding, place) => {
          const reader = readerOf([6, 8, 7], {
            images: [coded, (z, y) => z * y],
            labels: (_, y, x) => (x + y) % 3,
          });
          const corner = size.map((length, axis) =>
            length >= reader.shape[axis]
              ? -Math.ceil((length - reader.shape[axis]) / 2)
              : Math.min(place, reader.shape[axis] - length),
          ) as unknown as Zyx;
          const deformation: Deformation = { matrix: rotationZyx(...angles), shift: [0.4, -1.3, 2] };
          const whole = takeCrop(reader, size, corner, padding, deformation);
          const box = takeCrop(stingy(reader), size, corner, padding, deformation);
          whole.images.forEach((image, channel) => {
            image.forEach((value, i) => {
              expect(Math.abs(value - box.images[channel][i])).toBeLessThan(1e-3);
            });
          });
          expect(box.labels).toEqual(whole.labels);
        },
      ),
    );
  });
});
