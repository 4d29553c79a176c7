import type { DatasetSettings } from '../config/schema/configuration.ts';
import { spacingOf, type Zyx } from '../volume/volume.ts';
import type { Dataset } from './dataset.ts';
import { loadSubject } from './load-subject.ts';

/** What planning needs to know of a data set. */
export interface Fingerprint {
  readonly subjects: number;
  /** Of each subject that was read, [z, y, x]. */
  readonly shapes: readonly Zyx[];
  readonly spacings: readonly Zyx[];
  /** For each channel, of the voxels inside structures: percentiles 0.5, 50 and 99.5. */
  readonly foreground: readonly (readonly [low: number, median: number, high: number])[];
  /** Share of the voxels that are in any structure. */
  readonly foregroundShare: number;
}

/** Subjects read at most; they are spread evenly over the list. */
const MOST_SUBJECTS = 60;
/** Foreground voxels taken of each subject, evenly spread. */
const MOST_VOXELS = 10_000;

/** Reads a data set's subjects, up to sixty, and describes them. Depends on the data alone. */
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
  let inside = 0;
  let voxels = 0;
  for (const [index, subject] of chosen.entries()) {
    signal?.throwIfAborted();
    const { shape, affine, images, labels } = await loadSubject(subject, settings);
    shapes.push(shape);
    spacings.push(spacingOf(affine));
    const places: number[] = [];
    labels?.forEach((label, place) => {
      if (label > 0) places.push(place);
    });
    inside += places.length;
    voxels += shape[0] * shape[1] * shape[2];
    const step = Math.max(1, Math.ceil(places.length / MOST_VOXELS));
    for (let at = 0; at < places.length; at += step) {
      images.forEach((image, channel) => {
        intensities[channel]!.push(image[places[at]!]!);
      });
    }
    onProgress?.(index + 1, chosen.length);
  }
  return {
    subjects: labelled.length,
    shapes,
    spacings,
    foreground: intensities.map(values => [
      quantile(values, 0.005),
      quantile(values, 0.5),
      quantile(values, 0.995),
    ]),
    foregroundShare: voxels === 0 ? 0 : inside / voxels,
  };
}

/** Quantile with linear interpolation, NumPy's default. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  const place = share * (sorted.length - 1);
  const low = Math.floor(place);
  return sorted[low]! + (place - low) * ((sorted[low + 1] ?? sorted[low]!) - sorted[low]!);
}
