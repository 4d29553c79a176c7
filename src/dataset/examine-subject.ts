import type { DatasetSettings } from '../config/schema/configuration.ts';
import { Fault, type Place } from '../foundation/fault.ts';
import type { Geometry } from '../volume/orientation.ts';
import { readVolume, readVolumes } from '../volume/read.ts';
import { spacingOf, type Volume, voxelCount } from '../volume/volume.ts';
import { intensitiesOf } from './class-map.ts';
import type { Finding, LoadedSubject, Subject, VolumeSource } from './dataset.ts';
import { examineLabels } from './examine-labels.ts';
import { findingOf, placeOf } from './findings.ts';
import { gridDifference, millimetres } from './grid.ts';

/** What came of reading one subject: everything found, and its volumes if none of that is an error. */
export interface Examination {
  readonly findings: readonly Finding[];
  readonly loaded?: LoadedSubject;
}

/** Deviation in mm from `expected_spacing_mm` that is accepted, as in InnerEye's score.py. */
const SPACING_TOLERANCE_MM = 0.1;

/**
 * Reads one subject and checks everything about it: training, validation and fingerprint all go through here.
 * Faults of files become findings; the function itself does not throw for bad data. At any time it holds the
 * channels, the class map and one more volume.
 */
export async function examineSubject(subject: Subject, settings: DatasetSettings): Promise<Examination> {
  const findings: Finding[] = [];
  const images = await readChannels(subject, findings);
  const reference = images.find(volume => volume !== undefined);
  if (reference === undefined) return { findings };
  for (const [index, volume] of images.entries()) {
    if (volume === undefined) continue;
    const place = placeOf(subject, subject.images[index]!);
    checkGrid(reference, volume, place, `the channel "${settings.channels[index]}"`, findings);
    checkIntensities(volume, place, findings);
  }
  checkSpacing(reference, subject, settings, findings);
  const read = (source: VolumeSource, what: string) => readOnGrid(subject, source, what, reference, findings);
  const labels =
    subject.labels === undefined
      ? undefined
      : await examineLabels(subject, subject.labels, settings, reference, read, findings);
  const mask = subject.mask === undefined ? undefined : await read(subject.mask, 'the mask');
  if (mask?.data.every(value => value === 0)) {
    findings.push({
      severity: 'error',
      message: 'the mask is empty: no voxel would count',
      place: placeOf(subject, subject.mask!),
      remedy: 'Draw the mask, or remove the subject.',
    });
  }
  if (findings.some(({ severity }) => severity === 'error')) return { findings };
  return {
    findings,
    loaded: {
      id: subject.id,
      shape: reference.shape,
      affine: reference.affine,
      images: images.map(volume => toFloat32(volume!)),
      ...(labels !== undefined && { labels: labels.classes }),
      // Where nothing is segmented all is background.
      ...(settings.structures.length === 0 && { labels: new Uint8Array(voxelCount(reference.shape)) }),
      drawn: labels?.drawn ?? settings.structures.map(() => false),
      ...(mask !== undefined && { mask: Uint8Array.from(mask.data, value => (value === 0 ? 0 : 1)) }),
    },
  };
}

/** Reads all channels; a 4D file that several of them name is read once. */
async function readChannels(subject: Subject, findings: Finding[]): Promise<(Volume | undefined)[]> {
  const components = new Map<string, Promise<readonly Volume[]>>();
  const images: (Volume | undefined)[] = [];
  for (const source of subject.images) {
    try {
      if (source.component === undefined) images.push(await readVolume(source.file));
      else {
        const volumes = components.get(source.file) ?? readVolumes(source.file);
        components.set(source.file, volumes);
        images.push(componentOf(await volumes, source.component));
      }
    } catch (error) {
      images.push(undefined);
      // A broken 4D file is one fault, not one a channel.
      const found = findingOf(error, placeOf(subject, source));
      findings.push(...found.filter(({ message }) => !findings.some(other => other.message === message)));
    }
  }
  return images;
}

function componentOf(volumes: readonly Volume[], component: number): Volume {
  const volume = volumes[component];
  if (volume !== undefined) return volume;
  throw new Fault(`the file has ${volumes.length} components, but the channel is component ${component}`, {
    remedy: 'Export the image with all its channels; the first is component 0.',
  });
}

async function readOnGrid(
  subject: Subject,
  source: VolumeSource,
  what: string,
  reference: Volume,
  findings: Finding[],
): Promise<Volume | undefined> {
  const place = placeOf(subject, source);
  try {
    const volume = await readVolume(
      source.file,
      source.component === undefined ? {} : { component: source.component },
    );
    return checkGrid(reference, volume, place, what, findings) ? volume : undefined;
  } catch (error) {
    findings.push(...findingOf(error, place));
    return undefined;
  }
}

/** Whether a volume lies on the grid of the first; if not, a finding says how they differ. */
export function checkGrid(
  reference: Geometry,
  volume: Geometry,
  place: Place,
  what: string,
  findings: Finding[],
): boolean {
  const difference = gridDifference(reference, volume);
  if (difference === undefined) return true;
  findings.push({
    severity: 'error',
    message: `${what} is not on the grid of the image: ${difference}`,
    place,
    remedy: 'Resample it to the grid of the first channel, and export it again.',
  });
  return false;
}

function checkIntensities(volume: Volume, place: Place, findings: Finding[]): void {
  const { notFinite, minimum, maximum } = intensitiesOf(volume.data);
  if (notFinite > 0) {
    findings.push({
      severity: 'error',
      message: `the image has ${notFinite} of ${voxelCount(volume.shape)} voxels that are NaN or infinite`,
      place,
      remedy: 'Replace them, for example by the smallest intensity, and export the image again.',
    });
  } else if (minimum === maximum) {
    findings.push({
      severity: 'warning',
      message: `the image is constant: every voxel is ${minimum}`,
      place,
      remedy: 'Look at the image; there is nothing to see in it.',
    });
  }
}

/** A finding where the spacing is not the expected one. */
export function checkSpacing(
  reference: Geometry,
  subject: Subject,
  { expected_spacing_mm: expected }: DatasetSettings,
  findings: Finding[],
): void {
  const spacing = spacingOf(reference.affine);
  if (expected === undefined) return;
  if (spacing.every((length, axis) => Math.abs(length - expected[axis]!) <= SPACING_TOLERANCE_MM)) return;
  findings.push({
    severity: 'error',
    message: `the spacing is ${millimetres(spacing)} mm [z, y, x], not ${millimetres(expected)} mm`,
    place: placeOf(subject, subject.images[0]!),
    remedy: 'Resample the image, or remove expected_spacing_mm and add a `resample` step to preprocessing.',
  });
}

const toFloat32 = ({ data }: Volume): Float32Array =>
  data instanceof Float32Array ? data : Float32Array.from(data);
