import type { ResourceStore } from '../arm/resource-store.ts';
import type { Blobs } from '../blobs.ts';
import { userError, validationError } from '../service-error.ts';
import { checkCommand, checkInputs, demandCompute } from './check-job.ts';
import type { Binding, Distribution, Job, JobProperties } from './job.ts';
import { type Execution, runCommand } from './run-command.ts';
import type { MakeChild } from './sweep.ts';

/** A step as the service takes it: in names of the component's YAML, its bindings as those of jobs. */
interface Step {
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

interface ComponentSpec {
  readonly command: string;
  readonly code?: string;
  readonly environment: string;
  readonly inputs?: Record<string, { type: string; default?: unknown; optional?: boolean }>;
  readonly outputs?: Record<string, { type: string; mode?: string }>;
}

interface PipelineProperties extends JobProperties {
  readonly jobs?: Record<string, Step> | null;
  readonly settings?: { default_compute?: string; continue_on_step_failure?: boolean } | null;
}

const REFERENCE = /^\$\{\{\s*parent\.(?:jobs\.([\w-]+)\.outputs|(inputs|outputs))\.([\w-]+)\s*\}\}$/;

const COMPONENT = /\/components\/[^/]+\/versions\/[^/]+$/;

/** Checks a pipeline's steps and gives their names in an order in which they can run. */
export function checkPipeline(job: JobProperties, store: ResourceStore, blobs: Blobs): string[] {
  const { jobs, settings } = job as PipelineProperties;
  if (!jobs || Object.keys(jobs).length === 0)
    throw validationError([{ target: 'properties.jobs', message: 'A pipeline must have at least one job.' }]);
  checkInputs(job, store, blobs);
  for (const [name, step] of Object.entries(jobs)) {
    if ((step.type ?? 'command') !== 'command')
      throw userError(`The step '${name}' is of type ${step.type}: the stand-in runs command steps.`);
    if (!COMPONENT.test(step.componentId ?? '') || !store.byId(step.componentId!))
      throw userError(`The component of the step '${name}' was not found: '${step.componentId}'.`);
    demandCompute(step.computeId ?? job.computeId ?? settings?.default_compute, store);
    const { inputs = {} } = componentOf(step, store);
    for (const input of Object.keys(step.inputs ?? {}))
      if (!inputs[input]) throw userError(`The component of the step '${name}' has no input '${input}'.`);
    for (const [input, { optional, default: value }] of Object.entries(inputs))
      if (!step.inputs?.[input] && !optional && value === undefined)
        throw userError(`The step '${name}' lacks the input '${input}'.`);
  }
  return inOrder(jobs);
}

function inOrder(steps: Record<string, Step>): string[] {
  const order: string[] = [];
  const visit = (name: string, above: readonly string[]): void => {
    if (order.includes(name)) return;
    if (above.includes(name))
      throw userError(`The steps ${[...above, name].join(' → ')} wait for each other.`);
    const step = steps[name];
    if (!step) throw userError(`The step '${above.at(-1)}' refers to a step '${name}' that there is not.`);
    for (const needed of neededBy(step)) visit(needed, [...above, name]);
    order.push(name);
  };
  for (const name of Object.keys(steps)) visit(name, []);
  return order;
}

const reference = (text: string | undefined): RegExpExecArray | null => (text ? REFERENCE.exec(text) : null);

const neededBy = (step: Step): string[] =>
  Object.values(step.inputs ?? {}).flatMap(({ value, uri }) => reference(value ?? uri)?.[1] ?? []);

function componentOf(step: Step, store: ResourceStore): ComponentSpec {
  return store.byId(step.componentId!)!.properties.componentSpec as ComponentSpec;
}

/** Runs steps as soon as those before them are done; one that failed ends what waits for it. */
export async function runPipeline(job: Job, makeChild: MakeChild, context: Execution): Promise<void> {
  const { jobs, settings } = job.properties as PipelineProperties;
  const steps = jobs!;
  const children = new Map<string, Job>();
  const running = new Map<string, Promise<void>>();
  job.become('Running');
  const run = async (name: string): Promise<void> => {
    const step = steps[name]!;
    const needed = neededBy(step);
    await Promise.all(needed.map(other => running.get(other)));
    const isReady = needed.every(other => children.get(other)?.status === 'Completed');
    const goesOn =
      settings?.continue_on_step_failure === true ||
      ![...children.values()].some(({ status }) => status === 'Failed');
    if (!isReady || !goesOn || job.cancel.signal.aborted) return;
    const child = makeChild(
      job,
      crypto.randomUUID(),
      stepProperties(name, step, job, children, context.store),
    );
    children.set(name, child);
    try {
      checkCommand(child.properties, context.store, context.blobs);
      await runCommand(child, context);
    } catch (error) {
      child.become('Failed', { code: 'UserError', message: (error as Error).message });
    }
  };
  for (const name of inOrder(steps)) running.set(name, run(name));
  await Promise.all(running.values());
  const failed = [...children].filter(([, child]) => child.status === 'Failed').map(([name]) => name);
  if (job.cancel.signal.aborted) job.become('Canceled');
  else if (children.size === Object.keys(steps).length && failed.length === 0) job.become('Completed');
  else
    job.become('Failed', {
      code: 'UserError',
      message: `Pipeline has failed child jobs. Failed nodes: /${failed.join(', /')}.`,
    });
}

/** The command job of a step: its component's command with its own inputs, those of the pipeline, or of steps before it. */
function stepProperties(
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
