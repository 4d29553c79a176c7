import { randomBytes } from 'node:crypto';
import { checkBody } from '../request-bodies.ts';
import { ok } from '../router.ts';
import { ServiceError, userError } from '../service-error.ts';
import type { Endpoints } from '../serving/endpoints.ts';
import { type Arm, type ArmRequest, page } from './arm.ts';
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

function deploymentRoutes(
  arm: Arm,
  store: ResourceStore,
  endpoints: Endpoints,
  operations: Operations,
  origin: () => string,
): void {
  const all = '/onlineEndpoints/{endpoint}/deployments';
  const path = ({ endpoint, deployment }: Readonly<Record<string, string>>): string =>
    `/onlineEndpoints/${endpoint}/deployments/${deployment}`;
  arm.onWorkspace('GET', all, request => {
    const { name } = store.require(`/onlineEndpoints/${request.names.endpoint}`);
    return page(request, store.list(`/onlineEndpoints/${name}/deployments`), origin());
  });
  arm.onWorkspace('GET', `${all}/{deployment}`, ({ names }) => ok(store.require(path(names))));
  arm.onWorkspace('PUT', `${all}/{deployment}`, request => {
    store.require(`/onlineEndpoints/${request.names.endpoint}`);
    const envelope = checkedDeployment(request, store);
    const state = (provisioningState: string): Resource =>
      store.put(
        path(request.names),
        { ...envelope, properties: { ...envelope.properties, provisioningState } },
        request.caller!.name,
      ).resource;
    const isNew = !store.get(path(request.names));
    const body = state('Creating');
    const work = async (): Promise<void> => {
      try {
        await endpoints.start(request.names.endpoint!, request.names.deployment!, envelope.properties);
        state('Succeeded');
      } catch (error) {
        state('Failed');
        throw error;
      }
    };
    return { status: isNew ? 201 : 200, body, headers: operations.begin(request.version, work) };
  });
  arm.onWorkspace('DELETE', `${all}/{deployment}`, ({ names, version }) => {
    const traffic = store.require(`/onlineEndpoints/${names.endpoint}`).properties.traffic as Record<
      string,
      number
    >;
    if ((traffic[names.deployment!] ?? 0) > 0)
      throw userError(
        `The deployment '${names.deployment}' has traffic. Take it away first.`,
        'Conflict',
        409,
      );
    if (!store.delete(path(names))) return { status: 204 };
    return {
      status: 202,
      headers: operations.begin(version, () => endpoints.stop(names.endpoint!, names.deployment!)),
    };
  });
  arm.onWorkspace('POST', `${all}/{deployment}/getLogs`, request => {
    checkBody(request.version, 'DeploymentLogsRequest', request.body);
    store.require(path(request.names));
    const { tail } = request.body as { tail?: number };
    return ok({ content: endpoints.logs(request.names.endpoint!, request.names.deployment!, tail ?? 100) });
  });
}

function checkedDeployment(request: ArmRequest, store: ResourceStore): Envelope {
  checkBody(request.version, 'OnlineDeployment', request.body);
  const envelope = request.body as Envelope;
  const { environmentId, model } = envelope.properties as { environmentId?: string; model?: string };
  for (const [what, id] of Object.entries({ environment: environmentId, model }))
    if (id && !store.byId(id))
      throw new ServiceError(400, 'BadArgument', `The ${what} '${id}' was not found.`);
  if (!environmentId) throw userError('The deployment names no environment.', 'BadArgument');
  if (!envelope.sku)
    throw userError(
      "The deployment has no sku: {name: 'Default', capacity: number of instances}.",
      'BadArgument',
    );
  return envelope;
}
