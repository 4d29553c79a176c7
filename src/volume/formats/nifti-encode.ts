import { Fault } from '../../foundation/fault.ts';
import { type ElementType, elementTypeOf } from '../element-type.ts';
import { spacingOf, type Volume } from '../volume.ts';
import { INTENT_LABEL } from './nifti-header.ts';
import { quaternionOf } from './nifti-quaternion.ts';

// Knows no files: the viewer encodes what it saves in a browser.

/** What a NIfTI file says beside its voxels. */
export interface NiftiContent {
  /** `label` marks the voxels as numbers of structures (NIFTI_INTENT_LABEL); they must be integers. */
  readonly intent?: 'label' | 'none';
  /** At most 79 bytes of Latin-1 text. */
  readonly description?: string;
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
 * The bytes of a NIfTI-1 file: one volume, or several on one grid as a 4D image.
 * @param file its name, for faults.
 * @throws Fault where an axis is longer than NIfTI-1 allows.
 */
export function encodeNifti(
  file: string,
  volumes: Volume | readonly [Volume, ...Volume[]],
  options: NiftiContent = {},
): Uint8Array<ArrayBuffer> {
  const components: readonly Volume[] = 'data' in volumes ? [volumes] : volumes;
  const { data, shape, affine } = components[0]!;
  const [Z, Y, X] = shape;
  const [code, bits] = codes[elementTypeOf(data)]!;
  const { intent = 'none', description = '' } = options;
  if (intent === 'label' && (data instanceof Float32Array || data instanceof Float64Array)) {
    throw new TypeError('a label map must be of an integer type');
  }
  if (data.length !== X * Y * Z) throw new RangeError(`${data.length} voxels do not fill ${Z} × ${Y} × ${X}`);
  if (Math.max(X, Y, Z, components.length) > 32767) {
    throw new Fault(`a volume of ${X} × ${Y} × ${Z} voxels does not fit into NIfTI-1`, {
      place: { file },
      remedy: 'Crop or resample it: an axis may have at most 32767 voxels.',
    });
  }
  const [dz, dy, dx] = spacingOf(affine);
  const rotation = quaternionOf(affine);
  const bytes = new Uint8Array(headerLength + components.length * data.byteLength);
  const view = new DataView(bytes.buffer);
  const integers = (at: number, values: readonly number[]) => {
    for (const [i, value] of values.entries()) view.setInt16(at + 2 * i, value, true);
  };
  const reals = (at: number, values: readonly number[]) => {
    for (const [i, value] of values.entries()) view.setFloat32(at + 4 * i, value, true);
  };
  const text = (at: number, latin1: string) => {
    bytes.set(
      Uint8Array.from(latin1, character => character.charCodeAt(0)),
      at,
    );
  };
  view.setInt32(0, 348, true);
  view.setUint8(38, 'r'.charCodeAt(0));
  integers(40, components.length > 1 ? [4, X, Y, Z, components.length, 1, 1, 1] : [3, X, Y, Z, 1, 1, 1, 1]);
  integers(68, [intent === 'label' ? INTENT_LABEL : 0, code, bits]);
  reals(76, [rotation?.mirrored ? -1 : 1, dx, dy, dz, 1, 1, 1, 1]);
  reals(108, [headerLength, 1]);
  view.setUint8(123, 2); // millimetres
  text(148, description.slice(0, 79));
  integers(252, [rotation === undefined ? 0 : 1, 1]);
  if (rotation !== undefined) reals(256, [...rotation.quaternion, affine[3]!, affine[7]!, affine[11]!]);
  reals(280, affine.slice(0, 12));
  text(344, 'n+1\0');
  for (const [index, { data: voxels }] of components.entries()) {
    bytes.set(
      new Uint8Array(voxels.buffer, voxels.byteOffset, voxels.byteLength),
      headerLength + index * data.byteLength,
    );
  }
  return bytes;
}
