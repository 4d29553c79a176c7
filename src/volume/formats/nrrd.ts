import { Fault } from '../../foundation/fault.ts';
import { detachedFile } from '../detached-file.ts';
import { bytesPerElement, type ElementType } from '../element-type.ts';
import { checkedHeader } from '../header.ts';
import { type Compression, fileSize, readHead } from '../stored-bytes.ts';
import type { StoredImage } from '../stored-image.ts';
import { type Affine, voxelCount } from '../volume.ts';
import { affineFromAxes, type Vector } from './axes.ts';
import { storedFormat } from './stored-format.ts';

// Own code: the header is text, and the voxels are read as NIfTI's, with the same bounds. ITK's WebAssembly reader
// takes 0.2 s to start and allocates whatever a header promises.

export const nrrd = storedFormat(
  {
    name: 'NRRD (.nrrd, .nhdr)',
    recognises: head => /^NRRD000\d/.test(head.toString('latin1', 0, 8)),
  },
  readNrrdHeader,
);

const types: Readonly<Record<string, ElementType>> = {
  'signed char': 'int8',
  int8: 'int8',
  int8_t: 'int8',
  uchar: 'uint8',
  'unsigned char': 'uint8',
  uint8: 'uint8',
  uint8_t: 'uint8',
  short: 'int16',
  'short int': 'int16',
  'signed short': 'int16',
  'signed short int': 'int16',
  int16: 'int16',
  int16_t: 'int16',
  ushort: 'uint16',
  'unsigned short': 'uint16',
  'unsigned short int': 'uint16',
  uint16: 'uint16',
  uint16_t: 'uint16',
  int: 'int32',
  'signed int': 'int32',
  int32: 'int32',
  int32_t: 'int32',
  uint: 'uint32',
  'unsigned int': 'uint32',
  uint32: 'uint32',
  uint32_t: 'uint32',
  longlong: 'int64',
  'long long': 'int64',
  'long long int': 'int64',
  'signed long long': 'int64',
  'signed long long int': 'int64',
  int64: 'int64',
  int64_t: 'int64',
  ulonglong: 'uint64',
  'unsigned long long': 'uint64',
  'unsigned long long int': 'uint64',
  uint64: 'uint64',
  uint64_t: 'uint64',
  float: 'float32',
  double: 'float64',
};

const compressions: Readonly<Record<string, Compression>> = { raw: 'none', gzip: 'gzip', gz: 'gzip' };

/** Signs that bring a space's first two axes to right and anterior; without a space it is ITK's, LPS. */
const spaces: Readonly<Record<string, readonly [number, number]>> = {
  'right-anterior-superior': [1, 1],
  ras: [1, 1],
  'left-anterior-superior': [-1, 1],
  las: [-1, 1],
  'left-posterior-superior': [-1, -1],
  lps: [-1, -1],
};

async function readNrrdHeader(file: string): Promise<StoredImage> {
  const fault = (what: string, remedy = 'The header is damaged: export the file again.') =>
    new Fault(what, { place: { file }, remedy });
  const { fields, length: headerLength } = parseFields(await readHead(file, 65536), fault);
  const field = (name: string) => {
    const value = fields.get(name);
    if (value === undefined) throw fault(`the header has no "${name}"`);
    return value;
  };
  const dtype = types[field('type').toLowerCase()];
  if (dtype === undefined) {
    throw fault(
      `the voxels are of type "${field('type')}"`,
      'Export the volume with integers or real numbers.',
    );
  }
  const compression = compressions[field('encoding').toLowerCase()];
  if (compression === undefined) {
    throw fault(`the encoding "${field('encoding')}" is not supported`, 'Save it as raw or gzip.');
  }
  const { shape, components, affine, order } = layoutOf(fields, field('sizes'), fault);
  const header = checkedHeader(file, { shape, components, affine, dtype });
  const byteSkip = Number(fields.get('byte skip') ?? fields.get('byteskip') ?? 0);
  if (!Number.isSafeInteger(byteSkip) || byteSkip < -1 || Number(fields.get('line skip') ?? 0) !== 0) {
    throw fault(
      'the voxels begin behind skipped lines or at no known byte',
      'Save the file anew, as one file.',
    );
  }
  const detached = fields.get('data file') ?? fields.get('datafile');
  if (detached !== undefined && (/^list/i.test(detached) || /%/.test(detached))) {
    throw fault('the voxels are spread over several files', 'Save it as one .nrrd file.');
  }
  const dataFile = detached === undefined ? file : detachedFile(file, detached);
  let skip = detached === undefined ? headerLength : 0;
  if (byteSkip === -1) {
    // The voxels are the last bytes of the file.
    const bytes = voxelCount(shape) * components * bytesPerElement[dtype];
    skip = Math.max(skip, (await fileSize(dataFile)) - bytes);
  } else if (compression === 'none') skip += byteSkip;
  return {
    header,
    dataFile,
    skip,
    offset: compression === 'gzip' ? Math.max(0, byteSkip) : 0,
    compression,
    bigEndian: bytesPerElement[dtype] > 1 && field('endian').toLowerCase() === 'big',
    order,
    slope: 1,
    intercept: 0,
  };
}

