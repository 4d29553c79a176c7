import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { noteJob, recordSubmission } from '../../azure/local/run-record.ts';
import { describeSubmission } from '../../azure/submit/describe-submission.ts';
import { planSubmission } from '../../azure/submit/plan-submission.ts';
import { digestOf, estimate, previewSubmission } from '../../azure/submit/preview-submission.ts';
import type { Submission } from '../../azure/submit/submission.ts';
import { submit, UnsureSubmission } from '../../azure/submit/submit.ts';
import type { AzureWorkspace, Cluster } from '../../azure/workspace.ts';
import { loadConfiguration, type ResolvedConfiguration } from '../../config/load-configuration.ts';
import type { Configuration } from '../../config/schema/configuration.ts';
import { ENSEMBLE_METHODS } from '../../contracts/ensemble.ts';
import type { Manifest } from '../../contracts/run.ts';
import { settingsOfFolds } from '../../experiments/cross-validation/cross-validation-folder.ts';
import { Fault } from '../../foundation/fault.ts';
import { requireFittingMethod } from '../../runs/ensemble/requirements.ts';
import { withFixedInterval } from '../../runs/fold-settings.ts';
import { runId } from '../../runs/run-folder.ts';
import { tagsOf } from '../../runs/run-notes.ts';
import { tellEditor } from '../editor-channel.ts';
import { InterruptedError, interruption } from '../interruption.ts';
import { atLeast, collect, minutes } from '../option-values.ts';
import { connect } from './connection.ts';
import { contextOf, type JobOptions } from './submission-context.ts';

interface Options extends JobOptions {
  set: string[];
  output: string;
  tag: string[];
  dryRun?: boolean;
  asPreviewed?: string;
  json?: boolean;
}

function named(text: string): string {
  if (!/^[a-zA-Z0-9][\w-]{0,254}$/.test(text))
    throw new InvalidArgumentError(
      'letters, digits, dashes and underscores are needed, a letter or digit first',
    );
  return text;
}

export function submitCommand(): Command {
  return new Command('submit')
    .description('train a configuration as a job on Azure Machine Learning')
    .argument('<config>', 'a *.innereye.yaml file; its section `azure` says where')
    .addOption(
      new Option('--set <key=value>', 'lay a value over the file, such as azure.cluster=gpu; can be repeated')
        .argParser(collect)
        .default([], 'none'),
    )
    .option('--output <folder>', 'folder that gets a folder for the run', 'outputs')
    .option('--max-minutes <number>', 'train as many epochs as fit into this time', minutes)
    .option(
      '--cross-validation <folds>',
      'so many folds side by side, each validated on other subjects, and their ensemble',
      atLeast(2),
    )
    .addOption(
      new Option('--ensemble <method>', 'how the folds become one model')
        .choices(ENSEMBLE_METHODS)
        .default('mean'),
    )
    .option(
      '--choose-postprocessing',
      'of the ensemble, keep the largest part alone of the structures that are better so on validation subjects',
    )
    .option('--search', 'the section `search` as a sweep, its trials side by side')
    .addOption(
      new Option('--tag <name=value>', 'tag run and job; can be repeated')
        .argParser(collect)
        .default([], 'none'),
    )
    .option(
      '--name <name>',
      'name of the job; default: one of the model, the time and a random number',
      named,
    )
    .option('--as-previewed <digest>', 'submit nothing else than what the preview of this digest showed')
    .option(
      '--dry-run',
      'print every request, upload and the estimate, and send nothing that changes anything',
    )
    .option('--json', 'print JSON')
    .action(run);
}

/** Folds and trials begin here and there with the same settings. */
function settingsOf(loaded: ResolvedConfiguration, { crossValidation, search }: Options): Configuration {
  if (crossValidation !== undefined) return settingsOfFolds(loaded);
  return search ? withFixedInterval(loaded.settings) : loaded.settings;
}

