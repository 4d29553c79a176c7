import { Random } from '../../foundation/random.ts';
import { applyAffine } from '../../volume/affine.ts';
import { type Affine, type Volume, voxelCount, type Zyx } from '../../volume/volume.ts';
import { type Distances, distancesAt, randomAnatomy } from './anatomy.ts';
import { coverage } from './shapes.ts';
import { randomWaves, waveAt } from './waves.ts';

/** A made-up MRI scan of an abdomen with the structures drawn in it. */
export interface Phantom {
  readonly image: Volume<Int16Array>;
  readonly liver: Volume<Uint8Array>;
  readonly kidneys: Volume<Uint8Array>;
  readonly institution: string;
}

/** Intensities before the scanner's faults. Liver, kidneys, muscle, spleen and bowel are all the same. */
const AIR = 0.02;
const SKIN_FAT = 0.9;
const FAT = 0.28;
const TISSUE = 0.62;
const BONE = 0.95;
/** mm of fat under the skin, then of muscle. */
const SKIN = 4;
const WALL = 12;
/** mm of fat around liver and kidneys, where they touch muscle or bowel. */
const CAPSULE = 2.5;

/**
 * One scan of a cohort; the same for the same seed and subject. Organs have the intensity of their neighbours, under
 * noise and a smooth bias field, so that no threshold finds them: place, shape and texture must be learned.
 */
export function makePhantom(seed: number, subject: string): Phantom {
  const random = new Random(seed, 'scan', subject);
  const scanner = randomScanner(random);
  const anatomy = randomAnatomy(seed, subject);
  const { shape, affine } = scanner;
  const [depth, height, width] = shape;
  const image = new Int16Array(voxelCount(shape));
  const liver = new Uint8Array(image.length);
  const kidneys = new Uint8Array(image.length);
  const bias = randomWaves(random, 3, 0.16, [110, 220]);
  const texture = randomWaves(random, 6, 1, [9, 22]);
  const gain = random.between(500, 1100);
  const deviation = random.between(0.045, 0.065);
  const noise = new Random(seed, 'noise', subject);
  let voxel = 0;
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++, voxel++) {
        const point = applyAffine(affine, [x, y, z]);
        const distances = distancesAt(anatomy, point);
        const signal =
          distances === undefined
            ? AIR
            : intensity(distances, waveAt(texture, point)) * Math.exp(waveAt(bias, point));
        image[voxel] = Math.round(gain * Math.abs(signal + deviation * roughlyNormal(noise)));
        if (distances === undefined) continue;
        if (distances.kidneys < 0) kidneys[voxel] = 1;
        else if (distances.liver < 0) liver[voxel] = 1;
      }
    }
  }
  const volume = <T extends Int16Array | Uint8Array>(data: T): Volume<T> => ({ data, shape, affine });
  return {
    image: volume(image),
    liver: volume(liver),
    kidneys: volume(kidneys),
    institution: scanner.institution,
  };
}

interface Scanner {
  readonly institution: string;
  readonly shape: Zyx;
  readonly affine: Affine;
}

/** Two institutions: axes towards left, posterior (DICOM's habit) or right, anterior; other spacings and fields of view. */
function randomScanner(random: Random): Scanner {
  const north = random.chance(0.5);
  const spacing = north ? random.between(1.9, 2.05) : random.between(2, 2.15);
  const thickness = north ? random.between(2.3, 2.5) : random.between(2.5, 2.7);
  const shape: Zyx = [46 + random.below(5), 54 + random.below(5), 62 + random.below(5)];
  const sign = north ? 1 : -1;
  const origin = [shape[2] - 1, shape[1] - 1, shape[0] - 1].map(
    (last, axis) => (-last / 2) * [sign * spacing, sign * spacing, thickness][axis]! + random.between(-3, 3),
  );
  return {
    institution: north ? 'north' : 'south',
    shape,
    affine: [
      ...[sign * spacing, 0, 0, origin[0]!],
      ...[0, sign * spacing, 0, origin[1]!],
      ...[0, 0, thickness, origin[2]!],
      ...[0, 0, 0, 1],
    ],
  };
}

/** Tissues are laid over each other from the outside in. */
function intensity(d: Distances, texture: number): number {
  let value = AIR;
  const lay = (tissue: number, distance: number) => {
    value += (tissue - value) * coverage(distance);
  };
  lay(SKIN_FAT, d.body);
  lay(TISSUE + 0.03 * texture, d.body + SKIN);
  lay(FAT, d.body + WALL);
  lay(TISSUE + 0.03 * texture, d.others);
  lay(BONE, d.spine);
  lay(FAT, Math.min(d.liver, d.kidneys) - CAPSULE);
  lay(TISSUE + 0.05 * texture, d.liver);
  lay(TISSUE + 0.02 * texture, d.kidneys);
  if (d.kidneys < 0) lay(TISSUE - 0.1, d.marrow);
  return value;
}

/** Mean 0 and deviation 1 from one draw: the sum of four bytes is near enough to normal for noise. */
function roughlyNormal(random: Random): number {
  const word = random.uint32();
  const sum = (word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24);
  return (sum - 510) / 147.8;
}
