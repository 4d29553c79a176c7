import { Fault } from '../../foundation/fault.ts';
import { detachedFile } from '../detached-file.ts';
import { bytesPerElement, type ElementType } from '../element-type.ts';
import { checkedHeader } from '../header.ts';
import { fileSize, readHead } from '../stored-bytes.ts';
import type { StoredImage } from '../stored-image.ts';
import { voxelCount } from '../volume.ts';
import { affineFromAxes, flipLps, type Vector } from './axes.ts';
import { storedFormat } from './stored-format.ts';

// Own code, for the reasons given in nrrd.ts.

export const metaImage = storedFormat(
  {
    name: 'MetaImage (.mha, .mhd with .raw)',
    recognises: (head, file) =>
      /^(ObjectType|NDims|Comment)\s*=/.test(head.toString('latin1', 0, 64)) || /\.mh[ad]$/i.test(file),
  },
  readMetaImageHeader,
);

const types: Readonly<Record<string, ElementType>> = {
  MET_CHAR: 'int8',
  MET_UCHAR: 'uint8',
  MET_SHORT: 'int16',
  MET_USHORT: 'uint16',
  MET_INT: 'int32',
  MET_UINT: 'uint32',
  MET_LONG_LONG: 'int64',
  MET_ULONG_LONG: 'uint64',
  MET_FLOAT: 'float32',
  MET_DOUBLE: 'float64',
};

async function readMetaImageHeader(file: string): Promise<StoredImage> {
  const fault = (what: string, remedy = 'The header is damaged: export the file again.') =>
    new Fault(what, { place: { file }, remedy });
  const { bytes } = await readHead(file, 65536);
  const { fields, length: headerLength } = parseFields(bytes);
  const first = (...names: string[]) =>
    names.map(name => fields.get(name)).find(value => value !== undefined);
  const numbers = (text: string) => text.split(/\s+/).map(part => (part === '' ? Number.NaN : Number(part)));
  const dataName = first('ElementDataFile');
  const sizes = numbers(first('DimSize') ?? '');
  const rank = sizes.length;
  if (dataName === undefined || Number(first('NDims')) !== rank || rank < 2 || rank > 4) {
    throw fault('this is not a MetaImage header of two to four dimensions with a data file');
  }
  const typeName = first('ElementType') ?? '';
  const dtype = types[typeName];
  if (dtype === undefined) {
    throw fault(`the voxels are of type "${typeName}"`, 'Export the volume with integers or real numbers.');
  }
  if (!isTrue(first('BinaryData') ?? 'True'))
    throw fault('the voxels are written as text', 'Save it as binary.');
  if (/^list|%/i.test(dataName)) {
    throw fault('the voxels are spread over several files', 'Save it as one .mha file.');
  }
  const spacing = numbers(first('ElementSpacing', 'ElementSize') ?? sizes.map(() => '1').join(' '));
  const origin = numbers(first('Offset', 'Position', 'Origin') ?? sizes.map(() => '0').join(' '));
  const turn = first('TransformMatrix', 'Rotation', 'Orientation');
  const matrix = turn === undefined ? undefined : numbers(turn);
  const axes = [0, 1, 2].slice(0, rank).map((axis): Vector => {
    const along = (row: number) =>
      row >= rank
        ? 0
        : (matrix === undefined ? Number(row === axis) : matrix[rank * axis + row]!) * spacing[axis]!;
    return [along(0), along(1), along(2)];
  });
  const channels = Number(first('ElementNumberOfChannels') ?? 1);
  const last = rank === 4 ? sizes[3]! : 1;
  if (channels > 1 && last > 1)
    throw fault('the file holds channels over time', 'Export one file a channel.');
  const shape = [rank > 2 ? sizes[2]! : 1, sizes[1]!, sizes[0]!] as const;
  const affine = flipLps(affineFromAxes(axes, [origin[0]!, origin[1]!, rank > 2 ? origin[2]! : 0]));
  const components = channels * last;
  const header = checkedHeader(file, { shape, components, affine, dtype });
  const local = dataName.toUpperCase() === 'LOCAL';
  const dataFile = local ? file : detachedFile(file, dataName);
  const headerSize = Number(first('HeaderSize') ?? 0);
  if (!Number.isSafeInteger(headerSize) || headerSize < -1)
    throw fault(`HeaderSize is ${first('HeaderSize')}`);
  const skip =
    headerSize === -1
      ? Math.max(0, (await fileSize(dataFile)) - voxelCount(shape) * components * bytesPerElement[dtype])
      : headerSize + (local ? headerLength : 0);
  return {
    header,
    dataFile,
    skip,
    offset: 0,
    compression: isTrue(first('CompressedData') ?? 'False') ? 'zlib' : 'none',
    bigEndian: isTrue(first('BinaryDataByteOrderMSB', 'ElementByteOrderMSB') ?? 'False'),
    order: channels > 1 ? 'interleaved' : 'planar',
    slope: 1,
    intercept: 0,
  };
}

const isTrue = (text: string) => /^(true|1|yes)$/i.test(text);

/** The header's `Name = value` lines; ElementDataFile is the last. */
function parseFields(bytes: Buffer) {
  const fields = new Map<string, string>();
  let length = 0;
  while (length < bytes.length && !fields.has('ElementDataFile')) {
    const newline = bytes.indexOf(10, length);
    const end = newline < 0 ? bytes.length : newline;
    const line = bytes.toString('latin1', length, end);
    length = end + 1;
    const equals = line.indexOf('=');
    if (equals > 0) fields.set(line.slice(0, equals).trim(), line.slice(equals + 1).trim());
  }
  return { fields, length };
}
