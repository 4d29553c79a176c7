import { spacingOf, type Zyx } from '../volume/volume.ts';
import type { Census } from './census.ts';
import type { PreparedSubject } from './subject.ts';

/** The voxels of a box of a prepared volume: its lowest corner is the volume's voxel `low`. */
export interface Block {
  readonly low: Zyx;
  readonly shape: Zyx;
  /** One array a channel. */
  readonly images: readonly Float32Array[];
  readonly labels: Uint8Array;
  readonly mask: Uint8Array | undefined;
}

/** Reads parts of a prepared subject with labels, wherever it is kept. */
export interface PreparedReader {
  readonly id: string;
  readonly shape: Zyx;
  /** [z, y, x] in mm. */
  readonly spacing: Zyx;
  readonly channels: number;
  readonly masked: boolean;
  readonly drawn: readonly boolean[];
  readonly census: Census;
  /** Labels and mask of one plane. */
  plane(z: number): { readonly labels: Uint8Array; readonly mask: Uint8Array | undefined };
  /** At least the voxels from `low` up to, without, `high`; both lie in the volume. */
  block(low: Zyx, high: Zyx): Block;
}

/** Reads a subject that is in memory; nothing is copied. */
export function memoryReader(
  subject: PreparedSubject & { readonly labels: Uint8Array },
  census: Census,
): PreparedReader {
  const { shape, images, labels, mask } = subject;
  const area = shape[1] * shape[2];
  return {
    id: subject.id,
    shape,
    spacing: spacingOf(subject.affine),
    channels: images.length,
    masked: mask !== undefined,
    drawn: subject.drawn,
    census,
    plane: z => ({
      labels: labels.subarray(z * area, (z + 1) * area),
      mask: mask?.subarray(z * area, (z + 1) * area),
    }),
    block: () => ({ low: [0, 0, 0], shape, images, labels, mask }),
  };
}
