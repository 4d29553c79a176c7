import type { Affine, Zyx } from '../volume/volume.ts';

/** The grid of a file: what a prediction must be brought back to. */
export interface Grid {
  readonly shape: Zyx;
  readonly affine: Affine;
}

/** A subject after preprocessing: canonical orientation (axes towards R, A, S), resampled, normalised. */
export interface PreparedSubject {
  readonly id: string;
  readonly shape: Zyx;
  readonly affine: Affine;
  /** Grid of the image file. */
  readonly original: Grid;
  /** One array a channel. */
  readonly images: readonly Float32Array[];
  /** Class of every voxel (0 background, k the k-th structure), if the subject has labels. */
  readonly labels?: Uint8Array;
  /** 1 inside the mask. */
  readonly mask?: Uint8Array;
  /** For each structure whether it was drawn in this subject. */
  readonly drawn: readonly boolean[];
}

/** What one training step is fed. */
export interface Batch {
  /** Tensors by name, as the task's step takes them. */
  readonly feeds: Readonly<Record<string, Float32Array | Int32Array>>;
  /** Whom they are of. */
  readonly subjects: readonly string[];
}

/** Crops for one training step of a segmentation. */
export interface CropBatch extends Batch {
  readonly feeds: CropFeeds;
  /** Where each crop comes from. */
  readonly crops: readonly CropOrigin[];
}

export interface CropFeeds extends Record<string, Float32Array | Int32Array> {
  /** `[batch, z, y, x, channel]` */
  images: Float32Array;
  /** Class indices `[batch, z, y, x]`. */
  labels: Int32Array;
  /** 1 where a class was drawn `[batch, class]`, background first. */
  drawn: Float32Array;
  // And `mask`, 1 where a voxel counts `[batch, z, y, x]`, where any subject has one.
}

export interface CropOrigin {
  readonly subject: string;
  /** Lowest corner of the crop in the prepared volume, in voxels; negative where it was padded. */
  readonly corner: Zyx;
  /** Class the crop was centred on. */
  readonly centredOn: number;
}

/**
 * Batches of a training run. The content of a batch depends on (seed, epoch, step) alone, whatever the number of
 * threads and the order of the calls; asking for the steps of an epoch in order is fast, as the next are prepared ahead.
 */
export interface BatchSource<Made extends Batch = Batch> {
  readonly stepsPerEpoch: number;
  batch(epoch: number, step: number): Promise<Made>;
  close(): Promise<void>;
}
