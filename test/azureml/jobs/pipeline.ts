import type { ResourceStore } from '../arm/resource-store.ts';
import type { Blobs } from '../blobs.ts';
import type { RunStore } from '../mlflow/run-store.ts';
import { userError, validationError } from '../service-error.ts';
import { checkCommand, checkInputs, checkSweep, demandCompute } from './check-job.ts';
import type { Job, JobProperties } from './job.ts';
import {
  COMPONENT,
  componentIdOf,
  componentOf,
  missingIn,
  neededBy,
  type PipelineProperties,
  type Step,
  stepProperties,
  stepsOf,
} from './pipeline-steps.ts';
import { type Execution, runCommand } from './run-command.ts';
import { type MakeChild, runSweep } from './sweep.ts';
import { sweepOf } from './sweep-step.ts';

/** Checks a pipeline's steps and gives their names in an order in which they can run. */
export function checkPipeline(job: JobProperties, store: ResourceStore, blobs: Blobs): string[] {
  const { settings } = job as PipelineProperties;
  const steps = stepsOf(job as PipelineProperties);
  if (Object.keys(steps).length === 0)
    throw validationError([{ target: 'properties.jobs', message: 'A pipeline must have at least one job.' }]);
  checkInputs(job, store, blobs);
  for (const [name, step] of Object.entries(steps)) {
    const component = componentIdOf(step);
    if (!COMPONENT.test(component) || !store.byId(component))
      throw userError(`The component of the step '${name}' was not found: '${component}'.`);
    demandCompute(step.computeId ?? job.computeId ?? settings?.default_compute, store);
    const inputs = componentOf(step, store).inputs ?? {};
    const [missing] = missingIn(job, steps, step, store);
    if (missing) throw userError(`The step '${name}' refers to parent.${missing}, which there is not.`);
    for (const input of Object.keys(step.inputs ?? {}))
      if (!inputs[input]) throw userError(`The component of the step '${name}' has no input '${input}'.`);
    for (const [input, { optional, default: value }] of Object.entries(inputs))
      if (!step.inputs?.[input] && !step.search_space?.[input] && !optional && value === undefined)
        throw userError(`The step '${name}' lacks the input '${input}'.`);
  }
  return inOrder(steps);
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

/** Runs steps as soon as those before them are done; one that failed ends what waits for it. */
export async function runPipeline(
  job: Job,
  runs: RunStore,
  makeChild: MakeChild,
  context: Execution,
): Promise<void> {
  const { settings } = job.properties as PipelineProperties;
  const steps = stepsOf(job.properties as PipelineProperties);
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
    const command = stepProperties(name, step, job, children, context.store);
    const properties = step.type === 'sweep' ? sweepOf(step, command) : command;
    const child = makeChild(job, crypto.randomUUID(), properties);
    children.set(name, child);
    try {
      if (step.type === 'sweep') {
        const space = checkSweep(child.properties, context.store, context.blobs);
        await runSweep(child, space, runs, makeChild, context);
      } else {
        checkCommand(child.properties, context.store, context.blobs);
        await runCommand(child, context);
      }
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
