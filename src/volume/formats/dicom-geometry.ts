import { Fault } from '../../foundation/fault.ts';
import type { ElementType } from '../element-type.ts';
import { checkedHeader, type VolumeHeader } from '../header.ts';
import { affineFromAxes, cross, dot, flipLps, type Vector } from './axes.ts';
import type { DicomTags } from './dicom-tags.ts';

export interface Slice {
  readonly file: string;
  readonly tags: DicomTags;
}

/** A series' slices in order of their place along the normal, and the volume they make. */
export interface SortedSeries {
  /** From the lowest place to the highest: slice z of the volume is the z-th. */
  readonly slices: readonly Slice[];
  readonly files: readonly string[];
  readonly header: VolumeHeader;
}

/**
 * Orders the slices of one series and finds the affine from their positions, so that the tilt of a gantry is kept.
 * @param place What a fault names: the folder or the file.
 * @throws Fault where the slices differ in size or direction, one is missing, or two lie at the same place.
 */
export function sortSlices(slices: readonly Slice[], place: string): SortedSeries {
  const fault = (what: string, remedy: string, file = place) => new Fault(what, { place: { file }, remedy });
  const first = slices[0]!;
  const text = (slice: Slice, name: string) => {
    const value = slice.tags.get(name);
    if (value === undefined || value === '') {
      throw fault(
        `the DICOM file has no ${name}`,
        'Only images with a place in the patient can be read.',
        slice.file,
      );
    }
    return value;
  };
  const vector = (slice: Slice, name: string, length: number) => {
    const values = text(slice, name).split('\\').map(Number);
    if (values.length !== length || !values.every(Number.isFinite)) {
      throw fault(
        `${name} is "${slice.tags.get(name)}"`,
        'The file is damaged: export it again.',
        slice.file,
      );
    }
    return values;
  };
  if (Number(first.tags.get('NumberOfFrames') ?? 1) > 1) {
    throw fault(
      'the series has several files with several frames each',
      'Name the one that is meant, or convert them to NIfTI, for example with dcm2niix.',
      first.file,
    );
  }
  if (Number(first.tags.get('SamplesPerPixel') ?? 1) !== 1) {
    throw fault('the slices are in colours', 'Only greyscale images can be read.', first.file);
  }
  for (const slice of slices) {
    for (const name of ['Rows', 'Columns', 'PixelSpacing', 'ImageOrientationPatient']) {
      const [own, expected] = [vector, vector].map((read, i) =>
        read(i === 0 ? slice : first, name, { PixelSpacing: 2, ImageOrientationPatient: 6 }[name] ?? 1),
      ) as [number[], number[]];
      if (own.some((value, i) => Math.abs(value - expected[i]!) > 1e-4)) {
        throw fault(
          `${name} differs between the slices of the series: ${own.join(' × ')} and ${expected.join(' × ')}`,
          'Remove localizers and other images that are no part of the volume.',
          slice.file,
        );
      }
    }
  }
  const turn = vector(first, 'ImageOrientationPatient', 6);
  const [rowStep, columnStep] = vector(first, 'PixelSpacing', 2) as [number, number];
  const alongX: Vector = [turn[0]!, turn[1]!, turn[2]!];
  const alongY: Vector = [turn[3]!, turn[4]!, turn[5]!];
  const normal = cross(alongX, alongY);
  const sorted = slices
    .map(({ file, tags }) => {
      const position = vector({ file, tags }, 'ImagePositionPatient', 3) as unknown as Vector;
      return { file, tags, position, height: dot(position, normal) };
    })
    .sort((a, b) => a.height - b.height);
  const [low, high] = [sorted[0]!, sorted[sorted.length - 1]!];
  const steps = sorted.length - 1;
  checkSteps(sorted, (high.height - low.height) / steps, fault);
  const thickness = Number(first.tags.get('SpacingBetweenSlices') ?? first.tags.get('SliceThickness') ?? 1);
  const alongZ = [0, 1, 2].map(i =>
    steps > 0 ? (high.position[i]! - low.position[i]!) / steps : normal[i]! * (thickness > 0 ? thickness : 1),
  ) as unknown as Vector;
  sorted.forEach(({ position, file }, z) => {
    const aside = Math.hypot(...position.map((at, i) => at - low.position[i]! - z * alongZ[i]!));
    // Steps along the normal may differ by a twentieth; what is left of a displacement is within the plane.
    const along = Math.abs(dot(position, normal) - low.height - z * dot(alongZ, normal));
    if (aside ** 2 - along ** 2 > 0.25) {
      throw fault(
        'a slice of the series is displaced within its plane',
        'The slices are no straight volume: export the series again, or resample it.',
        file,
      );
    }
  });
  const scaled = (v: Vector, by: number): Vector => [v[0] * by, v[1] * by, v[2] * by];
  return {
    slices: sorted.map(({ file, tags }) => ({ file, tags })),
    files: sorted.map(({ file }) => file),
    header: checkedHeader(place, {
      shape: [slices.length, Number(text(first, 'Rows')), Number(text(first, 'Columns'))],
      components: 1,
      affine: flipLps(
        affineFromAxes([scaled(alongX, columnStep), scaled(alongY, rowStep), alongZ], low.position),
      ),
      dtype: storedType(first.tags),
    }),
  };
}

function checkSteps(
  sorted: readonly { file: string; height: number }[],
  mean: number,
  fault: (what: string, remedy: string, file?: string) => Fault,
): void {
  let oddest = { step: mean, file: '' };
  for (let i = 1; i < sorted.length; i++) {
    const step = sorted[i]!.height - sorted[i - 1]!.height;
    if (step < 0.01) {
      throw fault(
        'two slices of the series lie at the same place',
        'It holds several time points, echoes or copies: keep the slices of one volume.',
        sorted[i]!.file,
      );
    }
    if (Math.abs(step - mean) > Math.abs(oddest.step - mean)) oddest = { step, file: sorted[i]!.file };
  }
  // The slice that is missing is where the step is furthest from the others.
  if (Math.abs(oddest.step - mean) > 0.05 * mean + 0.01) {
    throw fault(
      `the slices are ${oddest.step.toFixed(2)} mm apart here but ${mean.toFixed(2)} mm on average`,
      'A slice is missing, or the series has no even spacing: export it whole, or resample it.',
      oddest.file,
    );
  }
}

function storedType(tags: DicomTags): ElementType {
  const signed = tags.get('PixelRepresentation') === '1';
  const bits = Number(tags.get('BitsAllocated') ?? 16);
  if (bits <= 8) return signed ? 'int8' : 'uint8';
  if (bits <= 16) return signed ? 'int16' : 'uint16';
  return signed ? 'int32' : 'uint32';
}
