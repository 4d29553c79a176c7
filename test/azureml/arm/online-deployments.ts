import { checkBody } from '../request-bodies.ts';
import { ok } from '../router.ts';
import { ServiceError, userError } from '../service-error.ts';
import type { Endpoints } from '../serving/endpoints.ts';
import { type Arm, type ArmRequest, page } from './arm.ts';
import type { Operations } from './operations.ts';
import type { Envelope, Resource, ResourceStore } from './resource-store.ts';

/** Deployments of an endpoint: a container that starts by a long-running operation, its logs, its end. */
export function deploymentRoutes(
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
