import type { ResourceStore } from '../arm/resource-store.ts';
import type { Binding, Distribution, Job, JobProperties } from './job.ts';

/** A step as the service takes it: in names of the component's YAML, its bindings as those of jobs. */
export interface Step {
  readonly type?: string;
  readonly componentId?: string;
  readonly computeId?: string | null;
  readonly display_name?: string;
  readonly inputs?: Record<string, { job_input_type: string; value?: string; uri?: string; mode?: string }>;
  readonly outputs?: Record<string, { type?: string; value?: string; mode?: string; uri?: string }>;
  readonly environment_variables?: Record<string, string>;
  readonly resources?: { instance_count?: number };
  readonly distribution?: Record<string, unknown>;
  readonly limits?: { timeout?: string };
}

/** A command component, in the words of its YAML. */
interface ComponentSpec {
  readonly command: string;
  readonly code?: string;
  readonly environment: string;
  readonly inputs?: Record<string, { type: string; default?: unknown; optional?: boolean }>;
  readonly outputs?: Record<string, { type: string; mode?: string }>;
}

/** A pipeline as the service takes it. */
export interface PipelineProperties extends JobProperties {
  readonly jobs?: Record<string, Step> | null;
  readonly settings?: { default_compute?: string; continue_on_step_failure?: boolean } | null;
}

const REFERENCE = /^\$\{\{\s*parent\.(?:jobs\.([\w-]+)\.outputs|(inputs|outputs))\.([\w-]+)\s*\}\}$/;

export const COMPONENT = /\/components\/[^/]+\/versions\/[^/]+$/;

const reference = (text: string | undefined): RegExpExecArray | null => (text ? REFERENCE.exec(text) : null);

/** Steps whose outputs a step takes. */
export const neededBy = (step: Step): string[] =>
  Object.values(step.inputs ?? {}).flatMap(({ value, uri }) => reference(value ?? uri)?.[1] ?? []);

/** What the component of a step says. */
export function componentOf(step: Step, store: ResourceStore): ComponentSpec {
  return store.byId(step.componentId!)!.properties.componentSpec as ComponentSpec;
}

/** The command job of a step: its component's command with its own inputs, those of the pipeline, or of steps before it. */
export function stepProperties(
  name: string,
  step: Step,
  pipeline: Job,
  children: ReadonlyMap<string, Job>,
  store: ResourceStore,
): JobProperties {
  const spec = componentOf(step, store);
  const { settings, ...properties } = pipeline.properties as PipelineProperties;
  const inputs = Object.fromEntries(
    Object.entries(spec.inputs ?? {}).flatMap(([input, declared]) => {
      const given = step.inputs?.[input];
      if (given) return [[input, resolveInput(given, pipeline, children)]];
      return declared.default === undefined
        ? []
        : [[input, { jobInputType: 'literal', value: String(declared.default) }]];
    }),
  );
  const outputs = Object.fromEntries(
    Object.entries(spec.outputs ?? {}).map(([output, { type, mode }]) => {
      const given = step.outputs?.[output];
      const parent = reference(given?.value);
      const bound = parent?.[2] === 'outputs' ? pipeline.properties.outputs?.[parent[3]!] : undefined;
      return [
        output,
        {
          jobOutputType: type,
          mode: given?.mode ?? mode ?? 'ReadWriteMount',
          uri: bound?.uri ?? given?.uri ?? null,
        },
      ];
    }),
  );
  return {
    jobType: 'Command',
    command: spec.command,
    codeId: spec.code?.replace(/^azureml:(?=\/)/, '') ?? null,
    environmentId: spec.environment.replace(/^azureml:(?=\/)/, ''),
    computeId: step.computeId ?? properties.computeId ?? settings?.default_compute ?? null,
    experimentName: properties.experimentName,
    displayName: step.display_name ?? name,
    environmentVariables: step.environment_variables ?? null,
    resources: { instanceCount: step.resources?.instance_count ?? 1 },
    distribution: distributionOf(step.distribution),
    ...(step.limits?.timeout && { limits: { timeout: step.limits.timeout } }),
    inputs,
    outputs,
    properties: { 'azureml.moduleName': name, 'azureml.pipelineid': pipeline.name },
  };
}

function resolveInput(
  given: { job_input_type: string; value?: string; uri?: string; mode?: string },
  pipeline: Job,
  children: ReadonlyMap<string, Job>,
): Binding {
  const found = reference(given.value ?? given.uri);
  if (!found) {
    return {
      jobInputType: given.job_input_type,
      ...(given.mode && { mode: given.mode }),
      ...(given.uri && { uri: given.uri }),
      ...(given.value !== undefined && { value: given.value }),
    };
  }
  const [, step, , name] = found;
  if (!step) return pipeline.properties.inputs![name!]!;
  const output = children.get(step)!.properties.outputs![name!]!;
  return { jobInputType: output.jobOutputType!, uri: output.uri!, mode: given.mode ?? 'ReadOnlyMount' };
}

function distributionOf(given: Record<string, unknown> | undefined): Distribution | null {
  if (!given) return null;
  const kinds = { tensorflow: 'TensorFlow', pytorch: 'PyTorch', mpi: 'Mpi' } as const;
  return {
    distributionType:
      kinds[String(given.type ?? given.distribution_type).toLowerCase() as keyof typeof kinds],
    workerCount: (given.worker_count as number | undefined) ?? null,
    parameterServerCount: (given.parameter_server_count as number | undefined) ?? null,
    processCountPerInstance: (given.process_count_per_instance as number | undefined) ?? null,
  };
}
