import { request } from 'node:http';
import type { ResourceStore } from '../arm/resource-store.ts';
import type { Request, Response, Router } from '../router.ts';
import { ServiceError } from '../service-error.ts';
import { type DeploymentProperties, deploy, type Served, type ServingContext } from './deploy.ts';

/** What runs behind online endpoints, and their keys. */
export class Endpoints {
  readonly keys = new Map<string, { readonly primaryKey: string; readonly secondaryKey: string }>();
  readonly #served = new Map<string, Served>();

  constructor(
    readonly context: ServingContext,
    /** Names that others in the region have. */
    readonly taken: readonly string[],
  ) {}

  async start(endpoint: string, deployment: string, properties: DeploymentProperties): Promise<void> {
    await this.stop(endpoint, deployment);
    const name = `${endpoint}/${deployment}`;
    this.#served.set(name, await deploy(name, properties, this.context));
  }

  async stop(endpoint: string, deployment: string): Promise<void> {
    const name = `${endpoint}/${deployment}`;
    const served = this.#served.get(name);
    this.#served.delete(name);
    await served?.container.stop();
  }

  logs(endpoint: string, deployment: string, lines: number): string {
    return this.#served.get(`${endpoint}/${deployment}`)?.container.logs(lines) ?? '';
  }

  find(endpoint: string, deployment: string): Served | undefined {
    return this.#served.get(`${endpoint}/${deployment}`);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#served.values()].map(({ container }) => container.stop()));
  }
}

/** The addresses of endpoints: requests with a key go on to a deployment, by its share or by name. */
export function scoringRoutes(router: Router, store: ResourceStore, endpoints: Endpoints): void {
  for (const method of ['GET', 'POST'])
    router.on(method, '/endpoints/{endpoint}/{route...}', given => {
      const { endpoint, route } = given.names;
      const found = store.get(`/onlineEndpoints/${endpoint}`);
      if (!found) throw new ServiceError(404, 'NotFound', `There is no endpoint '${endpoint}'.`);
      const keys = endpoints.keys.get(found.name)!;
      const [, key] = /^Bearer (.+)$/.exec(given.headers.authorization ?? '') ?? [];
      if (key !== keys.primaryKey && key !== keys.secondaryKey)
        throw new ServiceError(401, 'key_auth_access_denied', 'Missing or wrong key.');
      const traffic = found.properties.traffic as Record<string, number>;
      const named = given.headers['azureml-model-deployment'] as string | undefined;
      const deployment = named ?? drawn(traffic);
      const served = deployment === undefined ? undefined : endpoints.find(found.name, deployment);
      if (!served)
        throw new ServiceError(
          404,
          'NotFound',
          'No valid deployments to route to. Please check that the endpoint has at least one deployment with positive weight values or use a deployment specific header to route.',
        );
      const path = route === 'score' ? served.inference.scoringRoute.path : `/${route}`;
      return forward(given, served.container.port, path);
    });
}

function drawn(traffic: Readonly<Record<string, number>>): string | undefined {
  let rest = Math.random() * 100;
  return Object.entries(traffic).find(([, share]) => {
    rest -= share;
    return rest < 0;
  })?.[0];
}

function forward({ method, query, headers, body }: Request, port: number, path: string): Promise<Response> {
  const bytes = body === undefined || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const { authorization: _key, host: _host, 'content-length': _length, ...kept } = headers;
  const search = query.size > 0 ? `?${query}` : '';
  return new Promise((resolve, reject) => {
    const options = { method, host: '127.0.0.1', port, path: path + search, headers: kept };
    const sent = request(options, response => {
      const chunks: Buffer[] = [];
      response.on('data', chunk => chunks.push(chunk));
      response.once('end', () => {
        const type = response.headers['content-type'];
        resolve({
          status: response.statusCode!,
          body: Buffer.concat(chunks),
          ...(type && { headers: { 'content-type': type } }),
        });
      });
    });
    sent.once('error', error => reject(new ServiceError(502, 'BadGateway', error.message)));
    sent.end(bytes);
  });
}
