import { randomBytes } from 'node:crypto';
import { checkBody } from '../request-bodies.ts';
import { ok } from '../router.ts';
import { userError } from '../service-error.ts';
import type { Endpoints } from '../serving/endpoints.ts';
import { type Arm, page } from './arm.ts';
import { deploymentRoutes } from './online-deployments.ts';
import type { Operations } from './operations.ts';
import type { Envelope, Resource, ResourceStore } from './resource-store.ts';

const VALID_NAME = /^[a-zA-Z][-a-zA-Z0-9]{2,31}$/;

/** Managed online endpoints: an address with keys, which shares requests among its deployments. */
export function onlineEndpointRoutes(
  arm: Arm,
  store: ResourceStore,
  endpoints: Endpoints,
  operations: Operations,
  origin: () => string,
): void {
  const path = (name: string): string => `/onlineEndpoints/${name}`;
  arm.onWorkspace('GET', '/onlineEndpoints', request =>
    page(request, store.list('/onlineEndpoints'), origin()),
  );
  arm.onWorkspace('GET', '/onlineEndpoints/{endpoint}', ({ names }) =>
    ok(store.require(path(names.endpoint!))),
  );
  arm.onWorkspace('PUT', '/onlineEndpoints/{endpoint}', request => {
    const { endpoint } = request.names;
    checkBody(request.version, 'OnlineEndpoint', request.body);
    if (!VALID_NAME.test(endpoint!))
      throw userError(
        `The endpoint name '${endpoint}' is invalid: a letter, then letters, digits and '-', 3 to 32 in all.`,
        'BadArgument',
      );
    if (endpoints.taken.includes(endpoint!.toLowerCase()))
      throw userError(
        `There is already an endpoint with the name '${endpoint}' in this region. Endpoint names must be unique within a region.`,
        'Conflict',
        409,
      );
    const { properties, ...rest } = request.body as Envelope;
    checkTraffic(store, endpoint!, (properties.traffic ?? {}) as Record<string, number>);
    const address = `${origin()}/endpoints/${endpoint}`;
    const added = {
      scoringUri: `${address}/score`,
      swaggerUri: `${address}/swagger.json`,
      provisioningState: 'Succeeded',
    };
    const { keys: _secret, ...kept } = properties;
    const put = {
      ...rest,
      properties: { publicNetworkAccess: 'Enabled', traffic: {}, mirrorTraffic: {}, ...kept, ...added },
    };
    const { resource, isNew } = store.put(path(endpoint!), put, request.caller!.name);
    if (isNew) endpoints.keys.set(endpoint!, { primaryKey: newKey(), secondaryKey: newKey() });
    return {
      status: isNew ? 201 : 200,
      body: resource,
      headers: operations.begin(request.version, async () => {}),
    };
  });
  arm.onWorkspace('DELETE', '/onlineEndpoints/{endpoint}', ({ names, version }) => {
    const { name } = store.require(path(names.endpoint!));
    const deployments = store.list(`${path(name)}/deployments`).map(deployment => deployment.name);
    store.delete(path(name));
    const work = async (): Promise<void> => {
      for (const deployment of deployments) await endpoints.stop(name, deployment);
    };
    return { status: 202, headers: operations.begin(version, work) };
  });
  arm.onWorkspace('POST', '/onlineEndpoints/{endpoint}/listKeys', ({ names }) =>
    ok(endpoints.keys.get(demandKeyMode(store.require(path(names.endpoint!))).name)),
  );
  arm.onWorkspace('POST', '/onlineEndpoints/{endpoint}/regenerateKeys', ({ names, body, version }) => {
    const { name } = demandKeyMode(store.require(path(names.endpoint!)));
    const which =
      (body as { keyType?: string } | undefined)?.keyType === 'Secondary' ? 'secondaryKey' : 'primaryKey';
    endpoints.keys.set(name, { ...endpoints.keys.get(name)!, [which]: newKey() });
    return { status: 202, headers: operations.begin(version, async () => {}) };
  });
  deploymentRoutes(arm, store, endpoints, operations, origin);
}

const newKey = (): string => randomBytes(24).toString('base64url');

function demandKeyMode(endpoint: Resource): Resource {
  if (endpoint.properties.authMode === 'Key') return endpoint;
  throw userError(
    `The endpoint '${endpoint.name}' has no keys: its authMode is ${endpoint.properties.authMode}.`,
  );
}

/** Traffic names deployments that are there, and adds up to all or nothing. */
function checkTraffic(
  store: ResourceStore,
  endpoint: string,
  traffic: Readonly<Record<string, number>>,
): void {
  const sum = Object.values(traffic).reduce((total, share) => total + share, 0);
  if (sum !== 0 && sum !== 100)
    throw userError(`The traffic must add up to 0 or 100, not ${sum}.`, 'BadArgument');
  for (const name of Object.keys(traffic))
    if (!store.get(`/onlineEndpoints/${endpoint}/deployments/${name}`))
      throw userError(
        `The traffic names a deployment '${name}' that the endpoint does not have.`,
        'BadArgument',
      );
}
