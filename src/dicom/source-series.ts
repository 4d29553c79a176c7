import { findSeries } from '../volume/formats/dicom.ts';
import { FRAME } from '../volume/formats/dicom-frames.ts';
import type { Slice } from '../volume/formats/dicom-geometry.ts';
import type { Zyx } from '../volume/volume.ts';
import { type Dataset, readDataset } from './dataset.ts';

type Vector = readonly [number, number, number];

/** A slice of the scan, as results refer to it. */
export interface SourceInstance {
  readonly sopClass: string;
  readonly sopInstance: string;
  /** Which of the instance's frames it is, from 1, where there are several. */
  readonly frame?: number;
  /** Centre of its first pixel in mm, LPS+, DICOM's coordinates. */
  readonly position: Vector;
}

/** The DICOM series that was segmented: what results take over from it, and where its pixels lie. */
export interface SourceSeries {
  /** Elements of the first slice: patient, study, series. */
  readonly header: Dataset;
  readonly shape: Zyx;
  /** Slice z of the volume is the z-th. */
  readonly instances: readonly SourceInstance[];
  /** Steps from one pixel to the next along a row and along a column in mm, LPS+. */
  readonly alongX: Vector;
  readonly alongY: Vector;
  /** As the slices have them. */
  readonly orientation: readonly number[];
  /** Between rows and between columns, in mm. */
  readonly pixelSpacing: readonly [number, number];
  /** Between slices, in mm. */
  readonly sliceSpacing: number;
}

/** Reads what results need of a series. @throws Fault as reading its voxels. */
export async function readSourceSeries(path: string, series?: string): Promise<SourceSeries> {
  const { slices, header } = await findSeries(path, { series });
  const [first] = slices as [Slice];
  const orientation = numbers(first, 'ImageOrientationPatient');
  const [between, within] = numbers(first, 'PixelSpacing') as [number, number];
  const [alongX, alongY] = [orientation.slice(0, 3), orientation.slice(3)].map((axis, index) =>
    axis.map(value => value * (index === 0 ? within : between)),
  ) as unknown as [Vector, Vector];
  const { affine } = header;
  return {
    header: await readDataset(first.file),
    shape: header.shape,
    instances: slices.map(slice => ({
      sopClass: slice.tags.get('SOPClassUID') ?? '',
      sopInstance: slice.tags.get('SOPInstanceUID') ?? '',
      ...(slice.tags.has(FRAME) && { frame: Number(slice.tags.get(FRAME)) }),
      position: numbers(slice, 'ImagePositionPatient') as unknown as Vector,
    })),
    alongX,
    alongY,
    orientation,
    pixelSpacing: [between, within],
    sliceSpacing: Math.hypot(affine[2]!, affine[6]!, affine[10]!),
  };
}

/** Where a pixel of a slice lies, in mm, LPS+. */
export function pointInPatient(
  { alongX, alongY }: SourceSeries,
  { position }: SourceInstance,
  x: number,
  y: number,
): Vector {
  const at = (axis: 0 | 1 | 2) => position[axis] + x * alongX[axis] + y * alongY[axis];
  return [at(0), at(1), at(2)];
}

const numbers = ({ tags }: Slice, name: string): number[] => (tags.get(name) ?? '').split('\\').map(Number);
