import type { RunStore } from '../mlflow/run-store.ts';
import { latest } from '../mlflow/run-store.ts';
import { milliseconds } from './duration.ts';
import { isToEnd, type Policy } from './early-termination.ts';
import type { Job, JobProperties } from './job.ts';
import { type Execution, runCommand } from './run-command.ts';
import {
  bayesianSample,
  gridSamples,
  randomSample,
  type Sample,
  type Scored,
  type SearchSpace,
} from './search-space.ts';

interface SweepProperties extends JobProperties {
  readonly trial: JobProperties;
  readonly objective: { readonly goal: 'Minimize' | 'Maximize'; readonly primaryMetric: string };
  readonly samplingAlgorithm: {
    readonly samplingAlgorithmType: 'Grid' | 'Random' | 'Bayesian';
    readonly seed?: number | null;
  };
  readonly earlyTermination?: Policy | null;
  readonly limits?: {
    readonly maxTotalTrials?: number | null;
    readonly maxConcurrentTrials?: number | null;
    readonly timeout?: string | null;
    readonly trialTimeout?: string | null;
  } | null;
}

/** Makes the job of a trial below a sweep. */
export type MakeChild = (parent: Job, name: string, properties: JobProperties) => Job;

const MOST_TRIALS = 1000;

/** A sweep: trials as jobs of their own, so many at a time, ended early by the policy; the best is named at the end. */
export async function runSweep(
  job: Job,
  space: SearchSpace,
  runs: RunStore,
  makeChild: MakeChild,
  context: Execution,
): Promise<void> {
  const properties = job.properties as SweepProperties;
  const { objective, limits, earlyTermination } = properties;
  const total = limits?.maxTotalTrials ?? MOST_TRIALS;
  const timer = limits?.timeout
    ? setTimeout(() => job.requestCancel(), milliseconds(limits.timeout))
    : undefined;
  timer?.unref();
  const samples = sampler(properties, space, () => scored(job, objective));
  const unwatch = runs.onMetric((run, metric) => {
    const trial = job.children.find(child => child.run === run);
    if (!trial || !earlyTermination || metric !== objective.primaryMetric || trial.hasEnded) return;
    const curves = job.children.filter(child => child !== trial).map(child => curve(child, metric));
    if (isToEnd(earlyTermination, objective.goal, curve(trial, metric), curves)) {
      trial.run.tags.set('terminated_early', 'true');
      trial.requestCancel();
    }
  });
  job.become('Running');
  try {
    let begun = 0;
    const worker = async (): Promise<void> => {
      while (begun < total && !job.cancel.signal.aborted) {
        const index = begun++;
        const sample = samples(index);
        if (!sample) return;
        const child = makeChild(job, `${job.name}_${index}`, trialProperties(properties, sample));
        await runCommand(child, context, strings(sample));
      }
    };
    await Promise.all(Array.from({ length: limits?.maxConcurrentTrials ?? Math.min(total, 10) }, worker));
  } finally {
    clearTimeout(timer);
    unwatch();
  }
  nameBest(job, objective);
  if (job.cancel.signal.aborted) job.become('Canceled');
  else if (job.children.some(child => child.status === 'Completed')) job.become('Completed');
  else job.become('Failed', { code: 'UserError', message: 'All trials of the sweep failed.' });
}

function sampler(
  { samplingAlgorithm }: SweepProperties,
  space: SearchSpace,
  finished: () => readonly Scored[],
): (index: number) => Sample | undefined {
  const { samplingAlgorithmType, seed } = samplingAlgorithm;
  if (samplingAlgorithmType === 'Grid') {
    const grid = gridSamples(space);
    return index => grid[index];
  }
  if (samplingAlgorithmType === 'Random') return index => randomSample(space, seed ?? 0, index);
  return index => bayesianSample(space, seed ?? 0, index, finished());
}

const strings = (sample: Sample): Record<string, string> =>
  Object.fromEntries(Object.entries(sample).map(([name, value]) => [name, String(value)]));

function trialProperties({ trial, ...sweep }: SweepProperties, sample: Sample): JobProperties {
  const timeout = sweep.limits?.trialTimeout;
  return {
    ...trial,
    jobType: 'Command',
    computeId: sweep.computeId ?? null,
    experimentName: sweep.experimentName,
    displayName: `${sweep.displayName}_${Object.values(sample).join('_')}`,
    inputs: sweep.inputs ?? null,
    outputs: sweep.outputs ?? null,
    tags: { ...sweep.tags, hyperparameters: JSON.stringify(sample) },
    properties: { ...sweep.properties },
    ...(timeout && { limits: { jobLimitsType: 'Command', timeout } }),
  };
}

const curve = (child: Job, metric: string): number[] =>
  (child.run.metrics.get(metric) ?? []).map(({ value }) => value);

function scored(job: Job, { goal, primaryMetric }: SweepProperties['objective']): Scored[] {
  return job.children.flatMap(child => {
    const last = latest(child.run.metrics.get(primaryMetric) ?? []);
    if (!child.hasEnded || !last) return [];
    const sample = JSON.parse(child.properties.tags!.hyperparameters!) as Sample;
    return [{ sample, score: goal === 'Maximize' ? last.value : -last.value }];
  });
}

/** The service names the best trial in the properties of the sweep. */
function nameBest(job: Job, { goal, primaryMetric }: SweepProperties['objective']): void {
  const sign = goal === 'Maximize' ? 1 : -1;
  const ranked = job.children
    .map(child => ({ child, value: latest(child.run.metrics.get(primaryMetric) ?? [])?.value }))
    .filter((entry): entry is { child: Job; value: number } => entry.value !== undefined)
    .sort((a, b) => sign * (b.value - a.value));
  const [best] = ranked;
  if (!best) return;
  const properties = {
    ...job.properties.properties,
    best_child_run_id: best.child.name,
    score: String(best.value),
  };
  job.properties = { ...job.properties, properties };
}
