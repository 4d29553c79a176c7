import { voxelCount, type Zyx } from '../volume/volume.ts';
import type { Crop, CropArrays } from './crop.ts';
import { scratchBytes, scratchFloats } from './scratch.ts';

/** The tensors of a batch while its crops are put into them. */
export class BatchTensors {
  /** `[batch, z, y, x, channel]` */
  readonly images: Float32Array;
  /** `[batch, z, y, x]` */
  readonly labels: Int32Array;
  /** `[batch, z, y, x]` */
  readonly mask: Float32Array | undefined;
  private readonly voxels: number;
  private readonly channels: number;

  constructor(count: number, cropSize: Zyx, channels: number, masked: boolean) {
    this.voxels = voxelCount(cropSize);
    this.channels = channels;
    this.images = new Float32Array(count * this.voxels * channels);
    this.labels = new Int32Array(count * this.voxels);
    this.mask = masked ? new Float32Array(count * this.voxels).fill(1) : undefined;
  }

  /** Arrays for the crop at a place, until it is put there; one channel is the tensor itself. */
  arraysAt(place: number, masked: boolean): CropArrays {
    const { voxels, channels } = this;
    return {
      images:
        channels === 1
          ? [this.images.subarray(place * voxels, (place + 1) * voxels)]
          : Array.from({ length: channels }, (_, channel) => scratchFloats(`channel ${channel}`, voxels)),
      labels: scratchBytes('labels', voxels),
      mask: masked ? scratchBytes('mask', voxels) : undefined,
    };
  }

  put(place: number, { images, labels, mask }: Crop): void {
    const { voxels, channels } = this;
    const start = place * voxels;
    images.forEach((values, channel) => {
      let to = start * channels + channel;
      // A single channel is there already, unless a plugin gave another array.
      if (channels === 1) {
        if (values.buffer !== this.images.buffer) this.images.set(values, to);
      } else for (let i = 0; i < voxels; i++, to += channels) this.images[to] = values[i];
    });
    this.labels.set(labels, start);
    if (mask !== undefined) this.mask?.set(mask, start);
  }
}
