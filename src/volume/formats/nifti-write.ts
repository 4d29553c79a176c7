import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { writeFileAtomically } from '../../foundation/atomic-file.ts';
import { Fault } from '../../foundation/fault.ts';
import { type ElementType, elementTypeOf } from '../element-type.ts';
import { spacingOf, type Volume } from '../volume.ts';
import { quaternionOf } from './nifti-quaternion.ts';

export interface NiftiOptions {
  /** `label` marks the voxels as numbers of structures (NIFTI_INTENT_LABEL); they must be integers. */
  readonly intent?: 'label' | 'none';
  /** At most 79 bytes of Latin-1 text. */
  readonly description?: string;
  /** 0 to 9, for a name that ends in `.gz`; 6 where not given. */
  readonly gzipLevel?: number;
}

const codes: Partial<Record<ElementType, readonly [code: number, bits: number]>> = {
  uint8: [2, 8],
  int16: [4, 16],
  int32: [8, 32],
  float32: [16, 32],
  float64: [64, 64],
  int8: [256, 8],
  uint16: [512, 16],
  uint32: [768, 32],
};

const headerLength = 352;

/**
 * Writes a volume as NIfTI-1, `.nii` or `.nii.gz` by its name; the same volume always gives the same bytes. The
 * affine goes into the sform, and into the qform where its axes are at right angles, both as scanner coordinates and
 * in float32, which is all that NIfTI-1 has.
 * @throws Fault where an axis is longer than NIfTI-1 allows, or the file cannot be written.
 */
export async function writeNifti(file: string, volume: Volume, options: NiftiOptions = {}): Promise<void> {
  const packed = /\.gz$/i.test(file);
  const bytes = encodeNifti(file, volume, options);
  await writeFileAtomically(file, packed ? await deterministicGzip(bytes, options.gzipLevel ?? 6) : bytes);
}

async function deterministicGzip(bytes: Uint8Array, level: number): Promise<Uint8Array> {
  const compressed = await promisify(gzip)(bytes, { level, chunkSize: 2 ** 20 });
  // zlib writes no time but the operating system; 255 is "unknown".
  compressed[9] = 255;
  return compressed;
}

function encodeNifti(file: string, { data, shape, affine }: Volume, options: NiftiOptions): Uint8Array {
  const [Z, Y, X] = shape;
  const [code, bits] = codes[elementTypeOf(data)]!;
  const { intent = 'none', description = '' } = options;
  if (intent === 'label' && (data instanceof Float32Array || data instanceof Float64Array)) {
    throw new TypeError('a label map must be of an integer type');
  }
  if (data.length !== X * Y * Z) throw new RangeError(`${data.length} voxels do not fill ${Z} × ${Y} × ${X}`);
  if (Math.max(X, Y, Z) > 32767) {
    throw new Fault(`a volume of ${X} × ${Y} × ${Z} voxels does not fit into NIfTI-1`, {
      place: { file },
      remedy: 'Crop or resample it: an axis may have at most 32767 voxels.',
    });
  }
  const [dz, dy, dx] = spacingOf(affine);
  const rotation = quaternionOf(affine);
  const bytes = new Uint8Array(headerLength + data.byteLength);
  const view = new DataView(bytes.buffer);
  const integers = (at: number, values: readonly number[]) => {
    for (const [i, value] of values.entries()) view.setInt16(at + 2 * i, value, true);
  };
  const reals = (at: number, values: readonly number[]) => {
    for (const [i, value] of values.entries()) view.setFloat32(at + 4 * i, value, true);
  };
  view.setInt32(0, 348, true);
  view.setUint8(38, 'r'.charCodeAt(0));
  integers(40, [3, X, Y, Z, 1, 1, 1, 1]);
  integers(68, [intent === 'label' ? 1002 : 0, code, bits]);
  reals(76, [rotation?.mirrored ? -1 : 1, dx, dy, dz, 1, 1, 1, 1]);
  reals(108, [headerLength, 1]);
  view.setUint8(123, 2); // millimetres
  bytes.set(Buffer.from(description, 'latin1').subarray(0, 79), 148);
  integers(252, [rotation === undefined ? 0 : 1, 1]);
  if (rotation !== undefined) reals(256, [...rotation.quaternion, affine[3]!, affine[7]!, affine[11]!]);
  reals(280, affine.slice(0, 12));
  bytes.set(Buffer.from('n+1\0', 'latin1'), 344);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), headerLength);
  return bytes;
}
