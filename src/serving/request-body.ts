import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import type { Submission } from './desk.ts';
import { ServiceError } from './service-error.ts';

/** The scan in a request, not yet read. @throws ServiceError 400 where there is none. */
export function bodyOf(request: FastifyRequest): Pick<Submission, 'client' | 'body' | 'length'> {
  const { body, headers, ip } = request;
  if (!(body instanceof Readable)) throw new ServiceError(400, 'The request has no body.');
  const length = headers['content-length'];
  return { client: ip, body, length: length === undefined ? undefined : Number(length) };
}
