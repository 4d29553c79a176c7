import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { trainInJob } from '../../azure/in-job/train-in-job.ts';
import { loadConfiguration } from '../../config/load-configuration.ts';
import type { EnsembleMethod } from '../../contracts/ensemble.ts';
import type { RunEvent } from '../../contracts/events.ts';
import { type Cluster, clusterOf } from '../../engine/cluster.ts';
import { asChief, computeForChief } from '../cluster-worker.ts';
import { InterruptedError, interruption } from '../interruption.ts';
import { mlflowLogger } from '../mlflow-logger.ts';
import { atLeast, collect, minutes } from '../option-values.ts';

interface Options {
  dataset: string;
  datasetFile?: string;
  initialWeights?: string;
  initialWeightsFile?: string;
  runs: string;
  maxMinutes?: number;
  set: string[];
  crossValidation?: number;
  fold?: number;
  foldsIn?: string;
  name?: string;
  ensemble: EnsembleMethod;
  choosePostprocessing?: boolean;
}

/** Not for people: the command of the jobs that `submit` makes. */
export function inJobCommand(): Command {
  return new Command('in-job')
    .description('what jobs run on their nodes')
    .argument('<config>', 'the configuration among the files of the job')
    .requiredOption('--dataset <folder>', 'where the data set is on the node')
    .option('--dataset-file <name>', 'the csv file in it')
    .option('--initial-weights <folder>', 'where weights to begin with are')
    .option('--initial-weights-file <name>', 'the checkpoint in it')
    .requiredOption('--runs <folder>', 'folder that outlives the node')
    .option('--max-minutes <number>', 'train as many epochs as fit into this time', minutes)
    .addOption(
      new Option('--set <key=value>', 'lay a value over the configuration')
        .argParser(collect)
        .default([], 'none'),
    )
    .option(
      '--cross-validation <folds>',
      'the job is a part of a cross-validation of so many folds',
      atLeast(2),
    )
    .option('--fold <index>', 'the fold that it trains', atLeast(0))
    .option('--folds-in <folder>', 'where the folds are that it makes an ensemble of')
    .option('--name <job>', 'name of the job that the ensemble is a step of')
    .option('--ensemble <method>', 'how the folds become one model', 'mean')
    .option('--choose-postprocessing', 'choose the post-processing of the ensemble')
    .action((config: string, options: Options) =>
      options.foldsIn === undefined ? train(config, options) : conclude(config, options),
    );
}

const jobOf = (): string => process.env.AZUREML_RUN_ID ?? 'job';

/** Events are lines of the job's log: whoever watches it reads them there. */
async function train(config: string, options: Options): Promise<void> {
  const cluster = clusterOf();
  if (cluster && cluster.task > 0) return work(config, cluster, options);
  const print = (event: RunEvent) => console.log(JSON.stringify(event));
  const logger = await mlflowLogger();
  try {
    const signal = interruption();
    const { manifest } = await asChief(cluster, () =>
      trainInJob(config, {
        ...options,
        job: jobOf(),
        fold:
          options.fold === undefined || options.crossValidation === undefined
            ? undefined
            : { index: options.fold, folds: options.crossValidation },
        cluster,
        signal,
        onEvent: (event, folder) => {
          logger?.log(event, folder);
          print(event);
        },
      }),
    );
    if (manifest.status === 'cancelled') throw new InterruptedError('interrupted');
  } finally {
    await logger?.end();
  }
}

/** The nodes behind the first compute for it, which has data, run and results. */
async function work(config: string, cluster: Cluster, options: Options): Promise<void> {
  const data = join(resolve(options.dataset), options.datasetFile ?? '');
  const set = [`dataset.path=${JSON.stringify(data)}`, ...options.set];
  const { settings } = await loadConfiguration(config, { set });
  await computeForChief(cluster, settings.training);
}

/** What the folds come to. Its events are lines of the log too. */
async function conclude(config: string, options: Options): Promise<void> {
  const { foldsIn, crossValidation: folds, ensemble: method, choosePostprocessing = false } = options;
  const job = jobOf();
  const [{ ensembleInJob }, { describeTests }] = await Promise.all([
    import('../../azure/in-job/ensemble-in-job.ts'),
    import('../cross-validation.ts'),
  ]);
  const { results } = await ensembleInJob(config, {
    ...options,
    ...{ job, method, foldsIn: foldsIn!, folds: folds!, name: options.name ?? job },
    choosesPostprocessing: choosePostprocessing,
    watch: {
      signal: interruption('Stopping'),
      onEnsemble: event => console.log(JSON.stringify(event)),
      describeTests,
    },
  });
  for (const [name, value] of Object.entries(results)) console.log(`${name} ${value?.toFixed(4) ?? '–'}`);
}
