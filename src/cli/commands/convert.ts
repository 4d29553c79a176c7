import { dirname } from 'node:path';
import { Command } from 'commander';
import { Fault } from '../../foundation/fault.ts';
import { refuseToOverwrite } from '../../foundation/overwriting.ts';
import { readDicomTags } from '../../volume/formats/dicom-tags.ts';
import { writeNifti } from '../../volume/formats/nifti-write.ts';
import { readVolumes } from '../../volume/read.ts';
import type { Volume } from '../../volume/volume.ts';

interface Options {
  series?: string;
  wholeSeries?: boolean;
  gzipLevel?: string;
}

export function convertCommand(): Command {
  return new Command('convert')
    .description(
      'Write a volume of any known format as NIfTI, on the same grid; 4D where it has several components.',
    )
    .argument('<input>', 'a file, or the folder of a DICOM series')
    .argument('<output>', 'NAME.nii or NAME.nii.gz')
    .option('--series <uid>', 'the DICOM series, where the folder holds several')
    .option('--whole-series', 'the input is one DICOM slice: convert its whole series')
    .option('--gzip-level <level>', '0 (fast) to 9 (small)', '6')
    .action(convert);
}

async function convert(input: string, output: string, options: Options): Promise<void> {
  if (!/\.nii(\.gz)?$/i.test(output)) {
    throw new Fault('the output is not a NIfTI file by its name', {
      place: { file: output },
      remedy: 'Name it NAME.nii or NAME.nii.gz.',
    });
  }
  const gzipLevel = Number(options.gzipLevel);
  if (!(Number.isInteger(gzipLevel) && gzipLevel >= 0 && gzipLevel <= 9)) {
    throw new Fault(`--gzip-level is ${options.gzipLevel}`, { remedy: 'Give a whole number from 0 to 9.' });
  }
  if (options.wholeSeries && options.series !== undefined) {
    throw new Fault('--series cannot be given with --whole-series, which takes the series of the slice', {
      remedy: 'Leave one of them out.',
    });
  }
  await refuseToOverwrite([output], [input]);
  const series = options.wholeSeries ? (await readDicomTags(input)).get('SeriesInstanceUID') : options.series;
  const volumes = await readVolumes(options.wholeSeries ? dirname(input) : input, { series });
  await writeNifti(output, volumes as [Volume, ...Volume[]], { gzipLevel });
}
