import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { SplitName } from '../../dataset/dataset.ts';
import { withUnpacked } from '../../dicom/unpack-series.ts';
import { openModel } from '../../export/open-bundle.ts';
import { describeFault, Fault } from '../../foundation/fault.ts';
import { predictVolumes } from '../../runs/predict-volumes.ts';
import type { PredictingModel } from '../../runs/predicting-model.ts';
import { unfinished } from '../../runs/require-trained.ts';
import { RESULT_FORMATS, type ResultFormat } from '../../runs/result-files.ts';
import { openRun } from '../../runs/run-folder.ts';
import { predictTable } from '../../runs/scalar/predict-table.ts';
import type { ScalarPredictingModel } from '../../runs/scalar/scalar-model.ts';
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

/** `innereye predict`: segmentations of new scans, or classes and numbers of subjects of a table, by a trained run. */
export function predictCommand(): Command {
  return new Command('predict')
    .description(
      'segment volumes, or predict the subjects of a table, with the best weights of a run, or with a bundle',
    )
    .requiredOption(
      '--model <run>',
      'folder of a run or an ensemble, or a bundle that `innereye export` made',
    )
    .option(
      '--input <path...>',
      'volumes (channels separated by commas), folders of volumes, of a DICOM series or of series, a series as .zip, or data sets; of other tasks a csv, or its folder',
    )
    .requiredOption(
      '--output <folder>',
      'gets NAME/segmentation.nii.gz for each volume; for a single volume also FILE.nii.gz; of other tasks model_outputs.csv, or FILE.csv',
    )
    .addOption(
      new Option(
        '--split <name>',
        "only subjects of the run's split; without --input, of its own data set",
      ).choices(['train', 'validation', 'test']),
    )
    .option('--series <name>', 'the DICOM series, by its UID or description, where a folder holds several')
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

async function predict(given: Options, command: Command): Promise<void> {
  const path = resolve(given.model);
  await tellUnfinished(path);
  const opened = await openModel(path);
  if (opened.kind === 'segmentation') return predictScans(opened, given);
  // What is asked of scans alone would be passed over in silence.
  const ofScans = {
    format: '--format',
    series: '--series',
    skipExisting: '--skip-existing',
    posteriors: '--posteriors',
  };
  const [said] = Object.entries(ofScans).filter(([name]) => command.getOptionValueSource(name) === 'cli');
  if (said !== undefined) {
    throw new Fault(`${said[1]} is for segmentations, and this model predicts a table`, {
      place: { file: path },
      remedy: 'Leave it out: classes and numbers are written as csv.',
    });
  }
  await predictTableOf(opened.model, given);
}

async function predictScans(
  { model, name: modelName }: { model: PredictingModel; name: string },
  { input = [], output, json = false, ...options }: Options,
): Promise<void> {
  const { format, posteriors = false, skipExisting = false, split, series } = options;
  const { files, pairs, failures, skipped, leftOut } = await withUnpacked(input, inputs =>
    predictVolumes(model, inputs, output, {
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

/** Says of a run that it may become better. */
async function tellUnfinished(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) return;
  const told = await unfinished(await openRun(path));
  if (told !== undefined) console.error(`warning: ${told}`);
}

async function predictTableOf(
  model: ScalarPredictingModel,
  { input = [], output, json = false, split }: Options,
): Promise<void> {
  if (input.length > 1) {
    throw new Fault('--input names several tables', { remedy: 'Predict one after the other.' });
  }
  const { file, rows, failures } = await predictTable(model, input[0], output, {
    split,
    signal: interruption('Stopping; nothing is written'),
    onSubject: (id, index, total) => {
      if (!json) console.error(`${index + 1} of ${total}: ${id}`);
    },
    onReplace: replaced => console.error(`replaced: ${replaced}`),
  });
  if (json) {
    const failed = failures.map(fault => ({ id: fault.place?.subject, errors: [describeFault(fault)] }));
    console.log(JSON.stringify({ predictions: rows, files: [file], failed }));
  } else console.log(file);
  if (failures.length === 0) return;
  process.exitCode = 1;
  console.error(`\nNot predicted: ${failures.length}`);
  for (const fault of failures) console.error(describeFault(fault));
}
