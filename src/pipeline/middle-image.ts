import type { PaddingMode } from '../config/schema/configuration.ts';
import { voxelCount, type Zyx } from '../volume/volume.ts';
import { takeCensus } from './census.ts';
import { takeCrop } from './crop.ts';
import { middleCrop } from './crop-sampling.ts';
import { memoryReader } from './prepared-reader.ts';
import type { PreparedSubject } from './subject.ts';

/** The middle of a prepared volume as a network is given it in training, without augmentation: `[z, y, x, channel]`. */
export function middleImage(subject: PreparedSubject, size: Zyx, padding: PaddingMode): Float32Array {
  const labels = subject.labels ?? new Uint8Array(voxelCount(subject.shape));
  const census = takeCensus(labels, undefined, subject.shape, 1);
  const reader = memoryReader({ ...subject, labels }, census);
  const { images } = takeCrop(reader, size, middleCrop(reader, size).corner, padding);
  const channels = images.length;
  const joined = new Float32Array(voxelCount(size) * channels);
  images.forEach((values, channel) => {
    for (let voxel = 0; voxel < values.length; voxel++) joined[voxel * channels + channel] = values[voxel]!;
  });
  return joined;
}