async function run(config: string, options: Options): Promise<void> {
  const loaded = await loadConfiguration(config, { set: options.set });
  const configuration = { ...loaded, settings: settingsOf(loaded, options) };
  if (options.crossValidation !== undefined) requireFittingMethod(configuration.settings, options.ensemble);
  for (const { message } of configuration.diagnostics.filter(({ severity }) => severity === 'warning')) {
    console.error(`warning: ${message}`);
  }
  const time = new Date();
  const id = runId(configuration.settings.name ?? 'run', time);
  const tags = tagsOf(options.tag);
  const submission = await planSubmission(
    configuration,
    await contextOf(configuration, id, time, tags, options),
  );
  const workspace = await connect(submission.place);
  if (options.dryRun) return preview(submission, workspace, options);
  if (options.asPreviewed !== undefined && options.asPreviewed !== digestOf(submission)) {
    throw new Fault('what would be sent has changed since the preview', {
      place: { file: configuration.file },
      remedy: 'Look at the preview again, then submit.',
    });
  }

  const signal = interruption('Stopping; what was uploaded stays, and no job is begun');
  const results = { results: submission.results };
  const record = { name: submission.name, kind: kindOf(submission), status: 'NotStarted', ...results };
  const folder = await recordSubmission(
    resolve(options.output),
    id,
    configuration,
    { ...record, place: submission.place },
    { overrides: options.set, tags, time, more: partsOf(options) },
  );
  const say = (line: string) => {
    tellEditor({ type: 'progress', message: line });
    if (!options.json) console.log(line);
  };
  say(`run ${folder}`);
  const onUpload = (what: string) => (done: number, total: number) =>
    tellEditor({ type: 'progress', message: what, done, total });
  const job = await submit(workspace, submission, { signal, onStep: say, onUpload }).catch(async error => {
    if (error instanceof UnsureSubmission) throw error;
    // There is no job: a folder would look like one that is lost.
    await rm(folder, { recursive: true, force: true });
    throw signal.aborted ? new InterruptedError('interrupted') : error;
  });
  await noteJob(folder, job);
  if (options.json) {
    console.log(JSON.stringify({ job: job.name, run: folder, status: job.status, page: job.page }, null, 2));
    return;
  }
  for (const line of estimate(submission)) say(line);
  if (job.page) say(job.page);
  say(`Follow it with: innereye azure watch ${folder}`);
}

/** What the manifest says of a job that is made of several. */
const partsOf = ({
  crossValidation: folds,
  ensemble: method,
  choosePostprocessing: choosesPostprocessing = false,
}: Options): Partial<Manifest> => {
  if (folds === undefined) return {};
  return { kind: 'cross-validation', folds, ensemble: { method, choosesPostprocessing } };
};

const kindOf = ({ job }: Submission): 'command' | 'sweep' | 'pipeline' =>
  (({ Command: 'command', Sweep: 'sweep', Pipeline: 'pipeline' }) as const)[job.jobType];

/** Nothing is sent but the question what the cluster is, and that is not needed. */
async function preview(submission: Submission, workspace: AzureWorkspace, { json }: Options): Promise<void> {
  let cluster: Cluster | undefined;
  let unknown: unknown;
  try {
    cluster = await workspace.cluster(submission.cluster);
  } catch (error) {
    unknown = error;
  }
  const warnings = unknown === undefined ? [] : [`the cluster could not be asked for: ${textOf(unknown)}`];
  const shown = previewSubmission(submission, cluster, warnings);
  if (json) return console.log(JSON.stringify(shown, null, 2));
  for (const line of describeSubmission(shown)) console.log(line);
  for (const warning of warnings) console.error(`warning: ${warning}`);
}

const textOf = (error: unknown): string =>
  error instanceof Fault
    ? [error.message, error.remedy].filter(Boolean).join('. ')
    : error instanceof Error
      ? error.message
      : String(error);
