import type { Distribution, SearchSettings } from '../../config/schema/search.ts';
import { Fault } from '../../foundation/fault.ts';
import { isoDuration } from './duration.ts';
import { trialValue } from './expressions.ts';
import type { EarlyTermination, SweepJob } from './job-properties.ts';
import { common, quoted, type TrainingJob, trial } from './training-job.ts';

type SearchSpace = SweepJob['searchSpace'];

/** More values than this are too many for a list. */
const MOST_CHOICES = 1000;

/**
 * A hyperparameter search as a sweep: its trials are jobs that overwrite settings of the configuration.
 * @param metric as it is logged, such as `validation/Dice/AverageAcrossStructures`.
 * @throws Fault where AzureML has no counterpart of what the search says.
 */
export function searchJob(
  job: TrainingJob,
  search: SearchSettings,
  metric: string,
  parallel: number,
): SweepJob {
  const settings = Object.keys(search.parameters);
  const space: SearchSpace = Object.fromEntries(
    Object.entries(search.parameters).map(([setting, values]) => [variable(setting), wireForm(values)]),
  );
  return {
    ...sweep(job, settings, space, search.trials, search.max_concurrent || parallel),
    objective: {
      goal: search.objective.goal === 'maximize' ? 'Maximize' : 'Minimize',
      primaryMetric: metric,
    },
    samplingAlgorithm: samplingOf(search),
    ...(search.early_stopping && { earlyTermination: terminationOf(search) }),
  };
}

function sweep(
  job: TrainingJob,
  settings: readonly string[],
  searchSpace: SearchSpace,
  trials: number,
  parallel: number,
): Omit<SweepJob, 'objective' | 'samplingAlgorithm'> {
  const sets = settings.map(setting => `--set ${quoted(`${setting}=${trialValue(variable(setting))}`)}`);
  const { timeLimit } = job;
  return {
    jobType: 'Sweep',
    ...common(job),
    trial: trial(job, sets),
    searchSpace,
    limits: {
      jobLimitsType: 'Sweep',
      maxTotalTrials: trials,
      maxConcurrentTrials: Math.min(trials, parallel),
      ...(timeLimit !== undefined && { trialTimeout: isoDuration(timeLimit) }),
    },
  };
}

/** A setting's path as a name that expressions can have. */
const variable = (setting: string): string => setting.replaceAll(/[^\w]+/g, '_').replaceAll(/^_+|_+$/g, '');

/** https://learn.microsoft.com/azure/machine-learning/reference-yaml-job-sweep */
function wireForm(distribution: Distribution): readonly [string, readonly unknown[]] {
  switch (distribution.distribution) {
    case 'choice':
      return [
        'choice',
        [distribution.values.map(value => (typeof value === 'object' ? JSON.stringify(value) : value))],
      ];
    case 'uniform':
      return ['uniform', [distribution.low, distribution.high]];
    // There the bounds are those of the logarithm.
    case 'loguniform':
      return ['loguniform', [Math.log(distribution.low), Math.log(distribution.high)]];
    // There steps count from zero, and whole numbers begin there.
    case 'quniform':
      return ['choice', [stepsOf(distribution.low, distribution.high, distribution.step)]];
    case 'randint':
      return ['choice', [stepsOf(distribution.low, distribution.high, 1)]];
    case 'normal':
      return ['normal', [distribution.mean, distribution.deviation]];
    case 'lognormal':
      return ['lognormal', [distribution.mean, distribution.deviation]];
  }
}

function stepsOf(low: number, high: number, step: number): number[] {
  // Steps that fill the range up to rounding fill it.
  const count = Math.floor((high - low) / step + 1e-9) + 1;
  if (count > MOST_CHOICES) {
    throw unknownThere(`a parameter with ${count} values`, 'Use `uniform`, or larger steps.');
  }
  return Array.from({ length: count }, (_, index) => Number((low + index * step).toPrecision(12)));
}

function samplingOf({ algorithm, seed }: SearchSettings): SweepJob['samplingAlgorithm'] {
  if (algorithm.name === 'grid') return { samplingAlgorithmType: 'Grid' };
  if (algorithm.name === 'random') return { samplingAlgorithmType: 'Random', seed };
  return { samplingAlgorithmType: 'Bayesian' };
}

function terminationOf({ early_stopping, algorithm }: SearchSettings): EarlyTermination {
  if (algorithm.name === 'tpe') {
    throw unknownThere(
      'early stopping beside an algorithm that learns from other trials',
      'Take out search.early_stopping, or choose the algorithm `random`.',
    );
  }
  if (early_stopping?.name === 'bandit') {
    const { slack_factor, slack_amount, every_epochs, delay_epochs } = early_stopping;
    return {
      policyType: 'Bandit',
      ...(slack_factor !== undefined && { slackFactor: slack_factor }),
      ...(slack_amount !== undefined && { slackAmount: slack_amount }),
      evaluationInterval: every_epochs,
      delayEvaluation: delay_epochs,
    };
  }
  if (early_stopping?.name === 'median') {
    return {
      policyType: 'MedianStopping',
      evaluationInterval: early_stopping.every_epochs,
      delayEvaluation: early_stopping.delay_epochs,
    };
  }
  throw unknownThere(
    `the early stopping \`${early_stopping?.name}\``,
    'Choose `bandit` or `median`, or search on this machine.',
  );
}

const unknownThere = (what: string, remedy: string): Fault =>
  new Fault(`a sweep of AzureML knows nothing like ${what}`, { place: { setting: 'search' }, remedy });
