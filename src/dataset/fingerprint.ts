import type { DatasetSettings } from '../config/schema/configuration.ts';
import { Fault } from '../foundation/fault.ts';
import { canonicalShape } from '../volume/orientation.ts';
import { spacingOf, voxelCount, type Zyx } from '../volume/volume.ts';
import type { Dataset, LoadedSubject } from './dataset.ts';
import { loadSubject } from './load-subject.ts';
import { quantileOf } from './quantile.ts';

/** What planning needs to know of a data set (nnU-Net's `dataset_fingerprint.json`). Plain data, fit for JSON. */
export interface Fingerprint {
  /** Subjects with structures, read or not. */
  readonly subjects: number;
  /** Of each subject that was read, [z, y, x] in canonical orientation, as preprocessing leaves it. */
  readonly shapes: readonly Zyx[];
  /** mm. */
  readonly spacings: readonly Zyx[];
  readonly channels: readonly ChannelIntensities[];
  readonly structures: readonly StructureSizes[];
  /** Share of the voxels that are in any structure. */
  readonly foregroundShare: number;
}

/** Intensities of a channel inside the structures, over all subjects. */
export interface ChannelIntensities {
  readonly name: string;
  readonly mean: number;
  /** Standard deviation (of the population). */
  readonly deviation: number;
  readonly median: number;
  /** Percentiles 0.5 and 99.5. */
  readonly low: number;
  readonly high: number;
}

/** Sizes of a structure in each subject that was read; 0 where it is empty or was not drawn. */
export interface StructureSizes {
  readonly name: string;
  readonly voxels: readonly number[];
  readonly ml: readonly number[];
}

/** Subjects read at most; they are spread evenly over the list. */
const MOST_SUBJECTS = 60;
/** Foreground voxels taken of each subject, evenly spread: nnU-Net's number. */
const MOST_VOXELS = 10_000;

/**
 * Reads up to sixty subjects, one at a time, and describes them. Depends on the data alone.
 * @throws Fault or Faults of the first subject that is broken; the signal's reason where it is aborted.
 */
export async function takeFingerprint(
  dataset: Dataset,
  settings: DatasetSettings,
  { onProgress, signal }: { onProgress?: (done: number, total: number) => void; signal?: AbortSignal } = {},
): Promise<Fingerprint> {
  const labelled = dataset.subjects.filter(({ labels }) => labels !== undefined);
  const stride = Math.max(1, Math.ceil(labelled.length / MOST_SUBJECTS));
  const chosen = labelled.filter((_, index) => index % stride === 0);
  const shapes: Zyx[] = [];
  const spacings: Zyx[] = [];
  const intensities = settings.channels.map((): number[] => []);
  const counts = settings.structures.map((): number[] => []);
  for (const [index, subject] of chosen.entries()) {
    signal?.throwIfAborted();
    const loaded = await loadSubject(subject, settings);
    const { shape, affine } = loaded;
    shapes.push(canonicalShape({ shape, affine }));
    // Lengths of axes change places as their numbers of voxels do.
    spacings.push(canonicalShape({ shape: spacingOf(affine), affine }));
    for (const [structure, count] of countStructures(loaded, counts.length).entries()) {
      counts[structure]!.push(count);
    }
    sampleForeground(loaded, intensities);
    onProgress?.(index + 1, chosen.length);
  }
  const millilitres = spacings.map(([z, y, x]) => (z * y * x) / 1000);
  const total = shapes.reduce((sum, shape) => sum + voxelCount(shape), 0);
  const inside = counts.flat().reduce((sum, count) => sum + count, 0);
  return {
    subjects: labelled.length,
    shapes,
    spacings,
    channels: settings.channels.map((name, index) => describeIntensities(name, intensities[index]!)),
    structures: settings.structures.map(({ name }, index) => ({
      name,
      voxels: counts[index]!,
      ml: counts[index]!.map((count, subject) => count * millilitres[subject]!),
    })),
    foregroundShare: total === 0 ? 0 : inside / total,
  };
}

/**
 * A data set without the structures that are empty in every scan that was read: nothing can learn them.
 * @throws Fault where none is left.
 */
export function withoutEmptyStructures(
  settings: DatasetSettings,
  fingerprint: Fingerprint,
): { settings: DatasetSettings; fingerprint: Fingerprint; empty: readonly string[] } {
  const isDrawn = (_: unknown, index: number) =>
    fingerprint.structures[index]!.voxels.some(count => count > 0);
  const structures = settings.structures.filter(isDrawn);
  if (structures.length === 0) {
    throw new Fault('every structure is empty in every scan', {
      place: { file: settings.path! },
      remedy: 'Check that the label maps belong to the images, and which numbers they hold.',
    });
  }
  return {
    settings: { ...settings, structures },
    fingerprint: { ...fingerprint, structures: fingerprint.structures.filter(isDrawn) },
    empty: settings.structures.filter((one, index) => !isDrawn(one, index)).map(({ name }) => name),
  };
}

function countStructures({ labels }: LoadedSubject, structures: number): number[] {
  const counts = new Array<number>(structures + 1).fill(0);
  for (const label of labels ?? []) counts[label]!++;
  return counts.slice(1);
}

/** Adds intensities of evenly spread voxels inside the structures, the same voxels in every channel. */
function sampleForeground({ images, labels }: LoadedSubject, intensities: number[][]): void {
  if (labels === undefined) return;
  const inside = labels.reduce((count, label) => count + (label > 0 ? 1 : 0), 0);
  const step = Math.max(1, Math.ceil(inside / MOST_VOXELS));
  let seen = 0;
  for (let voxel = 0; voxel < labels.length; voxel++) {
    if (labels[voxel] === 0 || seen++ % step !== 0) continue;
    for (const [channel, image] of images.entries()) intensities[channel]!.push(image[voxel]!);
  }
}

function describeIntensities(name: string, values: readonly number[]): ChannelIntensities {
  const sorted = Float64Array.from(values).sort();
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  const variance = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / sorted.length;
  return {
    name,
    mean,
    deviation: Math.sqrt(variance),
    median: quantileOf(sorted, 0.5),
    low: quantileOf(sorted, 0.005),
    high: quantileOf(sorted, 0.995),
  };
}
