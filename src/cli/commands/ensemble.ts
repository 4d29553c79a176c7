import { realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Configuration } from '../../config/schema/configuration.ts';
import { ENSEMBLE_METHODS, type EnsembleMethod } from '../../contracts/ensemble.ts';
import { Fault } from '../../foundation/fault.ts';
import { type Candidate, candidateOf, membersOf } from '../../runs/ensemble/candidates.ts';
import { type Choice, chooseOnValidation } from '../../runs/ensemble/choose-on-validation.ts';
import { makeEnsemble, requireSameKind } from '../../runs/ensemble/make-ensemble.ts';
import { requireFittingMethod, requireTestOutputs } from '../../runs/ensemble/requirements.ts';
import { createRunFolder, reportFile, runId } from '../../runs/run-folder.ts';
import { tagsOf } from '../../runs/run-notes.ts';
import { readRunSettings } from '../../runs/run-settings.ts';
import { formatColumns } from '../columns.ts';
import { interruption } from '../interruption.ts';
import { epochLines } from '../training-output.ts';

interface Options {
  method: EnsembleMethod;
  weights?: number[];
  chooseSubset?: boolean;
  choosePostprocessing?: boolean;
  name?: string;
  output: string;
  tag: string[];
  json?: boolean;
}

function numbers(text: string): number[] {
  const values = text.split(',').map(Number);
  if (values.every(value => value > 0)) return values;
  throw new InvalidArgumentError('positive numbers are needed, with commas between them: 2,1,1');
}

/** `innereye ensemble`: several trained runs, or whole cross-validations, as one model. */
export function ensembleCommand(): Command {
  return new Command('ensemble')
    .description('make one model of several trained runs or cross-validations, and test it')
    .argument('<runs...>', 'folders of runs, cross-validations or ensembles')
    .addOption(
      new Option('--method <method>', 'mean of posteriors, weighted mean, or majority of votes')
        .choices(ENSEMBLE_METHODS)
        .default('mean'),
    )
    .option(
      '--weights <numbers>',
      'for weighted: one for each run, as 2,1,1; default: each training counts as its best validation',
      numbers,
    )
    .option('--choose-subset', 'take only those runs that are best together on validation subjects')
    .option(
      '--choose-postprocessing',
      'keep the largest part alone of the structures that are better so on validation subjects',
    )
    .option('--name <name>', 'name of the ensemble; default: that of the first run')
    .option('--output <folder>', 'folder that gets a folder for the ensemble', 'outputs')
    .addOption(
      new Option('--tag <name=value>', 'tag the ensemble; can be repeated')
        .argParser((value: string, earlier: string[]) => [...earlier, value])
        .default([], 'none'),
    )
    .option('--json', 'print what it is made of and its results as JSON')
    .action(ensemble);
}

async function ensemble(runs: readonly string[], options: Options): Promise<void> {
  const { method, weights, output, tag, json } = options;
  const signal = interruption('Stopping');
  const say = (line: string) => {
    if (!json) console.log(line);
  };
  requireFitting(runs, options);
  const candidates = await Promise.all(runs.map(run => candidateOf(resolve(run))));
  await requireDistinct(candidates);
  const settings = await readRunSettings(candidates[0]!.trainings[0]!.folder);
  await requireSameKind(
    settings,
    candidates.flatMap(({ trainings }) => trainings.map(({ folder }) => folder)),
  );
  requireFittingMethod(settings, method);
  const chosen = await choose(candidates, settings, options, signal, say);
  const own = await readRunSettings(chosen.candidates[0]!.trainings[0]!.folder);
  for (const line of describeChoices(chosen)) say(line);
  const chosenWeights = weights && chosen.candidates.map(one => weights[candidates.indexOf(one)]!);
  const description = {
    method,
    members: membersOf(chosen.candidates, method, chosenWeights),
    choices: [...chosen.choices],
  };
  await requireTestOutputs(
    own,
    description.members.map(({ run }) => run),
  );
  const name = options.name ?? own.name ?? 'ensemble';
  const folder = await createRunFolder(resolve(output), `${runId(name, new Date())}_ensemble`);
  say(`run ${folder}`);
  const linesOf = epochLines();
  const { results } = await makeEnsemble(
    { folder, name, description, settings: withSteps(own, chosen), tags: tagsOf(tag) },
    { signal, onEvent: event => linesOf(event).forEach(say) },
  );
  if (json) {
    console.log(JSON.stringify({ folder, ...description, results }, null, 2));
    return;
  }
  say(`${description.members.length} trainings by ${method}`);
  for (const [metric, value] of Object.entries(results)) say(`${metric} ${value?.toFixed(4) ?? '–'}`);
  say(`report ${join(folder, reportFile(own.task))}`);
}

/** Options that mean nothing together. */
function requireFitting(runs: readonly string[], { method, weights, chooseSubset }: Options): void {
  const wrong = (what: string, remedy: string) => new Fault(what, { remedy });
  if (weights && method !== 'weighted') throw wrong('weights are for --method weighted', 'Leave them out.');
  if (weights && weights.length !== runs.length) {
    throw wrong(
      `there are ${runs.length} runs, but ${weights.length} weights`,
      'Give one for each run, in their order.',
    );
  }
  if (chooseSubset && runs.length < 2) {
    throw wrong(
      '--choose-subset needs several runs to choose among',
      'All folds of a cross-validation belong together: each is the only one that has not seen its validation subjects.',
    );
  }
}

/** @throws Fault where one training would count twice, also as a fold of a cross-validation that is named. */
async function requireDistinct(candidates: readonly Candidate[]): Promise<void> {
  const seen = new Map<string, string>();
  for (const { folder: named, trainings } of candidates) {
    for (const { folder } of trainings) {
      const real = await realpath(folder);
      const before = seen.get(real);
      if (before !== undefined) {
        throw new Fault('a training would be in the ensemble twice', {
          place: { file: real },
          remedy:
            named === before
              ? 'Name each run once; --method weighted with --weights lets one count more.'
              : `It is part of ${before} and of ${named}: name one of them, or let it count more by --method weighted.`,
        });
      }
      seen.set(real, named);
    }
  }
}

async function choose(
  candidates: readonly Candidate[],
  settings: Configuration,
  { method, weights, chooseSubset = false, choosePostprocessing = false }: Options,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<Choice> {
  if (!chooseSubset && !choosePostprocessing) return { candidates, postprocessing: [], choices: [] };
  if (settings.task !== 'segmentation') {
    throw new Fault('only of segmentations subset and post-processing can be chosen', {
      remedy: 'Leave --choose-subset and --choose-postprocessing out.',
    });
  }
  return chooseOnValidation(candidates, settings, {
    method,
    weights,
    subset: chooseSubset,
    postprocessing: choosePostprocessing,
    signal,
    onSubject: (done, total) => {
      if (done === 0 || done === total) say(`predicting validation subjects: ${done} of ${total}`);
    },
  });
}

const withSteps = (settings: Configuration, { postprocessing }: Choice): Configuration =>
  settings.task === 'segmentation'
    ? { ...settings, postprocessing: [...settings.postprocessing, ...postprocessing] }
    : settings;

function describeChoices({ choices }: Choice): string[] {
  if (choices.length === 0) return [];
  return formatColumns(
    [
      ['on validation subjects', 'Dice', ''],
      ...choices.map(({ what, dice, taken }) => [what, dice?.toFixed(4) ?? '–', taken ? 'taken' : '']),
    ],
    [1],
  );
}
