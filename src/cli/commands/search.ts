import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { loadConfiguration } from '../../config/load-configuration.ts';
import { atSettings } from '../../config/place-of-setting.ts';
import type { SearchState, SearchTrial } from '../../contracts/search.ts';
import { concurrencyFor, thisMachine, usesGpu } from '../../experiments/concurrency.ts';
import { localExecutor } from '../../experiments/local-executor.ts';
import { finishSearch, type SearchResult } from '../../experiments/search/finish-search.ts';
import { runSearch } from '../../experiments/search/run-search.ts';
import { createSearch, reopenSearch, type Search } from '../../experiments/search/search-folder.ts';
import { bestOf, ranking } from '../../experiments/search/trial.ts';
import { thisProgram } from '../../experiments/training-process.ts';
import { Fault } from '../../foundation/fault.ts';
import { tagsOf } from '../../runs/run-notes.ts';
import { readRunSettings } from '../../runs/run-settings.ts';
import { formatColumns } from '../columns.ts';
import { InterruptedError, interruption } from '../interruption.ts';
import { atLeast, collect } from '../option-values.ts';
import { shellText } from '../shell-text.ts';

interface Options {
  set: string[];
  output: string;
  resume?: string;
  parallel?: number;
  tag: string[];
  json?: boolean;
}

/** Trials in the table that is printed at the end. */
const SHOWN = 10;

export function searchCommand(): Command {
  return new Command('search')
    .description('try values of settings as the `search` section says, and find the best')
    .argument('<config>', 'a *.innereye.yaml file with a `search` section')
    .addOption(
      new Option('--set <key=value>', 'lay a value over the file, such as search.trials=10; can be repeated')
        .argParser(collect)
        .default([], 'none'),
    )
    .option('--output <folder>', 'folder that gets a folder for the search', 'outputs')
    .option('--resume <search>', 'go on with an interrupted search: its folder')
    .option('--parallel <number>', 'trials at the same time; default: search.max_concurrent', atLeast(1))
    .addOption(
      new Option('--tag <name=value>', 'tag the search; can be repeated')
        .argParser(collect)
        .default([], 'none'),
    )
    .option('--json', 'print each change of a trial as a JSON line')
    .action(search);
}

async function search(config: string, options: Options): Promise<void> {
  const signal = interruption('Stopping after a checkpoint of each trial');
  const say = (line: string) => {
    if (!options.json) console.log(line);
  };
  const found = options.resume === undefined ? await begin(config, options) : await goOn(config, options);
  say(`search ${found.folder}`);
  const settings = await readRunSettings(found.folder);
  const machine = await thisMachine();
  const concurrency = concurrencyFor(settings, machine, options.parallel ?? found.settings.max_concurrent);
  say(`${found.state.total} trials, ${concurrency.reason}`);
  const executor = localExecutor({
    concurrency,
    command: thisProgram(),
    gpus: usesGpu(settings, machine) ? machine.gpus : [],
  });
  let state = found.state;
  const show = options.json ? jsonTrials() : trialLines();
  try {
    state = await runSearch(found, executor, {
      signal,
      onTrial: (trial, now) => {
        state = now;
        for (const line of show(trial, now)) console.log(line);
      },
    });
  } catch (error) {
    await finishSearch(found, state, 'failed', (error as Error).message).catch(() => {});
    throw error;
  }
  const result = await finishSearch(found, state, signal.aborted ? 'cancelled' : 'completed');
  if (!options.json) for (const line of describeResult(found, result)) console.log(line);
  if (signal.aborted) {
    const again = ['innereye', 'search', config, '--resume', found.folder].map(part => shellText(part));
    console.error(`Stopped. Go on with: ${again.join(' ')}`);
    throw new InterruptedError('interrupted');
  }
  requireSome(found, result);
}

async function begin(config: string, { set, output, tag }: Options): Promise<Search> {
  const configuration = await loadConfiguration(config, { set });
  return createSearch(configuration, { outputs: output, overrides: set, tags: tagsOf(tag) }).catch(error => {
    throw atSettings(error, configuration.origins);
  });
}

/** A search goes on as it was begun. */
async function goOn(config: string, { resume, set, tag }: Options): Promise<Search> {
  const given = [set.length > 0 && '--set', tag.length > 0 && '--tag'].find(option => option !== false);
  if (given !== undefined) {
    throw new Fault(`${given} cannot be given with --resume: a search goes on as it was begun`, {
      remedy: 'Leave it out, or start a new search.',
    });
  }
  return reopenSearch(resume!, resolve(config));
}

/** Lines for people: each epoch with a value, and how each trial ended. */
function trialLines(): (trial: SearchTrial, state: SearchState) => string[] {
  const told = new Map<number, string>();
  return (trial, { objective, total }) => {
    const { number, status, measurements, parameters, reason } = trial;
    const latest = measurements.at(-1);
    const key = `${status} ${latest?.epoch}`;
    if (told.get(number) === key) return [];
    const isNew = !told.has(number);
    told.set(number, key);
    const name = `trial ${number + 1}/${total}`;
    if (isNew && status === 'running') return [`${name}: ${describeParameters(parameters)}`];
    if (status === 'running')
      return latest ? [`${name}: epoch ${latest.epoch}  ${number4(latest.value)}`] : [];
    const best = bestOf(objective.goal, measurements);
    const value = best === undefined ? '' : `, best ${number4(best.value)} after epoch ${best.epoch}`;
    const start = isNew ? `${name}: ${describeParameters(parameters)}: ` : `${name}: `;
    return [`${start}${status}${value}${reason === undefined ? '' : ` (${reason.split('\n')[0]})`}`];
  };
}

const jsonTrials = () => (trial: SearchTrial) => [JSON.stringify(trial)];

function describeResult({ folder }: Search, { state, winner }: SearchResult): string[] {
  const { metric, goal } = state.objective;
  const ranked = ranking(goal, state.trials).slice(0, SHOWN);
  const failed = state.trials.filter(({ status }) => status === 'failed' || status === 'invalid');
  return [
    ...(ranked.length === 0
      ? []
      : formatColumns(
          [
            ['trial', metric, 'epoch', 'ended', 'parameters'],
            ...ranked.map(({ trial, best }) => [
              String(trial.number + 1),
              number4(best.value),
              String(best.epoch),
              trial.status,
              describeParameters(trial.parameters),
            ]),
          ],
          [0, 1, 2],
        )),
    ...failed.map(({ number, status, reason }) => `trial ${number + 1} ${status}: ${reason?.split('\n')[0]}`),
    `table ${join(folder, 'trials.csv')}`,
    ...(winner
      ? [
          `winner ${winner.file}`,
          `train it: ${['innereye', 'train', winner.file].map(part => shellText(part)).join(' ')}`,
        ]
      : []),
  ];
}

function requireSome({ folder }: Search, { winner }: SearchResult): void {
  if (winner !== undefined) return;
  throw new Fault('no trial has a value of the objective', {
    place: { file: folder },
    remedy:
      'See trials.csv for why they ended; check `search.objective.metric` and `validation.every_epochs`.',
  });
}

const describeParameters = (parameters: Readonly<Record<string, unknown>>): string =>
  Object.entries(parameters)
    .map(
      ([name, value]) => `${name}=${typeof value === 'number' ? shortNumber(value) : JSON.stringify(value)}`,
    )
    .join(' ');

const shortNumber = (value: number): string =>
  Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
const number4 = (value: number): string => value.toFixed(4);
