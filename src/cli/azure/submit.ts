import { rm } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { jobName } from '../../azure/jobs/job-name.ts';
import { searchJob } from '../../azure/jobs/sweep-job.ts';
import { noteJob, recordSubmission } from '../../azure/local/run-record.ts';
import { describeSubmission, estimate } from '../../azure/submit/describe-submission.ts';
import { programEnvironment } from '../../azure/submit/own-program.ts';
import { planSubmission, type SubmissionContext } from '../../azure/submit/plan-submission.ts';
import { sourceOf } from '../../azure/submit/source.ts';
import type { Submission } from '../../azure/submit/submission.ts';
import { submit } from '../../azure/submit/submit.ts';
import type { AzureWorkspace, Cluster } from '../../azure/workspace.ts';
import { loadConfiguration, type ResolvedConfiguration } from '../../config/load-configuration.ts';
import { metricOf } from '../../experiments/search/objective.ts';
import { Fault } from '../../foundation/fault.ts';
import { runId } from '../../runs/run-folder.ts';
import { tagsOf } from '../../runs/run-notes.ts';
import { interruption } from '../interruption.ts';
import { connect } from './connection.ts';

interface Options {
  set: string[];
  output: string;
  tag: string[];
  maxMinutes?: number;
  search?: boolean;
  dryRun?: boolean;
  json?: boolean;
}

const collect = (value: string, earlier: string[]) => [...earlier, value];

function minutes(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('a positive number of minutes is needed');
  return value;
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
    .option('--search', 'the section `search` as a sweep, its trials side by side')
    .addOption(
      new Option('--tag <name=value>', 'tag run and job; can be repeated')
        .argParser(collect)
        .default([], 'none'),
    )
    .option(
      '--dry-run',
      'print every request, upload and the estimate, and send nothing that changes anything',
    )
    .option('--json', 'print JSON')
    .action(run);
}

async function run(config: string, options: Options): Promise<void> {
  const configuration = await loadConfiguration(config, { set: options.set });
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
  const workspace = await connect(submission.place, configuration.settings.azure?.tenant);
  if (options.dryRun) return preview(submission, workspace, options);

  const signal = interruption('Stopping; what was uploaded stays, and no job is begun');
  const results = { results: submission.results };
  const record = { name: submission.name, kind: kindOf(submission), status: 'NotStarted', ...results };
  const folder = await recordSubmission(
    resolve(options.output),
    id,
    configuration,
    { ...record, place: submission.place },
    { overrides: options.set, tags, time },
  );
  const say = (line: string) => {
    if (!options.json) console.log(line);
  };
  say(`run ${folder}`);
  const job = await submit(workspace, submission, { signal, onStep: say }).catch(async error => {
    // There is no job: a folder would look like one that is lost.
    await rm(folder, { recursive: true, force: true });
    throw error;
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

const kindOf = ({ job }: Submission): 'command' | 'sweep' | 'pipeline' =>
  (({ Command: 'command', Sweep: 'sweep', Pipeline: 'pipeline' }) as const)[job.jobType];

async function contextOf(
  { settings, file }: ResolvedConfiguration,
  run: string,
  time: Date,
  tags: Readonly<Record<string, string>>,
  { maxMinutes, search }: Options,
): Promise<SubmissionContext> {
  const wanted = settings.search;
  if (search && !wanted) {
    throw new Fault('the configuration has no section `search`', {
      place: { file },
      remedy: 'Say there what shall be tried, or submit without --search.',
    });
  }
  return {
    name: jobName(settings.name ?? 'run', time),
    run,
    user: userInfo().username,
    commandLine: ['innereye', ...process.argv.slice(2)].join(' '),
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

/** Nothing is sent but the question what the cluster is, and that is not needed. */
async function preview(submission: Submission, workspace: AzureWorkspace, { json }: Options): Promise<void> {
  let cluster: Cluster | undefined;
  let unknown: unknown;
  try {
    cluster = await workspace.cluster(submission.cluster);
  } catch (error) {
    unknown = error;
  }
  if (json) console.log(JSON.stringify({ ...submission, estimate: estimate(submission, cluster) }, null, 2));
  else for (const line of describeSubmission(submission, cluster)) console.log(line);
  if (unknown === undefined) return;
  console.error(
    `warning: the cluster could not be asked for: ${unknown instanceof Error ? unknown.message : unknown}`,
  );
  if (unknown instanceof Fault && unknown.remedy) console.error(`  ${unknown.remedy}`);
}
