import { join } from 'node:path';
import { encode } from 'fast-png';
import { writeFileAtomically } from '../foundation/atomic-file.ts';
import { spacingOf, type Volume } from '../volume/volume.ts';
import type { ThumbnailFile } from './report-data.ts';
import { asGrey, thumbnailName } from './thumbnails.ts';

/**
 * The axial slice in the middle of a scan, for reports of tasks without structures, in radiological convention: the patient's
 * right is on the left, anterior is up.
 * @param image in canonical orientation, as prepared subjects are
 */
export function scanThumbnail(subject: string, image: Volume): ThumbnailFile {
  const [depth, height, width] = image.shape;
  const slice = depth >> 1;
  const start = slice * height * width;
  const [, rowMm, columnMm] = spacingOf(image.affine);
  const values = Float64Array.from({ length: height * width }, (_, pixel) => {
    const [row, column] = [height - 1 - Math.floor(pixel / width), width - 1 - (pixel % width)];
    return image.data[start + row * width + column]!;
  });
  return {
    subject,
    structure: 'scan',
    slice,
    width,
    height,
    pixelMm: { width: columnMm, height: rowMm },
    truth: '',
    prediction: '',
    png: encode({ width, height, data: asGrey(values), channels: 1, depth: 8 }),
  };
}

/** Writes it as the thumbnails of structures are: a PNG, and what is known of it as JSON. */
export async function writeScanThumbnail(folder: string, subject: string, image: Volume): Promise<void> {
  const { png, ...thumbnail } = scanThumbnail(subject, image);
  const file = join(folder, thumbnailName(thumbnail));
  await writeFileAtomically(`${file}.png`, png);
  await writeFileAtomically(`${file}.json`, `${JSON.stringify(thumbnail)}\n`);
}
