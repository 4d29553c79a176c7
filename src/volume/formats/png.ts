import { constants, inflateSync } from 'node:zlib';
import { decode } from 'fast-png';
import { Fault } from '../../foundation/fault.ts';
import { checkedHeader, type VolumeHeader } from '../header.ts';
import { fileSize, readHead, readStored } from '../stored-bytes.ts';
import { affineFromSpacing } from '../volume.ts';
import type { Format } from './format.ts';

const signature = '\x89PNG\r\n\x1a\n';

/** A greyscale picture of 8 or 16 bits as a volume of one slice; it has no spacing, so its affine is the identity. */
export const png: Format = {
  name: 'PNG (greyscale)',
  recognises: head => head.toString('latin1', 0, 8) === signature,
  readHeader: readPngHeader,
  readVolumes: async file => {
    const { shape, affine, dtype } = await readPngHeader(file);
    const length = await fileSize(file);
    const bytes = (await readStored(file, { skip: 0, offset: 0, length, compression: 'none' })) as Buffer;
    const size = shape[1] * shape[2] * (dtype === 'uint8' ? 1 : 2);
    try {
      checkInflatedSize(bytes, size + shape[1] * 8);
      const { data, width, height } = decode(bytes);
      if (width !== shape[2] || height !== shape[1] || data.length !== width * height)
        throw new Error('size');
      const typed = dtype === 'uint8' ? Uint8Array.from(data) : Uint16Array.from(data);
      return [{ data: typed, shape, affine }];
    } catch (error) {
      throw new Fault('the picture is damaged', {
        place: { file },
        remedy: 'Copy or export the file again.',
        cause: error,
      });
    }
  },
};

async function readPngHeader(file: string): Promise<VolumeHeader> {
  const { bytes } = await readHead(file, 33);
  const fault = (what: string, remedy: string) => new Fault(what, { place: { file }, remedy });
  if (bytes.length < 33 || bytes.toString('latin1', 12, 16) !== 'IHDR') {
    throw fault('the picture has no header', 'Copy or export the file again.');
  }
  const [depth, colour] = [bytes[24], bytes[25]];
  if (colour !== 0 || (depth !== 8 && depth !== 16)) {
    throw fault(
      colour === 0 ? `the picture has ${depth} bits a pixel` : 'the picture is in colours or transparent',
      'Convert it to greyscale of 8 or 16 bits.',
    );
  }
  return checkedHeader(file, {
    shape: [1, bytes.readUInt32BE(20), bytes.readUInt32BE(16)],
    components: 1,
    affine: affineFromSpacing([1, 1, 1]),
    dtype: depth === 8 ? 'uint8' : 'uint16',
  });
}

/** Throws where the picture's data inflates to more than `most` bytes: the decoder itself has no bound. */
function checkInflatedSize(bytes: Buffer, most: number): void {
  const parts: Buffer[] = [];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(bytes.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  inflateSync(Buffer.concat(parts), { maxOutputLength: most, finishFlush: constants.Z_SYNC_FLUSH });
}
