import { Fault } from '../../foundation/fault.ts';
import { composeAffines } from '../affine.ts';
import type { ElementType } from '../element-type.ts';
import { checkedHeader } from '../header.ts';
import { readHead } from '../stored-bytes.ts';
import type { StoredImage } from '../stored-image.ts';
import { type Affine, affineFromSpacing } from '../volume.ts';
import { storedFormat } from './stored-format.ts';

// FreeSurfer's format: https://surfer.nmr.mgh.harvard.edu/fswiki/FsTutorial/MghFormat. Everything is big-endian.

const HEADER_BYTES = 284;
const types: Readonly<Record<number, ElementType>> = { 0: 'uint8', 1: 'int32', 3: 'float32', 4: 'int16' };

export const mgh = storedFormat(
  {
    name: 'FreeSurfer (.mgh, .mgz)',
    recognises: (head, file) =>
      head.length >= 4 && head.readInt32BE(0) === 1 && /\.(mgh|mgz|mgh\.gz)$/i.test(file),
  },
  readMghHeader,
);

async function readMghHeader(file: string): Promise<StoredImage> {
  const { bytes, gzip } = await readHead(file, HEADER_BYTES);
  if (bytes.length < HEADER_BYTES) {
    throw new Fault('the header was cut off', { place: { file }, remedy: 'Copy or export the file again.' });
  }
  const dtype = types[bytes.readInt32BE(20)];
  if (dtype === undefined) {
    throw new Fault(`the voxels are of the unknown type ${bytes.readInt32BE(20)}`, {
      place: { file },
      remedy: 'Convert the volume to integers or float with mri_convert.',
    });
  }
  const [x, y, z, components] = [4, 8, 12, 16].map(at => bytes.readInt32BE(at)) as [
    number,
    number,
    number,
    number,
  ];
  return {
    header: checkedHeader(file, { shape: [z, y, x], components, affine: affineOf(bytes, [x, y, z]), dtype }),
    dataFile: file,
    skip: 0,
    offset: HEADER_BYTES,
    compression: gzip ? 'gzip' : 'none',
    bigEndian: true,
    order: 'planar',
    slope: 1,
    intercept: 0,
  };
}

/** Directions are columns, and the position is that of the volume's centre; without them FreeSurfer assumes coronal. */
function affineOf(bytes: Buffer, size: readonly [number, number, number]): Affine {
  const known = bytes.readInt16BE(28) > 0;
  const real = (index: number) => bytes.readFloatBE(30 + 4 * index);
  const spacing = known ? [real(0), real(1), real(2)] : [1, 1, 1];
  const columns = known ? [3, 4, 5, 6, 7, 8, 9, 10, 11].map(real) : [-1, 0, 0, 0, 0, -1, 0, 1, 0];
  const centre = known ? [real(12), real(13), real(14)] : [0, 0, 0];
  const turned = [0, 1, 2].flatMap(row => [
    columns[row]!,
    columns[3 + row]!,
    columns[6 + row]!,
    centre[row]!,
  ]);
  const [dx, dy, dz] = spacing as [number, number, number];
  const half = (axis: number) => (-spacing[axis]! * size[axis]!) / 2;
  return composeAffines(
    [...turned, 0, 0, 0, 1],
    affineFromSpacing([dz, dy, dx], [half(0), half(1), half(2)]),
  );
}
