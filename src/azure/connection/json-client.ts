import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  type HttpMethods,
  RestError,
} from '@azure/core-rest-pipeline';
import { type Connection, clientOptions, tokenScope } from './connection.ts';
import { asServiceFault, isMissingItself } from './service-faults.ts';
import { trustedHostsPolicy } from './trusted-hosts.ts';

/** Requests with a body of JSON to services of a workspace that have no client library: run history and MLflow. */
export class JsonClient {
  readonly #client = createDefaultHttpClient();
  readonly #pipeline;

  constructor(readonly connection: Connection) {
    this.#pipeline = createPipelineFromOptions(clientOptions(connection));
    this.#pipeline.addPolicy(trustedHostsPolicy(connection.place));
    this.#pipeline.addPolicy(
      bearerTokenAuthenticationPolicy({
        credential: connection.credential,
        scopes: tokenScope(connection.place),
      }),
    );
  }

  /** @throws Fault for what the service answers other than 2xx. */
  async send(method: HttpMethods, url: string, body?: unknown): Promise<unknown> {
    try {
      return await this.#ask(method, url, body);
    } catch (error) {
      throw asServiceFault(error, this.connection.place);
    }
  }

  /** What is at an address; undefined where the workspace is there and this is not. */
  async find(url: string): Promise<unknown> {
    try {
      return await this.#ask('GET', url);
    } catch (error) {
      if (isMissingItself(error)) return undefined;
      throw asServiceFault(error, this.connection.place);
    }
  }

  async #ask(method: HttpMethods, url: string, body?: unknown): Promise<unknown> {
    const request = createPipelineRequest({
      url,
      method,
      headers: createHttpHeaders({
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
      }),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const response = await this.#pipeline.sendRequest(this.#client, request);
    if (response.status >= 300) {
      throw new RestError(response.bodyAsText ?? '', { statusCode: response.status, request, response });
    }
    return response.bodyAsText ? JSON.parse(response.bodyAsText) : undefined;
  }
}