type MakeFault = (what: string, remedy?: string) => Fault;

/** The header's `name: value` lines up to the empty one, names in lower case. */
function parseFields({ bytes }: { bytes: Buffer }, fault: MakeFault) {
  const text = bytes.toString('latin1');
  const end = /\r?\n\r?\n/.exec(text);
  // A header of its own file may end with the file.
  if (end === null && text.length >= 65536) throw fault('the header is longer than 64 KiB');
  const header = end === null ? text : text.slice(0, end.index);
  const fields = new Map<string, string>();
  for (const line of header.split(/\r?\n/).slice(1)) {
    const match = /^([^#:=][^:=]*):\s+(.*)$/.exec(line);
    if (match !== null) fields.set(match[1]!.trim().toLowerCase(), match[2]!.trim());
  }
  return { fields, length: end === null ? text.length : end.index + end[0].length };
}

/** Which axes are space and which, first or last, counts components. */
function layoutOf(fields: ReadonlyMap<string, string>, sizesText: string, fault: MakeFault) {
  const sizes = sizesText.split(/\s+/).map(Number);
  const directions = fields
    .get('space directions')
    ?.match(/none|\([^)]*\)/g)
    ?.map(asVector);
  const kinds = fields.get('kinds')?.toLowerCase().split(/\s+/);
  const spacings = fields.get('spacings')?.split(/\s+/).map(Number);
  const isSpace = (axis: number) =>
    directions !== undefined
      ? directions[axis] !== undefined
      : kinds === undefined
        ? axis < 3
        : ['domain', 'space', '???', 'none'].includes(kinds[axis] ?? '');
  const space = sizes.map((_, axis) => axis).filter(isSpace);
  const other = sizes.map((_, axis) => axis).filter(axis => !isSpace(axis));
  const first = space[0];
  if (
    Number(fields.get('dimension')) !== sizes.length ||
    first === undefined ||
    space.length > 3 ||
    other.length > 1 ||
    space.some((axis, i) => axis !== first + i)
  ) {
    throw fault(
      `the axes (${sizes.join(' × ')} voxels) are not up to three of space and one of components, first or last`,
      'Save the volume with its spatial axes together.',
    );
  }
  const vectors = space.map((axis, i): Vector => {
    const vector = directions?.[axis];
    const step = spacings === undefined ? 1 : Math.abs(spacings[axis]!);
    return vector ?? [i === 0 ? step : 0, i === 1 ? step : 0, i === 2 ? step : 0];
  });
  const origin = asVector(fields.get('space origin') ?? '(0,0,0)') ?? [0, 0, 0];
  const spaceName = fields.get('space')?.toLowerCase();
  const signs = spaceName === undefined ? ([-1, -1] as const) : spaces[spaceName];
  if (signs === undefined && !/^(3d-right-handed|scanner-xyz)$/.test(spaceName ?? '')) {
    throw fault(`the space "${spaceName}" is not known`, 'Save it in the space LPS or RAS.');
  }
  const turned = affineFromAxes(vectors, origin);
  const [sx, sy] = signs ?? [-1, -1];
  const affine: Affine = turned.map((entry, i) => entry * (i < 4 ? sx : i < 8 ? sy : 1) + 0);
  const size = (i: number) => (space[i] === undefined ? 1 : sizes[space[i]!]!);
  return {
    shape: [size(2), size(1), size(0)] as const,
    components: other[0] === undefined ? 1 : sizes[other[0]]!,
    affine,
    order: other[0] === 0 ? ('interleaved' as const) : ('planar' as const),
  };
}

/** A vector `(x,y,z)`, or of two numbers; undefined for `none`. */
function asVector(text: string): Vector | undefined {
  if (text === 'none') return undefined;
  const [x, y, z] = text
    .replace(/[()]/g, '')
    .split(',')
    .map(part => Number.parseFloat(part));
  return [x ?? Number.NaN, y ?? Number.NaN, z ?? 0];
}
