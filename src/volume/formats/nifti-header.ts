import { Fault } from '../../foundation/fault.ts';
import type { ElementType } from '../element-type.ts';
import { checkedHeader } from '../header.ts';
import type { StoredImage } from '../stored-image.ts';
import type { Affine } from '../volume.ts';
import { affineFromQuaternion } from './nifti-quaternion.ts';

// Knows no files, so that the viewer reads the same headers in a browser.

const types: Readonly<Record<number, ElementType>> = {
  2: 'uint8',
  4: 'int16',
  8: 'int32',
  16: 'float32',
  64: 'float64',
  256: 'int8',
  512: 'uint16',
  768: 'uint32',
  1024: 'int64',
  1280: 'uint64',
};

const refused: Readonly<Record<number, string>> = {
  1: 'single bits',
  32: 'complex numbers',
  128: 'RGB colours',
  1536: '128-bit floating-point numbers',
  1792: 'complex numbers',
  2048: 'complex numbers',
  2304: 'RGBA colours',
};

/** mm in a unit of length, by the code in xyzt_units; most writers leave it unknown and mean mm. */
const millimetres: Readonly<Record<number, number>> = { 1: 1000, 3: 0.001 };

/** Whether bytes begin as a NIfTI header does. */
export const beginsAsNifti = (head: Uint8Array): boolean => endianness(head) !== undefined;

/** The intent code that marks voxels as numbers of structures. */
export const INTENT_LABEL = 1002;

/** A NIfTI file's voxels, and what they mean. */
export interface NiftiImage extends StoredImage {
  /** NIfTI's intent code. */
  readonly intent: number;
}

/**
 * Reads the header of a NIfTI-1 or -2 file, whole (.nii, .nii.gz) or in two parts (.hdr and .img).
 * The affine is the sform where it is set, otherwise the qform, otherwise that of the voxel size as nibabel takes it:
 * x from right to left, the origin in the centre.
 * @throws Fault where the header makes no sense.
 */
export function parseNiftiHeader(file: string, bytes: Uint8Array, gzip: boolean): NiftiImage {
  const fault = (what: string, remedy = 'The header is damaged: export the file again.') =>
    new Fault(what, { place: { file }, remedy });
  const kind = endianness(bytes);
  if (kind === undefined || bytes.length < (kind.version === 1 ? 348 : 540)) {
    throw fault('this is not a NIfTI file, or its header was cut off', 'Copy or export the file again.');
  }
  const raw = readFields(bytes, kind);
  if (raw.magic !== `n+${kind.version}` && raw.magic !== `ni${kind.version}`) {
    throw fault('this is an ANALYZE 7.5 file, not NIfTI', 'Convert it to NIfTI: ANALYZE has no orientation.');
  }
  const dtype = types[raw.datatype];
  if (dtype === undefined) {
    throw fault(
      `the voxels are ${refused[raw.datatype] ?? `of the unknown type ${raw.datatype}`}`,
      'Export the volume with integers or real numbers.',
    );
  }
  const rank = raw.dim[0]!;
  if (!(rank >= 1 && rank <= 7)) throw fault(`the header gives ${rank} dimensions`);
  const size = (axis: number) => (axis <= rank ? raw.dim[axis]! : 1);
  const single = raw.magic.startsWith('n+');
  const least = kind.version === 1 ? 348 : 540;
  const offset = single && raw.voxOffset === 0 ? (kind.version === 1 ? 352 : 544) : raw.voxOffset;
  if (!Number.isSafeInteger(offset) || offset < (single ? least : 0)) {
    throw fault(`the voxels are said to begin at byte ${raw.voxOffset}`);
  }
  const shape = [size(3), size(2), size(1)] as const;
  const unit = millimetres[raw.units & 7] ?? 1;
  const affine = niftiAffine(raw, shape).map((entry, i) => (i < 12 ? entry * unit : entry));
  const scaled = Number.isFinite(raw.slope) && raw.slope !== 0 && Number.isFinite(raw.intercept);
  return {
    header: {
      ...checkedHeader(file, {
        shape,
        components: size(4) * size(5) * size(6) * size(7),
        affine,
        dtype,
      }),
      ...(raw.intent === INTENT_LABEL && { labels: true }),
    },
    dataFile: single ? file : file.replace(/\.hdr(\.gz)?$/i, '.img$1'),
    skip: 0,
    offset,
    compression: gzip ? 'gzip' : 'none',
    bigEndian: !kind.littleEndian,
    order: 'planar',
    slope: scaled ? raw.slope : 1,
    intercept: scaled ? raw.intercept : 0,
    intent: raw.intent,
  };
}

interface Kind {
  readonly version: 1 | 2;
  readonly littleEndian: boolean;
}

function endianness(head: Uint8Array): Kind | undefined {
  if (head.length < 4) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, 4);
  for (const littleEndian of [true, false]) {
    const size = view.getInt32(0, littleEndian);
    if (size === 348) return { version: 1, littleEndian };
    if (size === 540) return { version: 2, littleEndian };
  }
  return undefined;
}

type Fields = ReturnType<typeof readFields>;

/** The fields of a header that matter here; NIfTI-1 and -2 differ in their places and widths. */
function readFields(bytes: Uint8Array, { version, littleEndian: le }: Kind) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const one = version === 1;
  const count = (at: number) => (one ? view.getInt16(at, le) : Number(view.getBigInt64(at, le)));
  const code = (at: number) => (one ? view.getInt16(at, le) : view.getInt32(at, le));
  const real = (at: number) => (one ? view.getFloat32(at, le) : view.getFloat64(at, le));
  const width = one ? 4 : 8;
  const reals = (at: number, n: number) => Array.from({ length: n }, (_, i) => real(at + width * i));
  return {
    magic: String.fromCharCode(...bytes.subarray(one ? 344 : 4, one ? 347 : 7)),
    intent: one ? view.getInt16(68, le) : view.getInt32(504, le),
    datatype: view.getInt16(one ? 70 : 12, le),
    dim: Array.from({ length: 8 }, (_, i) => count(one ? 40 + 2 * i : 16 + 8 * i)),
    pixdim: reals(one ? 76 : 104, 8),
    voxOffset: one ? real(108) : count(168),
    slope: real(one ? 112 : 176),
    intercept: real(one ? 116 : 184),
    units: one ? view.getUint8(123) : view.getInt32(500, le),
    qformCode: code(one ? 252 : 344),
    sformCode: code(one ? 254 : 348),
    quaternion: reals(one ? 256 : 352, 3),
    quaternionOffset: reals(one ? 268 : 376, 3),
    sform: reals(one ? 280 : 400, 12),
  };
}

function niftiAffine(raw: Fields, [Z, Y, X]: readonly [number, number, number]): Affine {
  if (raw.sformCode > 0) return [...raw.sform, 0, 0, 0, 1];
  // A 2D image often has no thickness.
  const [dx, dy, dz] = [1, 2, 3].map(i =>
    i === 3 && Z === 1 && raw.pixdim[i] === 0 ? 1 : Math.abs(raw.pixdim[i]!),
  ) as [number, number, number];
  if (raw.qformCode > 0) {
    return affineFromQuaternion(raw.quaternion, raw.quaternionOffset, [dx, dy, dz], raw.pixdim[0]! < 0);
  }
  const centre = (size: number, step: number) => (-step * (size - 1)) / 2;
  return [-dx, 0, 0, -centre(X, dx), 0, dy, 0, centre(Y, dy), 0, 0, dz, centre(Z, dz), 0, 0, 0, 1];
}
