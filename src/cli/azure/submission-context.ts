import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { jobName } from '../../azure/jobs/job-name.ts';
import { foldComponents, pipelineJob } from '../../azure/jobs/pipeline-job.ts';
import { searchJob } from '../../azure/jobs/sweep-job.ts';
import { placeOfSettings } from '../../azure/local/place-of-settings.ts';
import { componentId } from '../../azure/resource-ids.ts';
import { programEnvironment } from '../../azure/submit/own-program.ts';
import type { SubmissionContext } from '../../azure/submit/plan-submission.ts';
import { sourceOf } from '../../azure/submit/source.ts';
import type { ResolvedConfiguration } from '../../config/load-configuration.ts';
import type { EnsembleMethod } from '../../contracts/ensemble.ts';
import { metricOf } from '../../experiments/search/objective.ts';
import { Fault } from '../../foundation/fault.ts';

/** Options of `innereye azure submit` that say what the job is. */
export interface JobOptions {
  readonly name?: string;
  readonly maxMinutes?: number;
  readonly search?: boolean;
  /** Number of folds. */
  readonly crossValidation?: number;
  readonly ensemble: EnsembleMethod;
  readonly choosePostprocessing?: boolean;
}

/** Options that say how a job is shown or checked, and nothing of it. */
const OF_THE_PREVIEW = /^--(dry-run|json|as-previewed|name)$/;

/** What a submission is made of beside its configuration. @param run id of the local run. */
export async function contextOf(
  { settings, file }: ResolvedConfiguration,
  run: string,
  time: Date,
  tags: Readonly<Record<string, string>>,
  options: JobOptions,
): Promise<SubmissionContext> {
  if (options.search && !settings.search) {
    throw new Fault('the configuration has no section `search`', {
      place: { file },
      remedy: 'Say there what shall be tried, or submit without --search.',
    });
  }
  if (options.search && options.crossValidation !== undefined) {
    throw new Fault('a job is either a search or a cross-validation', {
      remedy: 'Submit the search, then cross-validate what it found.',
    });
  }
  if (options.crossValidation !== undefined && options.maxMinutes !== undefined) {
    throw new Fault(
      '--max-minutes cannot be given with --cross-validation: folds would train unequally long',
      {
        remedy: 'Set training.epochs; azure.time_limit ends a fold that takes too long.',
      },
    );
  }
  const name = options.name ?? jobName(settings.name ?? 'run', time);
  return {
    name,
    run,
    user: userInfo().username,
    commandLine: commandLine(process.argv.slice(2)),
    source: await sourceOf(dirname(file)),
    tags,
    maxMinutes: options.maxMinutes,
    environment: () => programEnvironment(process.argv[1]!),
    shape: shapeOf(settings, name, options),
  };
}

/** What is made of the training: a sweep of trials, or folds and their ensemble; undefined where it stays one. */
function shapeOf(
  settings: ResolvedConfiguration['settings'],
  name: string,
  { search, crossValidation, ensemble, choosePostprocessing }: JobOptions,
): SubmissionContext['shape'] {
  const wanted = settings.search;
  if (search && wanted) {
    const metric = metricOf(wanted, settings);
    return (job, { parallel_jobs }) => ({
      job: searchJob(job, wanted, metric, parallel_jobs),
      trainings: wanted.trials,
      parallel: wanted.max_concurrent || parallel_jobs,
    });
  }
  if (crossValidation === undefined) return undefined;
  const isSegmentation = settings.task === 'segmentation';
  return (job, { parallel_jobs: parallel }) => {
    const folds = {
      count: crossValidation,
      parallel,
      metric: isSegmentation ? 'validation/Dice/AverageAcrossStructures' : 'validation/loss',
      goal: isSegmentation ? ('maximize' as const) : ('minimize' as const),
      name,
      ensemble: [`--ensemble ${ensemble}`, ...(choosePostprocessing ? ['--choose-postprocessing'] : [])],
    };
    const made = foldComponents(job, folds);
    const place = placeOfSettings(settings.azure);
    const id = ({ name: component, version }: typeof made.fold) => componentId(place, component, version);
    return {
      job: pipelineJob(job, folds, { fold: id(made.fold), ensemble: id(made.ensemble) }),
      components: [made.fold, made.ensemble],
      trainings: crossValidation,
      parallel,
    };
  };
}

function commandLine(args: readonly string[]): string {
  const kept = args.filter(
    (arg, index) => !OF_THE_PREVIEW.test(arg) && !/^--(as-previewed|name)$/.test(args[index - 1] ?? ''),
  );
  return ['innereye', ...kept].join(' ');
}
