import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { jobName } from '../../azure/jobs/job-name.ts';
import { searchJob } from '../../azure/jobs/sweep-job.ts';
import { programEnvironment } from '../../azure/submit/own-program.ts';
import type { SubmissionContext } from '../../azure/submit/plan-submission.ts';
import { sourceOf } from '../../azure/submit/source.ts';
import type { ResolvedConfiguration } from '../../config/load-configuration.ts';
import { metricOf } from '../../experiments/search/objective.ts';
import { Fault } from '../../foundation/fault.ts';

/** Options of `innereye azure submit` that say what the job is. */
export interface JobOptions {
  readonly name?: string;
  readonly maxMinutes?: number;
  readonly search?: boolean;
}

/** Options that say how a job is shown or checked, and nothing of it. */
const OF_THE_PREVIEW = /^--(dry-run|json|as-previewed|name)$/;

/** What a submission is made of beside its configuration. @param run id of the local run. */
export async function contextOf(
  { settings, file }: ResolvedConfiguration,
  run: string,
  time: Date,
  tags: Readonly<Record<string, string>>,
  { name, maxMinutes, search }: JobOptions,
): Promise<SubmissionContext> {
  const wanted = settings.search;
  if (search && !wanted) {
    throw new Fault('the configuration has no section `search`', {
      place: { file },
      remedy: 'Say there what shall be tried, or submit without --search.',
    });
  }
  return {
    name: name ?? jobName(settings.name ?? 'run', time),
    run,
    user: userInfo().username,
    commandLine: commandLine(process.argv.slice(2)),
    source: await sourceOf(dirname(file)),
    tags,
    maxMinutes,
    environment: () => programEnvironment(process.argv[1]!),
    ...(search &&
      wanted && {
        shape: (job, azure) => searchJob(job, wanted, metricOf(wanted, settings.task), azure.parallel_jobs),
      }),
  };
}

function commandLine(args: readonly string[]): string {
  const kept = args.filter(
    (arg, index) => !OF_THE_PREVIEW.test(arg) && !/^--(as-previewed|name)$/.test(args[index - 1] ?? ''),
  );
  return ['innereye', ...kept].join(' ');
}
