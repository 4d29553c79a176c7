import type { ResourceStore } from '../arm/resource-store.ts';
import type { Blobs } from '../blobs.ts';
import { userError, validationError } from '../service-error.ts';
import { expressionsOf } from './expressions.ts';
import type { JobProperties } from './job.ts';
import { parseSearchSpace, type SearchSpace } from './search-space.ts';
import { storagePath } from './storage-path.ts';

/** What the schema cannot say about a command: that all it refers to is there, and that its expressions mean something. */
export function checkCommand(
  properties: JobProperties,
  store: ResourceStore,
  blobs: Blobs,
  searchSpace: SearchSpace = {},
): void {
  demandEnvironment(properties.environmentId!, store);
  if (properties.codeId) demandAsset(properties.codeId, 'codes', store);
  demandCompute(properties.computeId, store);
  checkInputs(properties, store, blobs);
  const known = [
    ...Object.keys(properties.inputs ?? {}).map(name => `inputs.${name}`),
    ...Object.keys(properties.outputs ?? {}).map(name => `outputs.${name}`),
    ...Object.keys(searchSpace).map(name => `search_space.${name}`),
  ];
  // An optional block may name what is not given.
  const demanded = expressionsOf(properties.command!.replace(/\$\[\[.*?\]\]/gs, ''));
  const texts = [...demanded, ...Object.values(properties.environmentVariables ?? {}).flatMap(expressionsOf)];
  const unknown = texts.filter(path => !known.includes(path));
  if (unknown.length > 0)
    throw validationError([
      {
        target: 'properties.command',
        message: `\${{${unknown[0]}}} refers to no input or output of the job.`,
      },
    ]);
}

/** Every input names something, in a place that is there. */
export function checkInputs(properties: JobProperties, store: ResourceStore, blobs: Blobs): void {
  for (const [name, input] of Object.entries(properties.inputs ?? {})) {
    if (input.jobInputType === 'literal') continue;
    if (!input.uri)
      throw validationError([{ target: `properties.inputs.${name}.uri`, message: 'The field is required.' }]);
    storagePath(input.uri, store, blobs);
  }
}

/** The cluster of a job by its ARM id. */
export function demandCompute(id: string | null | undefined, store: ResourceStore): void {
  if (!id)
    throw validationError([
      {
        target: 'properties.computeId',
        message: 'The field is required: there is no serverless compute here.',
      },
    ]);
  const found = store.byId(id);
  if (!found?.type.endsWith('/computes'))
    throw userError(`Unknown compute target '${id.split('/').at(-1)}'.`, 'UserError', 400);
}

function demandEnvironment(id: string, store: ResourceStore): void {
  // Curated environments lie in a registry of Microsoft's.
  if (/^azureml:\/\/registries\/[\w-]+\/environments\/[\w.-]+\/(versions|labels)\/[\w.-]+$/.test(id)) return;
  demandAsset(id, 'environments', store);
}

function demandAsset(id: string, collection: string, store: ResourceStore): void {
  const found = store.byId(id.replace(/^azureml:(?=\/)/, ''));
  if (!new RegExp(`/${collection}/[^/]+/versions/[^/]+$`).test(id))
    throw userError(
      `'${id}' is not the ARM id of a version in ${collection}. Labels such as @latest are not taken.`,
    );
  if (!found)
    throw userError(
      `The asset '${id.split('/').slice(-3).join('/')}' of ${collection} was not found.`,
      'NotFound',
      404,
    );
}

/** Checks a sweep and gives its search space. */
export function checkSweep(properties: JobProperties, store: ResourceStore, blobs: Blobs): SearchSpace {
  const trial = properties.trial as JobProperties;
  const sampling = properties.samplingAlgorithm as { samplingAlgorithmType: string };
  const space = parseSearchSpace(properties.searchSpace, sampling.samplingAlgorithmType);
  checkCommand(
    { ...properties, ...trial, inputs: properties.inputs ?? null, outputs: properties.outputs ?? null },
    store,
    blobs,
    space,
  );
  return space;
}
