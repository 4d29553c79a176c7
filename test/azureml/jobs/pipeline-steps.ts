import { z } from 'zod';
import type { ResourceStore } from '../arm/resource-store.ts';
import { validationError } from '../service-error.ts';
import type { Binding, Distribution, Job, JobProperties } from './job.ts';

/** A step as the service takes it: in names of the component's YAML, its bindings as those of jobs. */
const stepSchema = z.looseObject({
  type: z.enum(['command', 'sweep']).nullish(),
  /** Of a command; that of a sweep stands in `trial`. */
  componentId: z.string().nullish(),
  trial: z.looseObject({ componentId: z.string() }).nullish(),
  search_space: z
    .record(z.string(), z.looseObject({ type: z.literal('choice'), values: z.array(z.unknown()) }))
    .nullish(),
  sampling_algorithm: z.enum(['grid', 'random', 'bayesian']).nullish(),
  objective: z.looseObject({ goal: z.enum(['minimize', 'maximize']), primary_metric: z.string() }).nullish(),
  computeId: z.string().nullish(),
  display_name: z.string().nullish(),
  inputs: z
    .record(
      z.string(),
      z.looseObject({
        job_input_type: z.string(),
        value: z.string().nullish(),
        uri: z.string().nullish(),
        mode: z.string().nullish(),
      }),
    )
    .nullish(),
  outputs: z
    .record(
      z.string(),
      z.looseObject({ value: z.string().nullish(), uri: z.string().nullish(), mode: z.string().nullish() }),
    )
    .nullish(),
  environment_variables: z.record(z.string(), z.string()).nullish(),
  resources: z.looseObject({ instance_count: z.number().int().nullish() }).nullish(),
  distribution: z.record(z.string(), z.unknown()).nullish(),
  limits: z
    .looseObject({
      timeout: z.union([z.string(), z.number()]).nullish(),
      max_total_trials: z.number().int().nullish(),
      max_concurrent_trials: z.number().int().nullish(),
      trial_timeout: z.number().nullish(),
    })
    .nullish(),
});

/** A command component, in the words of its YAML. */
const componentSchema = z.looseObject({
  // A step may have these of its own.
  environment_variables: stepSchema.shape.environment_variables,
  resources: stepSchema.shape.resources,
  distribution: stepSchema.shape.distribution,
  command: z.string(),
  code: z.string().nullish(),
  environment: z.string(),
  inputs: z
    .record(
      z.string(),
      z.looseObject({ type: z.string(), default: z.unknown().optional(), optional: z.boolean().nullish() }),
    )
    .nullish(),
  outputs: z.record(z.string(), z.looseObject({ type: z.string(), mode: z.string().nullish() })).nullish(),
});

export type Step = z.output<typeof stepSchema>;

/** A pipeline as the service takes it. */
export interface PipelineProperties extends JobProperties {
  readonly jobs?: Record<string, unknown> | null;
  readonly settings?: { default_compute?: string; continue_on_step_failure?: boolean } | null;
}

/** The steps of a pipeline by their names; the specification leaves their form open, so that it is checked here. */
export function stepsOf({ jobs }: PipelineProperties): Record<string, Step> {
  return read(z.record(z.string(), stepSchema), jobs ?? {}, 'properties.jobs');
}

function read<T>(schema: z.ZodType<T>, value: unknown, place: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw validationError(
    parsed.error.issues.map(({ path, message }) => ({ target: [place, ...path].join('.'), message })),
  );
}

const REFERENCE = /^\$\{\{\s*parent\.(?:jobs\.([\w-]+)\.outputs|(inputs|outputs))\.([\w-]+)\s*\}\}$/;

export const COMPONENT = /\/components\/[^/]+\/versions\/[^/]+$/;

const reference = (text: string | null | undefined): RegExpExecArray | null =>
  text ? REFERENCE.exec(text) : null;

/** Steps whose outputs a step takes. */
export const neededBy = (step: Step): string[] =>
  Object.values(step.inputs ?? {}).flatMap(({ value, uri }) => reference(value ?? uri)?.[1] ?? []);

/** The component that a step runs, or a sweep's trials. */
export const componentIdOf = ({ componentId, trial }: Step): string =>
  componentId ?? trial?.componentId ?? '';

/** What the component of a step says. */
export function componentOf(step: Step, store: ResourceStore): z.output<typeof componentSchema> {
  const { componentSpec } = store.byId(componentIdOf(step))!.properties;
  return read(componentSchema, componentSpec, 'properties.componentSpec');
}

/** What a step names of the pipeline or of other steps that they do not have, such as `inputs.fold`. */
export function missingIn(
  pipeline: JobProperties,
  steps: Readonly<Record<string, Step>>,
  step: Step,
  store: ResourceStore,
): string[] {
  const bindings = [...Object.values(step.inputs ?? {}), ...Object.values(step.outputs ?? {})];
  return bindings.flatMap(({ value, uri }) => {
    const [, other, kind, name] = reference(value ?? uri) ?? [];
    if (kind) return pipeline[kind as 'inputs' | 'outputs']?.[name!] ? [] : [`${kind}.${name}`];
    if (!other || !steps[other] || !store.byId(componentIdOf(steps[other]))) return [];
    return componentOf(steps[other], store).outputs?.[name!] ? [] : [`jobs.${other}.outputs.${name}`];
  });
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
    environmentVariables: { ...spec.environment_variables, ...step.environment_variables },
    resources: { instanceCount: step.resources?.instance_count ?? spec.resources?.instance_count ?? 1 },
    distribution: distributionOf(step.distribution ?? spec.distribution),
    ...(typeof step.limits?.timeout === 'string' && { limits: { timeout: step.limits.timeout } }),
    inputs,
    outputs,
    properties: { 'azureml.moduleName': name, 'azureml.pipelineid': pipeline.name },
  };
}

function resolveInput(
  given: NonNullable<Step['inputs']>[string],
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

function distributionOf(given: Record<string, unknown> | null | undefined): Distribution | null {
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
