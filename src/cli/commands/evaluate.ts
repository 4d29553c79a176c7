import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { loadConfiguration } from '../../config/load-configuration.ts';
import { requireSegmentation } from '../../config/require-segmentation.ts';
import type { SegmentationConfiguration } from '../../config/schema/configuration.ts';
import { loadDataset } from '../../dataset/load-dataset.ts';
import { loadSubject } from '../../dataset/load-subject.ts';
import {
  evaluatePredictions,
  type LabelCoding,
  readLabels,
  type Truth,
} from '../../evaluation/evaluate-predictions.ts';
import { formatExtendedMetrics, formatMetrics, sortRows } from '../../evaluation/metrics-table.ts';
import { labelFiles, predictionFiles } from '../../evaluation/prediction-files.ts';
import { writeFileAtomically } from '../../foundation/atomic-file.ts';
import { Fault } from '../../foundation/fault.ts';
import { refuseToOverwrite } from '../../foundation/overwriting.ts';
import { formatSummary } from '../metrics-summary.ts';
import { collect } from '../option-values.ts';
import { withProgress } from '../progress.ts';
import { parseStructures } from '../structure-values.ts';

interface Options {
  predictions: string;
  labels?: string;
  config?: string;
  structures?: string;
  set: readonly string[];
  output: string;
  json?: boolean;
}

/** What the predictions are compared with, and how they are to be read. */
interface Reference {
  readonly structures: readonly string[];
  readonly predicted: LabelCoding;
  readonly truths: ReadonlyMap<string, () => Promise<Truth>>;
  readonly surfaceDiceToleranceMm?: number;
  /** Whether every subject of the reference should have a prediction: so for a folder, not for a whole data set. */
  readonly complete: boolean;
  /** Files of the data set that the metrics, a csv too, must not be written over. */
  readonly tables?: readonly string[];
}

/** `innereye evaluate`: metrics of predictions that lie in files, whoever made them. */
export function evaluateCommand(): Command {
  return new Command('evaluate')
    .description('compare predictions with label maps, and write the metrics as csv')
    .requiredOption('--predictions <folder>', 'holds ID.nii.gz or ID/segmentation.nii.gz for each subject')
    .option('--labels <folder>', 'holds ID.nii.gz for each subject; default with --config: its data set')
    .option('--config <config>', 'a *.innereye.yaml file; predictions number its structures from 1')
    .addOption(
      new Option('--set <key=value>', 'with --config: lay a value over the file; can be repeated')
        .argParser(collect)
        .default([], 'none'),
    )
    .addOption(
      new Option(
        '--structures <values>',
        'structures and their values in predictions and labels, as liver=1,spleen=2',
      ).conflicts('config'),
    )
    .requiredOption(
      '--output <file>',
      'metrics.csv to write; all metrics go to metrics_extended.csv beside it',
    )
    .option('--json', 'print metrics as JSON')
    .action(evaluate);
}

async function evaluate(options: Options): Promise<void> {
  const extended = extendedName(options.output);
  if (!/\.csv$/i.test(options.output)) {
    throw new Fault('the output is not a csv file by its name', {
      place: { file: options.output },
      remedy: 'Name it NAME.csv.',
    });
  }
  const predictions = await predictionFiles(resolve(options.predictions));
  const reference = await referenceOf(options);
  const { structures, predicted, truths, surfaceDiceToleranceMm, tables = [] } = reference;
  await refuseToOverwrite([options.output, extended], tables);
  const unmatched = {
    predictions: [...predictions].filter(([id]) => !truths.has(id)).map(([, file]) => file),
    subjects: reference.complete ? [...truths.keys()].filter(id => !predictions.has(id)) : [],
  };
  if (unmatched.predictions.length === predictions.size) {
    throw new Fault('no prediction has the name of a subject with labels', {
      place: { file: options.predictions },
      remedy: `${capitalized(someOf('predictions', [...predictions.keys()]))}; ${someOf('subjects', [...truths.keys()])}. ${ADVICE}`,
    });
  }
  const rows = await withProgress('Comparing', progress =>
    evaluatePredictions({ structures, predictions, predicted, truths, surfaceDiceToleranceMm, ...progress }),
  );
  await writeFileAtomically(options.output, formatMetrics(rows));
  await writeFileAtomically(extended, formatExtendedMetrics(rows));
  for (const line of leftOut('no labels', unmatched.predictions)) console.error(line);
  for (const line of leftOut('no prediction', unmatched.subjects)) console.error(line);
  if (options.json) {
    console.log(
      JSON.stringify({ files: [options.output, extended], unmatched, metrics: sortRows(rows) }, null, 2),
    );
  } else {
    console.log(formatSummary(rows, structures));
    console.log(`\n${options.output}\n${extended}`);
  }
}

