import type { FastifyInstance } from 'fastify';
import type { Desk } from './desk.ts';
import { openApiDocument } from './openapi.ts';

/** What needs no secret: whether the service lives, what it measures of itself, how it is talked to. */
export function addOpenRoutes(app: FastifyInstance, desk: Desk, isStopping: () => boolean): void {
  const live = async () => ({ status: 'live' });
  // InnerEye-Inference and AzureML's own servers answer at the root.
  app.get('/', live);
  app.get('/health/live', live);
  app.get('/health/ready', async (_, reply) => {
    const ready = !isStopping() && desk.models.every(model => model.ready);
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', models: desk.models });
  });
  app.get('/metrics', async (_, reply) => {
    const { registry } = desk.metrics;
    return reply.type(registry.contentType).send(await registry.metrics());
  });
  app.get('/openapi.json', async () => openApiDocument(desk.models.map(({ id }) => id)));
}
