import type { Box } from '../volume/distance-transform.ts';
import type { Zyx } from '../volume/volume.ts';

/** How many voxels of a class two segmentations have, apart and together. */
export interface Overlap {
  readonly predicted: number;
  readonly true: number;
  readonly both: number;
  /** The smallest box around the class in both segmentations; undefined where the class is absent from both. */
  readonly box: Box | undefined;
}

/**
 * Counts all classes in one pass.
 * @param prediction class of each voxel `[z, y, x]`, 0 background
 * @param truth the same for the ground truth
 * @param classes number of classes without background
 * @param mask where given, voxels with 0 in it belong to the background in both
 * @returns one overlap a class, the first for class 1
 */
export function countOverlaps(
  prediction: Uint8Array,
  truth: Uint8Array,
  [depth, height, width]: Zyx,
  classes: number,
  mask?: Uint8Array,
): Overlap[] {
  const predicted = new Float64Array(256);
  const drawn = new Float64Array(256);
  const both = new Float64Array(256);
  // For each class: first and last index along z, y, x.
  const low = Array.from({ length: 3 }, () => new Int32Array(256).fill(0x7fffffff));
  const high = Array.from({ length: 3 }, () => new Int32Array(256).fill(-1));
  const [lowZ, lowY, lowX] = low as [Int32Array, Int32Array, Int32Array];
  const [highZ, highY, highX] = high as [Int32Array, Int32Array, Int32Array];
  const include = (label: number, z: number, y: number, x: number) => {
    if (z < lowZ[label]!) lowZ[label] = z;
    if (z > highZ[label]!) highZ[label] = z;
    if (y < lowY[label]!) lowY[label] = y;
    if (y > highY[label]!) highY[label] = y;
    if (x < lowX[label]!) lowX[label] = x;
    if (x > highX[label]!) highX[label] = x;
  };
  // Most of an image is background: four voxels are skipped at a time where they are so in both.
  const [words, otherWords] = [wordsOf(prediction), wordsOf(truth)];
  let index = 0;
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++, index++) {
        if (words && otherWords && (index & 3) === 0 && x + 4 <= width) {
          if ((words[index >> 2]! | otherWords[index >> 2]!) === 0) {
            x += 3;
            index += 3;
            continue;
          }
        }
        const p = prediction[index]!;
        const t = truth[index]!;
        if ((p | t) === 0 || (mask && mask[index] === 0)) continue;
        predicted[p]!++;
        drawn[t]!++;
        include(p, z, y, x);
        if (p === t) both[p]!++;
        else include(t, z, y, x);
      }
    }
  }
  return Array.from({ length: classes }, (_, k) => {
    const label = k + 1;
    const present = highZ[label]! >= 0;
    return {
      predicted: predicted[label]!,
      true: drawn[label]!,
      both: both[label]!,
      box: present
        ? {
            start: [lowZ[label]!, lowY[label]!, lowX[label]!],
            end: [highZ[label]! + 1, highY[label]! + 1, highX[label]! + 1],
          }
        : undefined,
    };
  });
}

/** The same bytes, four at a time; undefined where they do not start at a multiple of four. */
const wordsOf = ({ buffer, byteOffset, length }: Uint8Array): Int32Array | undefined =>
  byteOffset % 4 === 0 ? new Int32Array(buffer, byteOffset, length >> 2) : undefined;

/** Dice coefficient 2 |A ∩ B| / (|A| + |B|): NaN if both are empty, 0 if one is. */
export const dice = ({ predicted, true: drawn, both }: Overlap): number => (2 * both) / (predicted + drawn);

/** Share of the ground truth that was found; NaN if it is empty. */
export const sensitivity = ({ true: drawn, both }: Overlap): number => both / drawn;

/** Share of the prediction that is right; NaN if it is empty. */
export const precision = ({ predicted, both }: Overlap): number => both / predicted;