async function referenceOf({ labels, config, structures, set }: Options): Promise<Reference> {
  if (config !== undefined) return referenceOfConfiguration(config, labels, set);
  if (set.length > 0) {
    throw new Fault('--set lays values over a configuration, and there is none', {
      remedy: 'Give --config CONFIG too, or leave --set out.',
    });
  }
  if (structures === undefined) {
    throw new Fault('it is not said which structures there are', {
      remedy: 'Give --config CONFIG, or --structures with their values, such as liver=1,spleen=2.',
    });
  }
  if (labels === undefined) {
    throw new Fault('it is not said where the labels lie', {
      remedy: 'Give --labels FOLDER; only a --config knows of a data set.',
    });
  }
  const values = parseStructures(structures);
  const coding: LabelCoding = { values: [...values.values()], others: 'background' };
  return {
    structures: [...values.keys()],
    predicted: coding,
    truths: await truthsInFolder(labels, coding),
    complete: true,
  };
}

async function referenceOfConfiguration(
  config: string,
  labels: string | undefined,
  set: readonly string[],
): Promise<Reference> {
  const loaded = await loadConfiguration(config, { set, checkFiles: labels === undefined });
  const settings = requireSegmentation(loaded.settings);
  const { structures } = settings.dataset;
  const coding = (values: readonly number[]): LabelCoding => ({ values, others: 'fault' });
  return {
    structures: structures.map(({ name }) => name),
    predicted: coding(structures.map((_, index) => index + 1)),
    truths:
      labels === undefined
        ? await truthsOfDataset(settings)
        : await truthsInFolder(labels, coding(structures.map(({ label }, index) => label ?? index + 1))),
    surfaceDiceToleranceMm: settings.evaluation.surface_dice_tolerance_mm,
    complete: labels !== undefined,
    tables: tablesOf(settings),
  };
}

function tablesOf({ dataset: { path, csv, splits } }: SegmentationConfiguration): string[] {
  const lists = path === undefined ? [] : [path, join(path, csv)];
  return [...lists, ...(splits.file === undefined ? [] : [splits.file])];
}

async function truthsInFolder(folder: string, coding: LabelCoding): Promise<Reference['truths']> {
  const files = await labelFiles(resolve(folder));
  return new Map([...files].map(([id, file]) => [id, () => readLabels(file, id, coding)]));
}

async function truthsOfDataset({
  dataset: settings,
}: SegmentationConfiguration): Promise<Reference['truths']> {
  const { subjects } = await loadDataset(settings);
  const labelled = subjects.filter(subject => subject.labels !== undefined);
  return new Map(
    labelled.map(subject => [
      subject.id,
      async () => {
        const { labels, shape, affine, drawn, mask } = await loadSubject(subject, settings);
        return { labels: labels!, shape, affine, drawn, ...(mask && { mask }) };
      },
    ]),
  );
}

/** `metrics.csv` → `metrics_extended.csv`. */
const extendedName = (file: string): string => `${file.replace(/\.csv$/i, '')}_extended.csv`;

const ADVICE = 'Name predictions ID.nii.gz or ID/segmentation.nii.gz.';

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const EXAMPLES = 3;

/** A line each for a few, one line for many. */
const leftOut = (why: string, names: readonly string[]): string[] =>
  names.length <= EXAMPLES
    ? names.map(name => `left out, ${why}: ${name}`)
    : [
        `left out, ${why}: ${names.length}, such as ${names.slice(0, EXAMPLES).join(', ')} (--json lists all)`,
      ];

const someOf = (what: string, ids: readonly string[]): string =>
  ids.length === 0
    ? `there are no ${what}`
    : `${what} are such as ${ids
        .slice(0, EXAMPLES)
        .map(id => `"${id}"`)
        .join(', ')}`;
