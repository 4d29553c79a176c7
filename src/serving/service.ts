import { randomUUID } from 'node:crypto';
import fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { authenticator } from './authenticate.ts';
import type { Desk } from './desk.ts';
import { addInnerEyeRoutes } from './innereye-routes.ts';
import { addOpenRoutes } from './open-routes.ts';
import { addPredictRoutes } from './predict-routes.ts';
import { type ErrorStatus, ServiceError } from './service-error.ts';

export interface ServiceOptions {
  readonly desk: Desk;
  /** What clients send as API_AUTH_SECRET; undefined where everybody may ask. */
  readonly secret: string | undefined;
  /** Milliseconds that a request may take to arrive. */
  readonly requestTimeout: number;
  /** A line for the log; nothing of a patient is in it. */
  onLog(entry: Record<string, string | number>): void;
}

export interface Service {
  readonly app: FastifyInstance;
  /** Ends when requests that were under way have their answer; nothing is left on the disk. */
  close(): Promise<void>;
}

/** The service over HTTP; it listens when `app.listen` is called. */
export function createService({ desk, secret, requestTimeout, onLog }: ServiceOptions): Service {
  const app = fastify({
    requestTimeout,
    keepAliveTimeout: 5000,
    http: {
      headersTimeout: Math.min(requestTimeout, 60_000),
      connectionsCheckingInterval: Math.min(5000, requestTimeout),
    },
    // One of our own: what a client calls its request may be a patient's name, and the log has this.
    genReqId: () => randomUUID(),
    // Ours counts: fastify's own writes addresses, which may say anything.
    logger: false,
    return503OnClosing: true,
    forceCloseConnections: 'idle',
    ajv: { customOptions: { removeAdditional: false } },
    // Paths of models have a colon and no pattern.
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: true },
  });
  let stopping = false;
  app.removeAllContentTypeParsers();
  // Scans are received by the desk, once it is known that they are wanted.
  app.addContentTypeParser('*', (_, payload, done) => done(null, payload));

  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    reply.header('cache-control', 'no-store');
    reply.header('x-content-type-options', 'nosniff');
  });
  app.addHook('onSend', async (_, reply) => {
    // A service that stops does not wait for the next request of a connection.
    if (stopping) reply.header('connection', 'close');
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method } = request;
    const route = request.routeOptions.url ?? 'unknown';
    desk.metrics.requests.inc({ route, method, status: reply.statusCode });
    desk.metrics.requestSeconds.observe({ route }, reply.elapsedTime / 1000);
    const ms = Math.round(reply.elapsedTime);
    onLog({ time: new Date().toISOString(), id: request.id, method, route, status: reply.statusCode, ms });
  });
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const answer = asServiceError(error);
    if (answer.status === 500 && !(error instanceof ServiceError)) {
      onLog({ time: new Date().toISOString(), id: request.id, error: error.name, code: error.code ?? '' });
    }
    if (answer.status === 429 || answer.status === 503) reply.header('retry-after', '10');
    // What is left of a body that is not wanted is not waited for.
    if (!request.raw.complete) reply.header('connection', 'close');
    return reply.code(answer.status).type('application/json').send(JSON.stringify(answer));
  });
  app.setNotFoundHandler(() => {
    throw new ServiceError(404);
  });

  addOpenRoutes(app, desk, () => stopping);
  void app.register(async guarded => {
    if (secret !== undefined) {
      const authenticate = authenticator(secret);
      guarded.addHook('onRequest', async request => authenticate(request.headers));
    }
    addInnerEyeRoutes(guarded, desk);
    addPredictRoutes(guarded, desk);
  });
  return {
    app,
    async close() {
      stopping = true;
      // Scans that wait are refused and those under way end, then their clients get their answers, then all goes.
      await desk.drain();
      await app.close();
      await desk.close();
    },
  };
}

function asServiceError(error: FastifyError): ServiceError {
  if (error instanceof ServiceError) return error;
  const { statusCode = 500 } = error;
  if (statusCode >= 500) return new ServiceError(500);
  const known: readonly number[] = [404, 408, 413, 429];
  // What fastify says of a query names its parameters only.
  return known.includes(statusCode)
    ? new ServiceError(statusCode as ErrorStatus)
    : new ServiceError(400, error.validation ? error.message : undefined);
}
