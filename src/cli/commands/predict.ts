import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { SplitName } from '../../dataset/dataset.ts';
import { withUnpacked } from '../../dicom/unpack-series.ts';
import { openModel } from '../../export/open-bundle.ts';
import { describeFault } from '../../foundation/fault.ts';
import { predictVolumes } from '../../runs/predict-volumes.ts';
import { RESULT_FORMATS, type ResultFormat } from '../../runs/result-files.ts';
import { interruption } from '../interruption.ts';

interface Options {
  model: string;
  input?: string[];
  output: string;
  split?: SplitName;
  series?: string;
  format: ResultFormat[];
  skipExisting?: boolean;
  posteriors?: boolean;
  json?: boolean;
}

/** `innereye predict`: segmentations of new scans by a trained run. */
export function predictCommand(): Command {
  return new Command('predict')
    .description('segment volumes with the best weights of a run, or with a bundle')
    .requiredOption(
      '--model <run>',
      'folder of a run or an ensemble, or a bundle that `innereye export` made',
    )
    .option(
      '--input <path...>',
      'volumes (channels separated by commas), folders of volumes, of a DICOM series or of series, a series as .zip, or data sets',
    )
    .requiredOption(
      '--output <folder>',
      'gets NAME/segmentation.nii.gz for each volume; for a single volume also FILE.nii.gz',
    )
    .addOption(
      new Option(
        '--split <name>',
        "only subjects of the run's split; without --input, of its own data set",
      ).choices(['train', 'validation', 'test']),
    )
    .option('--series <uid>', 'the DICOM series, where a folder holds several')
    .addOption(
      new Option('--format <name...>', 'what is written; RTSTRUCT and SEG of DICOM series alone')
        .choices([...RESULT_FORMATS])
        .default(['nifti']),
    )
    .option('--skip-existing', 'leave volumes out that have a segmentation already')
    .option('--posteriors', 'write posterior and uncertainty maps too')
    .option(
      '--json',
      'print which scan got which labels, and what was written, left out and failed, as a JSON object',
    )
    .action(predict);
}

async function predict({ model, input = [], output, json = false, ...options }: Options): Promise<void> {
  const { format, posteriors = false, skipExisting = false, split, series } = options;
  const { model: opened, name: modelName } = await openModel(resolve(model));
  const { files, pairs, failures, skipped, leftOut } = await withUnpacked(input, inputs =>
    predictVolumes(opened, inputs, output, {
      formats: format,
      modelName,
      posteriors,
      skipExisting,
      ...(split !== undefined && { split }),
      ...(series !== undefined && { series }),
      signal: interruption('Stopping; what is written is kept'),
      onStart: (file, index, total) => {
        if (!json) console.error(`${index + 1} of ${total}: ${file}`);
      },
      onReplace: file => console.error(`replaced: ${file}`),
      onLeftOut: file =>
        console.error(
          `left out, a label map by its values: ${file} (to predict it, name the file as --input)`,
        ),
      onWritten: file => {
        if (!json) console.log(file);
      },
    }),
  );
  if (json) {
    const failed = failures.map(({ id, faults }) => ({ id, errors: faults.map(describeFault) }));
    console.log(JSON.stringify({ predictions: pairs, files, skipped, leftOut, failed }));
  }
  if (skipped.length > 0) console.error(`skipped, there already: ${skipped.length}`);
  if (failures.length === 0) return;
  process.exitCode = 1;
  console.error(`\nNot predicted: ${failures.length}`);
  for (const { faults } of failures) for (const fault of faults) console.error(describeFault(fault));
}
