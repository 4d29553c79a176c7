import type { LoadedSubject } from '../dataset/dataset.ts';
import { gridDifference } from '../dataset/grid.ts';
import { Fault } from '../foundation/fault.ts';
import { looksLikeLabelMap } from '../volume/label-map.ts';
import { readHeader, readVolume } from '../volume/read.ts';
import { volumeStatistics } from '../volume/statistics.ts';
import type { Volume } from '../volume/volume.ts';
import type { InputSubject } from './prediction-inputs.ts';

/**
 * Reads the channels of a subject that is to be predicted.
 * @param series SeriesInstanceUID, where a folder holds several DICOM series.
 * @returns undefined where the subject was found in a folder and is a label map.
 * @throws Fault where a file cannot be read, or the channels are not the model's or not on one grid.
 */
export async function loadInput(
  { id, images, found }: InputSubject,
  channels: readonly string[],
  series?: string,
): Promise<LoadedSubject | undefined> {
  if (images.length !== channels.length) {
    throw new Fault(
      `the model takes ${channels.length} channels (${channels.join(', ')}), not ${images.length}`,
      {
        place: { file: images[0]!.file },
        remedy:
          'Give the files of a subject separated by commas, in this order (--input a.nii.gz,b.nii.gz), or name them NAME_0000, NAME_0001, … in a folder.',
      },
    );
  }
  const volumes = await Promise.all(
    images.map(({ file, component }) =>
      readVolume(file, { series, ...(component !== undefined && { component }) }),
    ),
  );
  const [first] = volumes;
  if (found && (await isLabelMap(images[0]!.file, first!, series))) return undefined;
  for (const [index, volume] of volumes.entries()) {
    const difference = gridDifference(first!, volume);
    if (difference === undefined) continue;
    throw new Fault(`the channels do not lie on one grid: ${difference}`, {
      place: { file: images[index]!.file, subject: id },
      remedy: 'Resample the channels to one grid first.',
    });
  }
  return {
    id,
    shape: first!.shape,
    affine: first!.affine,
    images: volumes.map(({ data }) => (data instanceof Float32Array ? data : Float32Array.from(data))),
    drawn: [],
  };
}

const isLabelMap = async (file: string, { data }: Volume, series: string | undefined): Promise<boolean> =>
  looksLikeLabelMap(await readHeader(file, { series }), volumeStatistics(data));
