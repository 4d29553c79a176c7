import { rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadConfiguration, type ResolvedConfiguration } from '../../config/load-configuration.ts';
import { makeFolder } from '../../foundation/folder.ts';

/** Where code and data are on a node, as the command of a job is told. */
export interface NodePlaces {
  /** Folder of the data set on the node, and the csv file in it that the configuration means. */
  readonly dataset: string;
  readonly datasetFile?: string | undefined;
  readonly initialWeights?: string | undefined;
  readonly initialWeightsFile?: string | undefined;
  /** `key.path=value`: a trial's values. */
  readonly set: readonly string[];
  /** Name of the job. */
  readonly job: string;
}

/** The folder of a job on its node: the same in every attempt. */
export const jobFolder = (job: string): string => join(tmpdir(), 'innereye-jobs', job);

/**
 * Makes the folder of a job with links to its code and data, so that they have paths that are the same in every attempt
 * and a run finds what it began with.
 * @returns the folder, and the configuration with these paths.
 */
export async function placeJob(
  configuration: string,
  { dataset, datasetFile, initialWeights, initialWeightsFile, set, job }: NodePlaces,
): Promise<{ readonly base: string; readonly loaded: ResolvedConfiguration }> {
  const base = jobFolder(job);
  await rm(base, { recursive: true, force: true });
  await makeFolder(base);
  const link = async (name: string, target: string): Promise<string> => {
    await symlink(resolve(target), join(base, name), 'dir');
    return join(base, name);
  };
  const code = await link('code', '.');
  const data = join(await link('dataset', dataset), datasetFile ?? '');
  const places = [`dataset.path=${JSON.stringify(data)}`];
  if (initialWeights !== undefined) {
    const weights = join(await link('weights', initialWeights), initialWeightsFile ?? '');
    places.push(`training.initial_weights=${JSON.stringify(weights)}`);
  }
  return { base, loaded: await loadConfiguration(join(code, configuration), { set: [...places, ...set] }) };
}
