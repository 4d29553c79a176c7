import { createReadStream } from 'node:fs';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AnswerFormat } from '../contracts/serving.ts';
import type { Desk } from './desk.ts';
import { bodyOf } from './request-body.ts';
import { ServiceError } from './service-error.ts';

const FORMATS = {
  rtstruct: 'application/dicom',
  seg: 'application/dicom',
  nifti: 'application/gzip',
  json: 'application/json',
} as const satisfies Record<AnswerFormat, string>;

interface Query {
  readonly model?: string;
  readonly format?: AnswerFormat;
  readonly series?: string;
}

const querystring = {
  type: 'object',
  additionalProperties: false,
  properties: {
    model: { type: 'string', maxLength: 120 },
    format: { type: 'string', enum: Object.keys(FORMATS) },
    series: { type: 'string', pattern: '^[0-9.]{1,64}$' },
  },
};

/** One request with a scan or a table, one answer with what the model says of it; `/score` is the same for AzureML's endpoints. */
export function addPredictRoutes(app: FastifyInstance, desk: Desk): void {
  const predict = async (request: FastifyRequest<{ Querystring: Query }>, reply: FastifyReply) => {
    const { model = onlyModel(desk), series } = request.query;
    const format = desk.formatOf(model, request.query.format);
    const job = await desk.submit(model, { ...bodyOf(request), format, series });
    // A client that goes does not keep the others waiting; what was made for it is removed.
    reply.raw.once('close', () => desk.drop(job.id));
    const outcome = await job.ended;
    if (outcome.kind === 'refused') throw outcome.error;
    return reply.type(FORMATS[format]).header('x-model', model).send(createReadStream(outcome.file));
  };
  app.post<{ Querystring: Query }>('/v1/predict', { schema: { querystring } }, predict);
  app.post<{ Querystring: Query }>('/score', { schema: { querystring } }, predict);
  app.get('/v1/models', async () => ({ models: desk.models }));
}

/** The model that needs no naming. @throws ServiceError 400 where there are several. */
function onlyModel({ models }: Desk): string {
  if (models.length === 1) return models[0]!.id;
  throw new ServiceError(400, `Say which model: ${models.map(({ id }) => id).join(', ')}.`);
}
