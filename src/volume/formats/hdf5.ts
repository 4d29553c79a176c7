import type { Dataset } from 'h5wasm/node';
import { Fault } from '../../foundation/fault.ts';
import type { ElementType } from '../element-type.ts';
import { checkedHeader, type VolumeHeader } from '../header.ts';
import { fileSize, readHead } from '../stored-bytes.ts';
import { affineFromSpacing, type Volume, type VoxelData, voxelCount } from '../volume.ts';
import type { Format } from './format.ts';

/**
 * InnerEye's way to name a volume in an HDF5 file: `file|dataset|channel`, or `file|dataset|channel|value` for the
 * mask of the voxels with that value. The dataset's axes are [channel, z, y, x]; one of three axes is the only
 * channel, 0. There is no spacing, so the affine is the identity.
 */
export const hdf5: Format = {
  name: 'HDF5 (file.h5|dataset|channel)',
  recognises: (head, file) => file.includes('|') || head.toString('latin1', 0, 8) === '\x89HDF\r\n\x1a\n',
  readHeader: path => openDataset(path, async ({ header }) => header),
  readVolumes: path => openDataset(path, async dataset => [readChannel(path, dataset)]),
  files: async path => path.split('|').slice(0, 1),
};

/** Bytes read at most: WebAssembly has 2 GiB for the file's library and the voxels. */
const mostBytes = 2 ** 30;

interface Opened {
  readonly dataset: Dataset;
  readonly header: VolumeHeader;
  /** Place of the channel's first axis; undefined in a dataset without channels. */
  readonly channel: number | undefined;
  readonly value: number | undefined;
}

async function openDataset<T>(path: string, use: (opened: Opened) => Promise<T>): Promise<T> {
  const [file, name, channelText, valueText, ...rest] = path.split('|') as [
    string,
    ...(string | undefined)[],
  ];
  const fault = (what: string, remedy: string) => new Fault(what, { place: { file: path }, remedy });
  const syntax = 'Name a volume as file|dataset|channel, or file|dataset|channel|value.';
  const { bytes } = await readHead(file, 8);
  if (bytes.toString('latin1') !== '\x89HDF\r\n\x1a\n') throw fault('this is not an HDF5 file', syntax);
  const size = await fileSize(file);
  const h5wasm = await import('h5wasm/node');
  // Otherwise the library prints its errors.
  (await h5wasm.ready).activate_throwing_error_handler();
  let opened: InstanceType<typeof h5wasm.File> | undefined;
  try {
    opened = new h5wasm.File(file, 'r');
    const numbers = [channelText, valueText].map(text => (text === undefined ? undefined : Number(text)));
    const dataset = name === undefined ? null : opened.get(name);
    if (!(dataset instanceof h5wasm.Dataset) || rest.length > 0) {
      const names = opened.keys().slice(0, 20).join(', ');
      throw fault(
        name === undefined ? 'this HDF5 file may hold many volumes' : `there is no dataset "${name}"`,
        `${syntax} The file holds ${names || 'nothing'}.`,
      );
    }
    const [channel, value] = numbers;
    if ((channel !== undefined && !(Number.isInteger(channel) && channel >= 0)) || Number.isNaN(value)) {
      throw fault(`"${path}" has a channel or value that is no number`, syntax);
    }
    return await use({ ...describe(path, dataset, channel ?? 0, size), value });
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault('the HDF5 file is damaged', {
      place: { file: path },
      remedy: 'Copy or export the file again.',
      cause: error,
    });
  } finally {
    try {
      opened?.close();
    } catch {
      // A damaged file may not even close; there is nothing left to free.
    }
  }
}

function describe(path: string, dataset: Dataset, channel: number, fileBytes: number): Omit<Opened, 'value'> {
  const fault = (what: string, remedy: string) => new Fault(what, { place: { file: path }, remedy });
  const sizes = dataset.shape ?? [];
  if (sizes.length < 2 || sizes.length > 4) {
    throw fault(`the dataset has ${sizes.length} axes`, 'Its axes must be [channel, z, y, x] or [z, y, x].');
  }
  const channels = sizes.length === 4 ? sizes[0]! : 1;
  if (channel >= channels)
    throw fault(`there is no channel ${channel}`, `The dataset has ${channels}, from 0.`);
  const { type, size, signed } = dataset.metadata;
  // Classes of HDF5: 0 integers, 1 floating point, 8 enumerations (of which h5py makes its booleans).
  const dtype = (type === 1 ? `float${8 * size}` : `${signed ? '' : 'u'}int${8 * size}`) as ElementType;
  if (![0, 1, 8].includes(type) || ![1, 2, 4, 8].includes(size) || (type === 1 && size < 4)) {
    throw fault('the dataset holds no integers or real numbers', 'Save the volume as such.');
  }
  const [z, y, x] = [1, ...sizes].slice(-3) as [number, number, number];
  const header = checkedHeader(path, {
    shape: [z, y, x],
    components: 1,
    affine: affineFromSpacing([1, 1, 1]),
    dtype,
  });
  const bytes = voxelCount(header.shape) * size;
  if (bytes > mostBytes) throw fault('the channel holds more than 1 GiB', 'Save it as NIfTI.');
  if (bytes > fileBytes * 1032) throw fault('the file is too short for its dataset', 'Copy the file again.');
  return { dataset, header, channel: sizes.length === 4 ? channel : undefined };
}

function readChannel(path: string, { dataset, header, channel, value }: Opened): Volume {
  const ranges: ([number, number] | [])[] = (dataset.shape ?? []).map(() => []);
  if (channel !== undefined) ranges[0] = [channel, channel + 1];
  const stored = dataset.slice(ranges) as unknown;
  if (!ArrayBuffer.isView(stored)) throw new Error('no voxels');
  const voxels =
    stored instanceof BigInt64Array || stored instanceof BigUint64Array ? asNumbers(stored, path) : stored;
  const data = voxels as VoxelData;
  if (data.length !== voxelCount(header.shape)) throw new Error('too few voxels');
  const { shape, affine } = header;
  return {
    data:
      value === undefined ? data : Uint8Array.from(data as Float64Array, voxel => (voxel === value ? 1 : 0)),
    shape,
    affine,
  };
}

function asNumbers(integers: BigInt64Array | BigUint64Array, path: string): Float64Array {
  return Float64Array.from(integers as BigInt64Array, integer => {
    const number = Number(integer);
    if (Number.isSafeInteger(number)) return number;
    throw new Fault(`a voxel holds ${integer}, a 64-bit integer beyond 2^53`, {
      place: { file: path },
      remedy: 'Store the volume with 32-bit integers or as float64.',
    });
  });
}
