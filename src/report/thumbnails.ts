import { join } from 'node:path';
import { encode } from 'fast-png';
import { quantileOfSorted } from '../evaluation/statistics.ts';
import { writeFileAtomically } from '../foundation/atomic-file.ts';
import { toCanonical } from '../volume/orientation.ts';
import { spacingOf, type Volume } from '../volume/volume.ts';
import { outline } from './outline.ts';
import type { ThumbnailFile } from './report-data.ts';
import type { Thumbnail } from './thumbnail.ts';

export interface ThumbnailSource {
  readonly subject: string;
  readonly image: Volume;
  /** Class of every voxel of the image, as drawn and as predicted. */
  readonly truth: Uint8Array;
  readonly prediction: Uint8Array;
  /** In the order of the classes, from 1. */
  readonly structures: readonly { readonly name: string }[];
}

/** Share of its size by which the view extends around the structure, and the least it shows in mm. */
const margin = 0.35;
const leastViewMm = 60;

/**
 * Writes a thumbnail for each structure of a subject that is there: `<subject>_<structure>_slice_<zzz>.png`, InnerEye's
 * name, with the slice in grey, and `….json` with its outlines (`Thumbnail`).
 */
export async function writeThumbnails(folder: string, source: ThumbnailSource): Promise<void> {
  for (const { png, ...thumbnail } of makeThumbnails(source)) {
    const file = join(folder, thumbnailName(thumbnail));
    await writeFileAtomically(`${file}.png`, png);
    await writeFileAtomically(`${file}.json`, `${JSON.stringify(thumbnail)}\n`);
  }
}

/** Name of a thumbnail's files, without their extension. */
export const thumbnailName = ({ subject, structure, slice }: Thumbnail): string =>
  `${subject}_${structure}_slice_${String(slice).padStart(3, '0')}`.replace(/[^\p{L}\p{N}._-]+/gu, '-');

/**
 * A thumbnail for each structure: the axial slice in which most of it was drawn (or predicted, where nothing was drawn),
 * cut to its surroundings. Structures that are in neither have none.
 */
export function makeThumbnails(source: ThumbnailSource): ThumbnailFile[] {
  const { affine, shape } = source.image;
  const canonical = {
    ...source,
    image: toCanonical(source.image),
    truth: toCanonical({ data: source.truth, shape, affine }).data,
    prediction: toCanonical({ data: source.prediction, shape, affine }).data,
  };
  const plane = canonical.image.shape[1] * canonical.image.shape[2];
  const drawn = fullestSlices(canonical.truth, plane);
  const predicted = fullestSlices(canonical.prediction, plane);
  return source.structures.flatMap(({ name }, index) => {
    const label = index + 1;
    const slice = drawn[label]! >= 0 ? drawn[label]! : predicted[label]!;
    return slice >= 0 ? [makeThumbnail(canonical, name, label, slice)] : [];
  });
}

function makeThumbnail(
  source: ThumbnailSource,
  structure: string,
  label: number,
  slice: number,
): ThumbnailFile {
  const { image, subject } = source;
  const [, rows, columns] = image.shape;
  const plane = rows * columns;
  const [, rowMm, columnMm] = spacingOf(image.affine);
  const start = slice * plane;
  const truth = source.truth.subarray(start, start + plane);
  const prediction = source.prediction.subarray(start, start + plane);
  const marked = (index: number) => truth[index] === label || prediction[index] === label;
  const view = viewAround(marked, [rows, columns], [rowMm, columnMm]);
  const [height, width] = [view.y[1] - view.y[0], view.x[1] - view.x[0]];
  // Radiological convention: canonical axes run to the patient's right and to anterior, so both are turned round.
  const cut = (value: (index: number) => number) =>
    Float64Array.from({ length: width * height }, (_, pixel) => {
      const [row, column] = [view.y[1] - 1 - Math.floor(pixel / width), view.x[1] - 1 - (pixel % width)];
      return value(row * columns + column);
    });
  const outlineOf = (labels: Uint8Array) =>
    outline(
      cut(index => Number(labels[index] === label)),
      width,
      height,
    );
  return {
    subject,
    structure,
    slice,
    width,
    height,
    pixelMm: { width: columnMm, height: rowMm },
    truth: outlineOf(truth),
    prediction: outlineOf(prediction),
    png: encode({
      width,
      height,
      data: asGrey(cut(index => image.data[start + index]!)),
      channels: 1,
      depth: 8,
    }),
  };
}

/** For each class, from 0, the slice with most of its voxels, the first of equal ones; -1 where it is absent. */
function fullestSlices(labels: Uint8Array, plane: number): Int32Array {
  const best = new Int32Array(256).fill(-1);
  const most = new Float64Array(256);
  const count = new Float64Array(256);
  for (let slice = 0; slice * plane < labels.length; slice++) {
    count.fill(0);
    for (let index = slice * plane; index < (slice + 1) * plane; index++) count[labels[index]!]!++;
    for (let label = 0; label < 256; label++) {
      if (count[label]! <= most[label]!) continue;
      most[label] = count[label]!;
      best[label] = slice;
    }
  }
  return best;
}

type Range = readonly [start: number, end: number];

/** A square in mm around the marked pixels, moved into the image where it can be. */
function viewAround(
  marked: (index: number) => boolean,
  [rows, columns]: readonly [number, number],
  [rowMm, columnMm]: readonly [number, number],
): { y: Range; x: Range } {
  let [top, bottom, left, right] = [rows, -1, columns, -1];
  for (let index = 0; index < rows * columns; index++) {
    if (!marked(index)) continue;
    const [row, column] = [Math.floor(index / columns), index % columns];
    top = Math.min(top, row);
    bottom = Math.max(bottom, row);
    left = Math.min(left, column);
    right = Math.max(right, column);
  }
  const sizeMm = Math.max((bottom - top + 1) * rowMm, (right - left + 1) * columnMm);
  const viewMm = Math.max(sizeMm * (1 + 2 * margin), leastViewMm);
  return {
    y: rangeAround((top + bottom + 1) / 2, viewMm / rowMm, rows),
    x: rangeAround((left + right + 1) / 2, viewMm / columnMm, columns),
  };
}

function rangeAround(centre: number, length: number, size: number): Range {
  const count = Math.min(Math.round(length), size);
  const start = Math.min(Math.max(Math.round(centre - count / 2), 0), size - count);
  return [start, start + count];
}

/** Grey levels between the 1st and the 99th percentile of what is seen. */
export function asGrey(values: Float64Array): Uint8Array {
  const sorted = values.filter(Number.isFinite).sort();
  const low = quantileOfSorted(sorted, 0.01);
  const high = quantileOfSorted(sorted, 0.99);
  const scale = high > low ? 255 / (high - low) : 0;
  return Uint8Array.from(values, value => Math.min(Math.max(Math.round((value - low) * scale), 0), 255));
}
