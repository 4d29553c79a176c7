import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { writeFileAtomically } from '../../foundation/atomic-file.ts';
import type { Volume } from '../volume.ts';
import { encodeNifti, type NiftiContent } from './nifti-encode.ts';

export interface NiftiOptions extends NiftiContent {
  /** 0 to 9, for a name that ends in `.gz`; 6 where not given. */
  readonly gzipLevel?: number;
}

/**
 * Writes a volume, or several on one grid as a 4D image, as NIfTI-1, `.nii` or `.nii.gz` by its name; the same voxels
 * always give the same bytes. The affine goes into the sform, and into the qform where its axes are at right angles,
 * both as scanner coordinates and in float32, which is all that NIfTI-1 has.
 * @throws Fault where an axis is longer than NIfTI-1 allows, or the file cannot be written.
 */
export async function writeNifti(
  file: string,
  volume: Volume | readonly [Volume, ...Volume[]],
  options: NiftiOptions = {},
): Promise<void> {
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
