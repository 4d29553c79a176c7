import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ResourceStore } from '../arm/resource-store.ts';
import type { Blobs } from '../blobs.ts';
import { storagePath } from '../jobs/storage-path.ts';
import { download } from '../jobs/transfer.ts';
import { ServiceError, userError } from '../service-error.ts';
import { Container, type Probe } from './container.ts';
import { type ContainerStart, startOf } from './dockerfile.ts';

const READY_MILLISECONDS = 60_000;

export interface DeploymentProperties extends Record<string, unknown> {
  readonly environmentId?: string | null;
  readonly model?: string | null;
  readonly instanceType?: string | null;
  readonly environmentVariables?: Record<string, string> | null;
}

/** What an environment says of a server in its container. */
export interface InferenceConfig {
  readonly livenessRoute: Probe;
  readonly readinessRoute: Probe;
  readonly scoringRoute: Probe;
}

export interface Served {
  readonly container: Container;
  readonly inference: InferenceConfig;
}

export interface ServingContext {
  readonly store: ResourceStore;
  readonly blobs: Blobs;
  readonly disk: string;
  /** Variables of every container, such as where programs are found. */
  readonly image: Readonly<Record<string, string>>;
  /** What images start that are named and not built, by their names. */
  readonly images: Readonly<Record<string, ContainerStart>>;
}

/** Brings model and container to `name` and waits until it is ready; else the reason that the service gives. */
export async function deploy(
  name: string,
  properties: DeploymentProperties,
  context: ServingContext,
): Promise<Served> {
  const environment = context.store.byId(properties.environmentId!)!.properties;
  const inference = environment.inferenceConfig as InferenceConfig | undefined;
  if (!inference)
    throw userError(
      'The environment has no inferenceConfig: the routes and ports of its server.',
      'BadArgument',
    );
  const folder = join(context.disk, name);
  await mkdir(folder, { recursive: true });
  const start = await containerStart(environment, folder, context);
  const model = await bringModel(properties.model, join(folder, 'models'), context);
  const container = new Container(
    start.command,
    folder,
    {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      ...context.image,
      ...start.environment,
      ...(model && { AZUREML_MODEL_DIR: model }),
      ...properties.environmentVariables,
    },
    inference.scoringRoute.port,
  );
  if (await container.isReady(inference.readinessRoute, READY_MILLISECONDS)) return { container, inference };
  const hasCrashed = container.hasEnded;
  const logs = container.logs(50);
  await container.stop();
  throw new ServiceError(
    400,
    hasCrashed ? 'ContainerCrashed' : 'ResourceNotReady',
    `User container has ${hasCrashed ? 'crashed or terminated' : 'not become ready in time'}. Please see troubleshooting guide, available here: https://aka.ms/oe-tsg#error-resourcenotready\n${logs}`,
  );
}

/** Folder of the deployment's model, as its container finds it in AZUREML_MODEL_DIR. */
async function bringModel(
  id: string | null | undefined,
  target: string,
  { store, blobs }: ServingContext,
): Promise<string | undefined> {
  if (!id) return undefined;
  const { modelUri } = store.byId(id)!.properties;
  const from = storagePath(modelUri as string, store, blobs);
  const place = join(target, from.path.split('/').at(-1)!);
  if ((await download(blobs, from, place)) === 0)
    throw userError(`The model is empty: there is nothing at ${modelUri}.`);
  return target;
}

/** What the image starts: read from its Dockerfile, or known by its name. */
async function containerStart(
  given: Record<string, unknown>,
  target: string,
  { images, store, blobs }: ServingContext,
): Promise<ContainerStart> {
  const { image, build } = given as {
    image?: string;
    build?: { contextUri: string; dockerfilePath?: string };
  };
  if (build) {
    const uri = build.contextUri;
    await download(blobs, storagePath(uri, store, blobs), target);
    const found = startOf(await readFile(join(target, build.dockerfilePath ?? 'Dockerfile'), 'utf8'));
    if (found) return found;
    throw userError('The Dockerfile has neither CMD nor ENTRYPOINT.', 'ImageBuildFailure');
  }
  const known = image === undefined ? undefined : images[image];
  if (known) return known;
  throw userError(
    `The stand-in does not know what the image '${image}' starts: build it from a Dockerfile, or name it in 'images'.`,
  );
}
