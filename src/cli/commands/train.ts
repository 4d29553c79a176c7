import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { loadConfiguration, type ResolvedConfiguration } from '../../config/load-configuration.ts';
import { atSettings } from '../../config/place-of-setting.ts';
import { ENSEMBLE_METHODS, type EnsembleMethod } from '../../contracts/ensemble.ts';
import { profileSchema } from '../../contracts/profile.ts';
import type { Manifest } from '../../contracts/run.ts';
import { loadSubjects } from '../../dataset/load-subjects.ts';
import { type Cluster, clusterOf } from '../../engine/cluster.ts';
import { Fault } from '../../foundation/fault.ts';
import { settingsChangedSince } from '../../runs/changed-since.ts';
import { listRuns } from '../../runs/child-runs.ts';
import { openRun, RUN_FILES, reportFile } from '../../runs/run-folder.ts';
import { tagsOf } from '../../runs/run-notes.ts';
import { resumeRun, type TrainOutcome, trainRun } from '../../runs/train-run.ts';
import { asChief, computeForChief } from '../cluster-worker.ts';
import { crossValidate, resumeCrossValidation } from '../cross-validation.ts';
import { InterruptedError, interruption } from '../interruption.ts';
import { mlflowLogger } from '../mlflow-logger.ts';
import { atLeast, collect, minutes } from '../option-values.ts';
import { profileText } from '../profile-text.ts';
import { shellText } from '../shell-text.ts';
import { jsonOutput, textOutput } from '../training-output.ts';

interface Options {
  set: string[];
  output: string;
  runFolder?: string;
  maxMinutes?: number;
  resume?: string | true;
  tag: string[];
  eager?: boolean;
  profile?: boolean;
  crossValidation?: number;
  fold?: number;
  parallel?: number;
  ensemble: EnsembleMethod;
  choosePostprocessing?: boolean;
  json?: boolean;
}

/** With what was said of options that have a default. */
interface Told extends Options {
  readonly ensembleSaid: boolean;
  readonly outputSaid: boolean;
}

export function trainCommand(): Command {
  return new Command('train')
    .description('train a configuration, predict its test split, evaluate and report')
    .argument('<config>', 'a *.innereye.yaml file')
    .addOption(
      new Option(
        '--set <key=value>',
        'lay a value over the file, such as training.epochs=10; can be repeated',
      )
        .argParser(collect)
        .default([], 'none'),
    )
    .option('--output <folder>', 'folder that gets a folder for the run', 'outputs')
    .option('--run-folder <folder>', 'folder of the run itself, instead of one with its time and name')
    .option(
      '--max-minutes <number>',
      'train as many epochs as fit into this time; preparing the scans before and testing after come on top',
      minutes,
    )
    .option(
      '--resume [run]',
      'go on with an interrupted run: the newest of this configuration, or the one named',
    )
    .addOption(
      new Option('--tag <name=value>', 'tag the run; can be repeated').argParser(collect).default([], 'none'),
    )
    .option(
      '--cross-validation <folds>',
      'train so many folds, each validated on other subjects, and their ensemble',
      atLeast(2),
    )
    .option('--fold <index>', 'with --cross-validation: train this fold alone, counted from 0', atLeast(0))
    .option('--parallel <number>', 'folds at the same time; default: as many as fit', atLeast(1))
    .addOption(
      new Option('--ensemble <method>', 'how the folds become one model')
        .choices(ENSEMBLE_METHODS)
        .default('mean'),
    )
    .option(
      '--choose-postprocessing',
      'of the ensemble, keep the largest part alone of the structures that are better so on validation subjects',
    )
    .option('--eager', 'run op by op as under a debugger: slower, and the last bits differ')
    .option('--profile', 'measure where the time of training steps goes, by the parts of the configuration')
    .option('--json', 'print events as JSON lines')
    .action(train);
}

async function train(config: string, given: Options, command: Command): Promise<void> {
  // Of what has a default only what was said counts as given.
  const said = (name: string) => command.getOptionValueSource(name) === 'cli';
  const options: Told = { ...given, ensembleSaid: said('ensemble'), outputSaid: said('output') };
  requireFitting(options);
  const cluster = clusterOf();
  if (cluster) {
    requireUnspread(options);
    if (cluster.task > 0)
      return computeForChief(cluster, (await loadTold(config, options)).settings.training);
  }
  return asChief(cluster, () => trainAny(config, options, cluster));
}

