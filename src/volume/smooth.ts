import { kernels, layOut } from './kernels/kernels.ts';
import { spacingOf, type Volume, type Zyx } from './volume.ts';

/** Standard deviations after which the Gaussian is cut off, as SciPy's `gaussian_filter` does. */
const truncation = 4;

/**
 * Columns that are smoothed along z at a time: a tile of them stays in the processor's cache, where rows that are a power
 * of two apart would drive each other out.
 */
const tileWidth = 1008;

type Floats = Float32Array | Float64Array;

/**
 * Gaussian smoothing with a standard deviation of `sigma` mm along each axis [z, y, x]; 0 leaves an axis as it is.
 * Borders are reflected at the edge of the last voxel, and the Gaussian is cut off after four standard deviations,
 * as SciPy's `gaussian_filter` and so InnerEye do. float64 stays float64, everything else becomes float32.
 */
export function smooth(volume: Volume, sigma: Zyx): Volume<Float32Array> | Volume<Float64Array> {
  const { shape, affine } = volume;
  const spacing = spacingOf(affine);
  const data = volume.data instanceof Float64Array ? volume.data.slice() : Float32Array.from(volume.data);
  const [alongZ, alongY, alongX] = [0, 1, 2].map(axis => {
    if (!(sigma[axis]! >= 0)) throw new RangeError(`a standard deviation must not be ${sigma[axis]} mm`);
    return sigma[axis] === 0 ? undefined : gaussian(sigma[axis]! / spacing[axis]!);
  });
  if (alongZ) smoothColumns(data, shape, alongZ);
  if (alongY || alongX) smoothSlices(data, shape, alongY, alongX);
  return { data, shape, affine } as Volume<Float32Array> | Volume<Float64Array>;
}

/** Weights of a Gaussian of so many voxels at 0, 1, 2 … voxels from its centre; with their mirror images they sum to 1. */
export function gaussian(sigma: number): Float64Array {
  const weights = Float64Array.from({ length: Math.floor(truncation * sigma + 0.5) + 1 }, (_, i) =>
    Math.exp((-i * i) / (2 * sigma * sigma)),
  );
  const sum = weights.reduce((total, weight, i) => total + (i === 0 ? weight : 2 * weight), 0);
  return weights.map(weight => weight / sum);
}

/** Along z, in place: a tile of columns at a time. */
function smoothColumns(data: Floats, [Z, Y, X]: Zyx, weights: Float64Array): void {
  const inner = Y * X;
  const width = Math.min(tileWidth, inner);
  const memory = new FilterMemory(data, Z * width, [{ size: Z, weights }]);
  for (let k = 0; k < inner; k += width) {
    const columns = Math.min(width, inner - k);
    for (let z = 0; z < Z; z++) {
      memory.source.set(data.subarray(z * inner + k, z * inner + k + columns), z * columns);
    }
    memory.filterRows(0, columns);
    for (let z = 0; z < Z; z++) {
      data.set(memory.source.subarray(z * columns, (z + 1) * columns), z * inner + k);
    }
  }
}

/** Along y and x, in place: slice by slice. */
function smoothSlices(
  data: Floats,
  [Z, Y, X]: Zyx,
  alongY: Float64Array | undefined,
  alongX: Float64Array | undefined,
): void {
  const filters = [
    { size: Y, weights: alongY ?? new Float64Array(1) },
    { size: X, weights: alongX ?? new Float64Array(1) },
  ];
  const memory = new FilterMemory(data, Y * X, filters);
  for (let z = 0; z < Z; z++) {
    memory.source.set(data.subarray(z * Y * X, (z + 1) * Y * X));
    if (alongY) memory.filterRows(0, X);
    if (alongX) memory.filterLines(1, Y);
    data.set(memory.source, z * Y * X);
  }
}

/** A tile in the kernels' memory, its filtered image, and what the filters along its axes need. */
class FilterMemory {
  /** The tile; after filtering, what came out. */
  source: Floats;
  private result: Floats;
  private readonly padded: number;
  private readonly filters: readonly { size: number; radius: number; rows: number; weights: number }[];
  private readonly single: boolean;

  constructor(like: Floats, length: number, filters: readonly { size: number; weights: Float64Array }[]) {
    const Type = like.constructor as Float32ArrayConstructor | Float64ArrayConstructor;
    const bytes = Type.BYTES_PER_ELEMENT;
    this.single = bytes === 4;
    const extents = filters.map(({ size, weights }) => size + 2 * (weights.length - 1));
    const [source, result, padded, ...tables] = layOut(
      length * bytes,
      length * bytes,
      Math.max(...extents) * bytes,
      ...filters.flatMap(({ weights }, i) => [extents[i]! * 4, weights.length * bytes]),
    ) as [number, number, number, ...number[]];
    const { buffer } = kernels().memory;
    this.padded = padded;
    this.source = new Type(buffer, source, length);
    this.result = new Type(buffer, result, length);
    this.filters = filters.map(({ size, weights }, i) => {
      const radius = weights.length - 1;
      const [rows, at] = [tables[2 * i]!, tables[2 * i + 1]!];
      new Int32Array(buffer, rows, extents[i]!).forEach((_, row, table) => {
        table[row] = reflected(row - radius, size);
      });
      new Type(buffer, at, weights.length).set(weights);
      return { size, radius, rows, weights: at };
    });
  }

  /** Filters the tile [size, inner] across its rows. */
  filterRows(axis: number, inner: number): void {
    const { size, rows, weights, radius } = this.filters[axis]!;
    const { filterRows32, filterRows64 } = kernels();
    const filter = this.single ? filterRows32 : filterRows64;
    filter(this.source.byteOffset, this.result.byteOffset, size, inner, rows, weights, radius);
    [this.source, this.result] = [this.result, this.source];
  }

  /** Filters the tile [lines, size] along its lines. */
  filterLines(axis: number, lines: number): void {
    const { size, rows, weights, radius } = this.filters[axis]!;
    const { filterLines32, filterLines64 } = kernels();
    const filter = this.single ? filterLines32 : filterLines64;
    const [source, result] = [this.source.byteOffset, this.result.byteOffset];
    filter(source, result, lines, size, rows, weights, radius, this.padded);
    [this.source, this.result] = [this.result, this.source];
  }
}

/** An index beyond the border, reflected at the outer edge of the border's voxel. */
function reflected(i: number, size: number): number {
  const inside = ((i % (2 * size)) + 2 * size) % (2 * size);
  return inside < size ? inside : 2 * size - 1 - inside;
}
