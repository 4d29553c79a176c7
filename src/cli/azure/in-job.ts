import { Command, InvalidArgumentError, Option } from 'commander';
import { trainInJob } from '../../azure/in-job/train-in-job.ts';
import type { RunEvent } from '../../contracts/events.ts';
import { InterruptedError, interruption } from '../interruption.ts';
import { mlflowLogger } from '../mlflow-logger.ts';

interface Options {
  dataset: string;
  datasetFile?: string;
  initialWeights?: string;
  initialWeightsFile?: string;
  runs: string;
  maxMinutes?: number;
  set: string[];
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
    .option('--max-minutes <number>', 'train as many epochs as fit into this time', positive)
    .addOption(
      new Option('--set <key=value>', 'lay a value over the configuration')
        .argParser((value: string, earlier: string[]) => [...earlier, value])
        .default([], 'none'),
    )
    .action(run);
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('a positive number is needed');
  return value;
}

/** Events are lines of the job's log: whoever watches it reads them there. */
async function run(config: string, options: Options): Promise<void> {
  const print = (event: RunEvent) => console.log(JSON.stringify(event));
  const logger = await mlflowLogger();
  try {
    const { manifest } = await trainInJob(config, {
      ...options,
      job: process.env.AZUREML_RUN_ID ?? 'job',
      signal: interruption(),
      onEvent: (event, folder) => {
        logger?.log(event, folder);
        print(event);
      },
    });
    if (manifest.status === 'cancelled') throw new InterruptedError('interrupted');
  } finally {
    await logger?.end();
  }
}
