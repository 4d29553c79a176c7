import type { JobProperties } from './job.ts';
import type { Step } from './pipeline-steps.ts';

/**
 * The sweep job of a sweep step, of the command that its component would be: inputs that the search space has are the
 * trials' own.
 */
export function sweepOf(step: Step, command: JobProperties): JobProperties {
  const space = step.search_space ?? {};
  const { inputs, outputs, computeId, experimentName, displayName, properties, ...trial } = command;
  const own = Object.fromEntries(Object.entries(inputs ?? {}).filter(([name]) => !space[name]));
  const text = Object.keys(space).reduce(
    (now, name) =>
      now.replaceAll(
        new RegExp(`\\$\\{\\{\\s*inputs\\.${name}\\s*\\}\\}`, 'g'),
        `\${{search_space.${name}}}`,
      ),
    command.command ?? '',
  );
  const { limits, objective } = step;
  const sampling = step.sampling_algorithm ?? 'random';
  return {
    jobType: 'Sweep',
    inputs: own,
    ...(outputs !== undefined && { outputs }),
    ...(computeId !== undefined && { computeId }),
    ...(experimentName !== undefined && { experimentName }),
    ...(displayName !== undefined && { displayName }),
    ...(properties !== undefined && { properties }),
    trial: { ...trial, command: text },
    searchSpace: Object.fromEntries(
      Object.entries(space).map(([name, { values }]) => [name, ['choice', [values]]]),
    ),
    samplingAlgorithm: { samplingAlgorithmType: `${sampling[0]!.toUpperCase()}${sampling.slice(1)}` },
    objective: {
      goal: objective?.goal === 'maximize' ? 'Maximize' : 'Minimize',
      primaryMetric: objective?.primary_metric ?? '',
    },
    limits: {
      maxTotalTrials: limits?.max_total_trials ?? null,
      maxConcurrentTrials: limits?.max_concurrent_trials ?? null,
      trialTimeout: limits?.trial_timeout ? `PT${limits.trial_timeout}S` : null,
    },
  } as JobProperties;
}
