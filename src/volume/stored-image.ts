import { arrayLike, bytesPerElement, decodeElements, type ElementType } from './element-type.ts';
import type { VolumeHeader } from './header.ts';
import { type Compression, checkStored, readStored, type StoredRange } from './stored-bytes.ts';
import { type Volume, type VoxelData, voxelCount } from './volume.ts';

/** Where a file keeps its voxels, and how: all that the formats with raw voxels differ in. */
export interface StoredImage {
  readonly header: VolumeHeader;
  /** The file that holds the voxels, which may be another than the one with the header. */
  readonly dataFile: string;
  /** Bytes of the file before the packed data. */
  readonly skip: number;
  /** Bytes of the unpacked data before the voxels. */
  readonly offset: number;
  readonly compression: Compression;
  readonly bigEndian: boolean;
  /** Order of the values: one component after the other, all of a voxel together, or z fastest (Fortran's order). */
  readonly order: 'planar' | 'interleaved' | 'z-fastest';
  /** A voxel's value is `slope` times what is stored plus `intercept`. */
  readonly slope: number;
  readonly intercept: number;
}

/** The volumes of a stored image, one for each component. */
export async function loadStoredImage(image: StoredImage): Promise<Volume[]> {
  return decodeStoredImage(image, await readStored(image.dataFile, rangeOf(image)));
}

/** Makes sure that all voxels are there, without keeping them. @throws Fault as `loadStoredImage`. */
export const checkStoredImage = (image: StoredImage): Promise<void> =>
  checkStored(image.dataFile, rangeOf(image));

function rangeOf({ header, skip, offset, compression }: StoredImage): StoredRange {
  const length = voxelCount(header.shape) * header.components * bytesPerElement[header.dtype];
  return { skip, offset, length, compression };
}

/** As `loadStoredImage`, from the bytes of the voxels. */
export function decodeStoredImage(image: StoredImage, bytes: Uint8Array): Volume[] {
  const { shape, components, affine, dtype } = image.header;
  const stored = decodeElements(bytes, dtype, image.bigEndian, image.dataFile);
  const values = rescaled(inPlanarOrder(stored, image), dtype, image.slope, image.intercept);
  const count = voxelCount(shape);
  return Array.from({ length: components }, (_, component) => ({
    data:
      components === 1 ? values : (values.subarray(component * count, (component + 1) * count) as VoxelData),
    shape,
    affine,
  }));
}

function inPlanarOrder(stored: VoxelData, { order, header }: StoredImage): VoxelData {
  const { shape, components } = header;
  const count = voxelCount(shape);
  if (order === 'interleaved' && components > 1) {
    const planar = arrayLike(stored, stored.length);
    for (let component = 0, to = 0; component < components; component++) {
      for (let from = component; to < (component + 1) * count; from += components)
        planar[to++] = stored[from]!;
    }
    return planar;
  }
  if (order === 'z-fastest') {
    const [Z, Y, X] = shape;
    const planar = arrayLike(stored, stored.length);
    for (let component = 0, to = 0; component < components; component++) {
      for (let z = 0; z < Z; z++) {
        for (let y = 0; y < Y; y++) {
          for (let x = 0; x < X; x++) planar[to++] = stored[component + components * (z + Z * (y + Y * x))]!;
        }
      }
    }
    return planar;
  }
  return stored;
}

/**
 * Scaled values: unchanged where there is nothing to scale, float32 where its rounding stays well below a step of
 * the stored integers (or the stored type was float32), otherwise float64.
 */
function rescaled(stored: VoxelData, type: ElementType, slope: number, intercept: number): VoxelData {
  if (slope === 1 && intercept === 0) return stored;
  const single = type.startsWith('float')
    ? type !== 'float64'
    : bytesPerElement[type] <= 2 &&
      Math.abs(slope) * 2 ** (8 * bytesPerElement[type]) + Math.abs(intercept) <= Math.abs(slope) * 2 ** 17;
  const result = single ? new Float32Array(stored.length) : new Float64Array(stored.length);
  for (let i = 0; i < result.length; i++) result[i] = stored[i]! * slope + intercept;
  return result;
}
