import { readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import { packed } from '../foundation/archive.ts';
import type { Desk } from './desk.ts';
import { bodyOf } from './request-body.ts';

/** What Flask says of an empty answer; InnerEye-Inference's tests ask for it. */
const EMPTY = 'text/html; charset=utf-8';

/**
 * InnerEye-Inference's interface (github.com/microsoft/InnerEye-Inference, app.py), so that an InnerEye-Gateway works as
 * it is: a zipped DICOM series in, a zipped RTSTRUCT out.
 */
export function addInnerEyeRoutes(app: FastifyInstance, desk: Desk): void {
  app.get('/v1/ping', async (_, reply) => reply.type(EMPTY).send(''));

  app.post<{ Params: { id: string } }>('/v1/model/start/:id', async (request, reply) => {
    const submission = { ...bodyOf(request), format: 'rtstruct' } as const;
    const job = await desk.submit(request.params.id, submission);
    return reply.code(201).type('text/plain').send(job.id);
  });

  app.get<{ Params: { id: string } }>('/v1/model/results/:id', async (request, reply) => {
    const { outcome } = desk.find(request.params.id);
    if (outcome === undefined) return reply.code(202).type(EMPTY).send('');
    if (outcome.kind === 'refused') throw outcome.error;
    return reply
      .type('application/zip')
      .send(await packed([{ name: 'segmentation.dcm', content: await readFile(outcome.file) }]));
  });
}