/** Trains one run or a cross-validation, new or to be gone on with. */
async function trainAny(config: string, options: Told, cluster: Cluster | undefined): Promise<void> {
  const { crossValidation: folds, fold } = options;
  if (options.resume !== undefined) {
    refuseChanges(options);
    const run = await runToResume(config, options);
    const { manifest } = await openRun(run);
    refuseOtherSettings(options, manifest);
    if (manifest.kind === 'cross-validation') {
      await warnOfChanges(run);
      return resumeCrossValidation(config, run, runOptions(options));
    }
    requireSingle(options);
    return trainOne(config, options, { cluster, resumed: run });
  }
  if (folds === undefined || fold !== undefined) return trainOne(config, options, { cluster });
  const configuration = await loadTold(config, options);
  const { ensemble, choosePostprocessing = false, output, set, tag } = options;
  const own = { folds, ensemble, choosePostprocessing, output, set, tags: tagsOf(tag) };
  await crossValidate(config, configuration, own, runOptions(options)).catch(error => {
    throw atSettings(error, configuration.origins);
  });
}

const runOptions = ({ parallel, json = false }: Options) => ({
  signal: interruption('Stopping after a checkpoint of each fold'),
  parallel,
  json,
});

async function loadTold(config: string, { set }: Options): Promise<ResolvedConfiguration> {
  const configuration = await loadConfiguration(config, { set });
  for (const { message } of configuration.diagnostics.filter(({ severity }) => severity === 'warning')) {
    console.error(`warning: ${message}`);
  }
  return configuration;
}

/** What is made of several trainings cannot be spread over processes. */
function requireUnspread({ crossValidation, fold }: Options): void {
  if (crossValidation === undefined || fold !== undefined) return;
  throw new Fault('TF_CONFIG names several processes, and a cross-validation cannot be spread over them', {
    remedy: 'Unset TF_CONFIG in the environment, or give --fold too.',
  });
}

/** Trains one run, new or to be gone on with. */
async function trainOne(
  config: string,
  options: Options,
  { cluster, resumed }: { cluster: Cluster | undefined; resumed?: string },
): Promise<void> {
  const output = options.json ? jsonOutput : textOutput();
  const signal = interruption();
  const mlflow = await mlflowLogger();
  let announced = false;
  const shared = {
    signal,
    cluster,
    ...(options.eager && { eager: true }),
    ...(options.profile && { profile: true }),
    maxMinutes: options.maxMinutes,
    overrides: options.set,
    tags: tagsOf(options.tag),
    onEvent: (event: Parameters<typeof output.show>[0], folder: string) => {
      if (!announced && !options.json) console.log(`run ${folder}`);
      announced = true;
      output.show(event);
      mlflow?.log(event, folder);
    },
  };
  let outcome: TrainOutcome;
  try {
    if (resumed !== undefined) {
      await warnOfChanges(resumed);
      const { maxMinutes: _, ...asBegun } = shared;
      outcome = await resumeRun(resumed, asBegun);
    } else {
      const configuration = await loadTold(config, options);
      const { fold: index, crossValidation: folds } = options;
      const begin = async () => {
        // Lists only: a misspelt structure should not leave the folder of a failed run.
        await loadSubjects(configuration.settings);
        return trainRun(configuration, {
          ...shared,
          outputs: options.output,
          runFolder: options.runFolder,
          ...(index !== undefined && { fold: { index, folds: folds! } }),
        });
      };
      outcome = await begin().catch(error => {
        throw atSettings(error, configuration.origins);
      });
    }
  } finally {
    output.close();
    await mlflow?.end();
  }
  const { folder, manifest } = outcome;
  if (manifest.status === 'cancelled') {
    // The processes of a cluster need its settings to compute with, which lie in the run of the chief alone.
    const set = cluster ? manifest.configuration.overrides : [];
    console.error(`Stopped. Go on with: ${resumeCommand(config, folder, set)}`);
    throw new InterruptedError('interrupted');
  }
  if (options.json) return;
  for (const [name, value] of Object.entries(manifest.results))
    console.log(`${name} ${value?.toFixed(4) ?? '–'}`);
  console.log(`report ${join(folder, reportFile(manifest.task))}`);
  if (options.profile) for (const line of await profileLines(folder)) console.log(line);
}

async function profileLines(folder: string): Promise<string[]> {
  const text = await readFile(join(folder, RUN_FILES.profile), 'utf8').catch(() => undefined);
  if (text === undefined) return ['no profile: the training ended before its fourth step'];
  return ['', ...profileText(profileSchema.parse(JSON.parse(text)))];
}

/** As it can be typed in the same folder. */
export const resumeCommand = (config: string, folder: string, set: readonly string[] = []): string =>
  ['innereye', 'train', config, '--resume', folder, ...set.flatMap(setting => ['--set', setting])]
    .map(part => shellText(part))
    .join(' ');

