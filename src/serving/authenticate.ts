import { createHash, timingSafeEqual } from 'node:crypto';
import { ServiceError } from './service-error.ts';

/** Node writes the names of headers in small letters. */
const HEADER = 'api_auth_secret';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * Lets those through who know the secret. How long it takes says nothing of how much of a guess is right: digests of one
 * length are compared.
 * @throws ServiceError 401 without the header, 403 with another secret.
 */
export function authenticator(secret: string): (headers: Record<string, unknown>) => void {
  const expected = digest(secret);
  return headers => {
    const given = headers[HEADER];
    if (given === undefined) throw new ServiceError(401);
    if (!timingSafeEqual(digest(String(given)), expected)) throw new ServiceError(403);
  };
}
