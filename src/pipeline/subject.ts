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

/** Crops for one training step. */
export interface Batch {
  /** `[batch, z, y, x, channel]` */
  readonly images: Float32Array;
  /** Class indices `[batch, z, y, x]`. */
  readonly labels: Int32Array;
  /** 1 where a voxel counts `[batch, z, y, x]`; absent where no subject has a mask. */
  readonly mask?: Float32Array;
  /** 1 where a class was drawn `[batch, class]`, background first. */
  readonly drawn: Float32Array;
  /** Where each crop comes from. */
  readonly crops: readonly CropOrigin[];
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
export interface BatchSource {
  readonly stepsPerEpoch: number;
  batch(epoch: number, step: number): Promise<Batch>;
  close(): Promise<void>;
}