const wrong = (what: string, remedy: string): Fault => new Fault(what, { remedy });

/** Options that mean nothing together. */
function requireFitting(options: Told): void {
  const { crossValidation, fold, maxMinutes, eager, profile, runFolder, resume, outputSaid } = options;
  if (fold !== undefined && crossValidation === undefined && resume === undefined)
    throw wrong('--fold needs to know of how many', 'Give --cross-validation FOLDS too.');
  if (fold !== undefined && crossValidation !== undefined && fold >= crossValidation)
    throw wrong(`there is no fold ${fold} of ${crossValidation}`, 'Folds count from 0.');
  if (eager && profile)
    throw wrong('--profile cannot be given with --eager', 'Op by op, no step is one graph to be measured.');
  if (runFolder !== undefined && outputSaid)
    throw wrong(
      '--output cannot be given with --run-folder',
      '--run-folder is the folder of the run itself.',
    );
  if (crossValidation === undefined || fold !== undefined) {
    // Of a run that is gone on with it shows when it is opened what it is.
    if (resume === undefined) requireSingle(options);
    return;
  }
  if (maxMinutes !== undefined) {
    throw wrong(
      '--max-minutes cannot be given with --cross-validation: folds would train unequally long',
      'Set training.epochs; a short run with --max-minutes tells how many fit.',
    );
  }
  if (profile) throw wrong('--profile is for a single training', 'Give --fold too, or leave it out.');
  if (eager) throw wrong('--eager is for a single training', 'Give --fold too, or leave it out.');
  if (runFolder !== undefined)
    throw wrong('--run-folder is for a single training', 'Choose where runs go by --output.');
}

/** @throws Fault for options of a cross-validation where a single training is meant, which has no use for them. */
function requireSingle({ parallel, ensembleSaid, choosePostprocessing }: Told): void {
  const given = [
    parallel !== undefined && '--parallel',
    ensembleSaid && '--ensemble',
    choosePostprocessing && '--choose-postprocessing',
  ].find(option => option);
  if (given)
    throw wrong(`${given} is for a cross-validation`, 'Give --cross-validation FOLDS too, or leave it out.');
}

/** A run goes on as it was begun, or it would not have the bits of one that was never stopped. */
function refuseChanges({ tag, maxMinutes, runFolder, fold, ensembleSaid, ...more }: Told): void {
  const given = [
    fold !== undefined && '--fold',
    tag.length > 0 && '--tag',
    maxMinutes !== undefined && '--max-minutes',
    runFolder !== undefined && '--run-folder',
    ensembleSaid && '--ensemble',
    more.choosePostprocessing === true && '--choose-postprocessing',
  ];
  const [first] = given.filter(option => option !== false);
  if (first !== undefined) throw notChanged(first);
}

/** What a run was begun with changes nothing: the processes of a cluster are given the same command, and need it. */
function refuseOtherSettings({ set }: Options, { configuration: { overrides } }: Manifest): void {
  const other = set.find(setting => !overrides.includes(setting));
  if (other !== undefined) throw notChanged('--set', `, without ${other}`);
}

const notChanged = (option: string, how = '') =>
  new Fault(`${option} cannot be given with --resume: a run goes on as it was begun${how}`, {
    remedy:
      'Leave it out, or start a new run; `training.initial_weights` begins a new run with the weights of another.',
  });

async function warnOfChanges(run: string): Promise<void> {
  const changed = await settingsChangedSince(run);
  if (changed.length === 0) return;
  const named =
    changed.slice(0, 5).join(', ') + (changed.length > 5 ? ` and ${changed.length - 5} more` : '');
  console.error(`warning: the configuration has changed since (${named}); the run goes on as it was begun`);
}

async function runToResume(config: string, { resume, output, crossValidation }: Options): Promise<string> {
  const file = resolve(config);
  if (typeof resume === 'string') {
    const { manifest, folder } = await openRun(resolve(resume));
    if (manifest.configuration.file === file) return folder;
    throw new Fault('the run is one of another configuration', {
      place: { file: folder },
      remedy: `Name the configuration that it was made of: ${manifest.configuration.file}`,
    });
  }
  const kind = crossValidation === undefined ? undefined : 'cross-validation';
  const runs = await listRuns(output);
  const run = runs.find(
    ({ manifest, status }) =>
      manifest.configuration.file === file &&
      manifest.kind === kind &&
      manifest.parent === undefined &&
      ['interrupted', 'cancelled', 'failed'].includes(status),
  );
  if (run) return run.folder;
  throw new Fault('there is no interrupted run of this configuration', {
    place: { file: resolve(output) },
    remedy: 'Name the run: --resume FOLDER, or start a new one without --resume.',
  });
}
