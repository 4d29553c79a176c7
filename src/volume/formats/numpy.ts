import { Fault } from '../../foundation/fault.ts';
import type { ElementType } from '../element-type.ts';
import { checkedHeader } from '../header.ts';
import { readHead } from '../stored-bytes.ts';
import { decodeStoredImage, type StoredImage } from '../stored-image.ts';
import { affineFromSpacing } from '../volume.ts';
import type { Format } from './format.ts';
import { storedFormat } from './stored-format.ts';
import { readZipEntry, zipEntries } from './zip.ts';

export const npy = storedFormat(
  { name: 'NumPy (.npy)', recognises: head => head.toString('latin1', 0, 6) === '\x93NUMPY' },
  async file => parseNpyHeader(file, (await readHead(file, headLength)).bytes),
);

/** An archive of one array. */
export const npz: Format = {
  name: 'NumPy (.npz)',
  recognises: head => head.toString('latin1', 0, 4) === 'PK\x03\x04',
  readHeader: async file =>
    parseNpyHeader(file, await readZipEntry(file, await onlyArray(file), headLength)).header,
  readVolumes: async file => {
    const name = await onlyArray(file);
    const image = parseNpyHeader(file, await readZipEntry(file, name, headLength));
    const bytes = await readZipEntry(file, name, image.skip + image.bytes);
    if (bytes.length < image.skip + image.bytes) throw tooShort(file, image.bytes, bytes.length - image.skip);
    return decodeStoredImage(image, bytes.subarray(image.skip));
  },
};

const headLength = 16384;

const types: Readonly<Record<string, ElementType>> = {
  b1: 'uint8',
  i1: 'int8',
  u1: 'uint8',
  i2: 'int16',
  u2: 'uint16',
  i4: 'int32',
  u4: 'uint32',
  i8: 'int64',
  u8: 'uint64',
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
};

/**
 * The header of an array (numpy.lib.format). Its axes are [z, y, x], or [y, x] of a picture, or [component, z, y, x];
 * it has no spacing, so its affine is the identity.
 */
function parseNpyHeader(file: string, bytes: Buffer): StoredImage & { readonly bytes: number } {
  const fault = (what: string, remedy = 'Save the array again with numpy.save.') =>
    new Fault(what, { place: { file }, remedy });
  const wide = bytes[6]! > 1;
  const start = wide ? 12 : 10;
  if (bytes.length < start) throw fault('the header was cut off');
  const skip = start + (wide ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8));
  if (skip > bytes.length) throw fault('the header was cut off, or is longer than 16 KiB');
  const text = bytes.toString('latin1', start, skip);
  const [, endian, code] = /'descr':\s*'([<>|=])([a-zA-Z]\d+)'/.exec(text) ?? [];
  const sizes = /'shape':\s*\(([\d,\s]*)\)/.exec(text)?.[1]?.match(/\d+/g)?.map(Number);
  const fortran = /'fortran_order':\s*True/.test(text);
  const dtype = types[code ?? ''];
  if (dtype === undefined) {
    throw fault(
      `the elements are ${code === undefined ? 'records' : `of type ${code}`}`,
      'Save integers or real numbers.',
    );
  }
  if (sizes === undefined || sizes.length < 2 || sizes.length > 4) {
    throw fault(
      `the array has ${sizes?.length ?? 0} axes`,
      'Save it with the axes [z, y, x], [y, x] or [component, z, y, x].',
    );
  }
  const [components, z, y, x] = [...new Array<number>(4 - sizes.length).fill(1), ...sizes] as [
    number,
    number,
    number,
    number,
  ];
  const header = checkedHeader(file, {
    shape: [z, y, x],
    components,
    affine: affineFromSpacing([1, 1, 1]),
    dtype,
  });
  return {
    header,
    dataFile: file,
    skip,
    offset: 0,
    compression: 'none',
    bigEndian: endian === '>',
    order: fortran ? 'z-fastest' : 'planar',
    slope: 1,
    intercept: 0,
    bytes: x * y * z * components * Number(code!.slice(1)),
  };
}

async function onlyArray(file: string): Promise<string> {
  const arrays = (await zipEntries(file)).filter(name => name.endsWith('.npy'));
  if (arrays.length === 1) return arrays[0]!;
  throw new Fault(`the archive holds ${arrays.length === 0 ? 'no array' : `${arrays.length} arrays`}`, {
    place: { file },
    remedy: `Save one array a file${arrays.length > 0 ? `; there are ${arrays.slice(0, 10).join(', ')}` : ''}.`,
  });
}

const tooShort = (file: string, promised: number, present: number) =>
  new Fault(`the header promises ${promised} bytes of voxels but the archive holds ${Math.max(0, present)}`, {
    place: { file },
    remedy: 'Copy or export the file again.',
  });
