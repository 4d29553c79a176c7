import type { z } from 'zod';
import { ok, type Response } from '../router.ts';
import { mlflowError } from './errors.ts';
import { messages } from './messages.ts';
import { entries, paged } from './run-messages.ts';
import type { Experiment, RunStore } from './run-store.ts';

/** Adds a route whose requests are read by a schema. */
export type On = <T>(
  method: string,
  path: string,
  schema: z.ZodType<T>,
  handler: (message: T) => Response,
) => void;

/** Experiments of the workspace. */
export function experimentRoutes(on: On, store: RunStore): void {
  on('POST', 'experiments/create', messages.createExperiment, ({ name, tags }) => {
    if (store.experimentNamed(name))
      throw mlflowError('RESOURCE_ALREADY_EXISTS', `Experiment(name=${name}) already exists.`);
    const experiment = store.addExperiment(name);
    for (const { key, value } of tags ?? []) experiment.tags.set(key, value);
    return ok({ experiment_id: experiment.id });
  });
  on('GET', 'experiments/get-by-name', messages.experimentByName, ({ experiment_name }) => {
    const experiment = store.experimentNamed(experiment_name);
    if (!experiment)
      throw mlflowError(
        'RESOURCE_DOES_NOT_EXIST',
        `Could not find experiment with name '${experiment_name}'`,
      );
    return ok({ experiment: experimentMessage(experiment) });
  });
  on('GET', 'experiments/get', messages.experimentById, ({ experiment_id }) =>
    ok({ experiment: experimentMessage(experimentOf(store, experiment_id)) }),
  );
  on('POST', 'experiments/search', messages.searchExperiments, given =>
    ok(paged('experiments', store.experiments.map(experimentMessage), given, 1000)),
  );
}

/** The experiment of an id, or MLflow's 404. */
export function experimentOf(store: RunStore, id: string): Experiment {
  const found = store.experiments.find(experiment => experiment.id === id);
  if (!found) throw mlflowError('RESOURCE_DOES_NOT_EXIST', `No Experiment with id=${id} exists`);
  return found;
}

const experimentMessage = ({ id, name, createdAt, tags }: Experiment): object => ({
  experiment_id: id,
  name,
  artifact_location: '',
  lifecycle_stage: 'active',
  creation_time: createdAt,
  last_update_time: createdAt,
  tags: entries(tags),
});
