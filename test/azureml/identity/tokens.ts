import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { ServiceError } from '../service-error.ts';

export const TENANT = '72f988bf-0000-4000-8000-000000000001';

/** Audiences that Azure Resource Manager and the workspace's services take. */
const AUDIENCES = [
  'https://management.azure.com',
  'https://management.core.windows.net',
  'https://ml.azure.com',
  'https://storage.azure.com',
];

/** Who sends a request and what they may do: action patterns as in Azure's roles, `*` for all. */
export interface Caller {
  readonly name: string;
  readonly objectId: string;
  readonly actions: readonly string[];
}

export interface TokenRequest {
  readonly expiresInSeconds?: number;
  readonly audience?: string;
  readonly tenant?: string;
  readonly name?: string;
  readonly actions?: readonly string[];
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Issues and checks bearer tokens: JSON web tokens signed with a key of this stand-in alone. */
export class Tokens {
  readonly #key = randomBytes(32);

  /** `origin` is the address of the stand-in, itself an audience for clients that ask for a token of their endpoint. */
  constructor(readonly origin: () => string) {}

  issue(request: TokenRequest = {}): string {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      aud: request.audience ?? AUDIENCES[0],
      iss: `https://sts.windows.net/${request.tenant ?? TENANT}/`,
      iat: now,
      nbf: now,
      exp: now + (request.expiresInSeconds ?? 3600),
      tid: request.tenant ?? TENANT,
      oid: randomUUID(),
      upn: request.name ?? 'user@example.org',
      actions: request.actions ?? ['*'],
    };
    const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
    return `${signed}.${this.#signature(signed)}`;
  }

  /** The sender of a request, or the 401 with which Azure Resource Manager turns it away. */
  verify(authorization: string | undefined): Caller {
    const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
    if (!token)
      throw refused('AuthenticationFailed', "Authentication failed. The 'Authorization' header is missing.");
    const [header, body, signature] = token.split('.');
    if (!body || signature !== this.#signature(`${header}.${body}`))
      throw refused('InvalidAuthenticationToken', 'The access token is invalid.');
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString());
    if (claims.exp * 1000 <= Date.now())
      throw refused(
        'ExpiredAuthenticationToken',
        `The access token expiry UTC time '${new Date(claims.exp * 1000).toISOString()}' is earlier than current UTC time '${new Date().toISOString()}'.`,
      );
    if (claims.tid !== TENANT)
      throw refused(
        'InvalidAuthenticationTokenTenant',
        `The access token is from the wrong issuer '${claims.iss}'. It must match the tenant 'https://sts.windows.net/${TENANT}/' associated with this subscription.`,
      );
    const audience = String(claims.aud).replace(/\/+$/, '');
    if (![...AUDIENCES, this.origin()].includes(audience))
      throw refused(
        'InvalidAuthenticationTokenAudience',
        `The access token has been obtained for wrong audience or resource '${claims.aud}'.`,
      );
    return { name: claims.upn, objectId: claims.oid, actions: claims.actions };
  }

  #signature(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('base64url');
  }
}

function refused(code: string, message: string): ServiceError {
  const challenge = `Bearer authorization_uri="https://login.windows.net/${TENANT}", error="invalid_token", error_description="${message}"`;
  return new ServiceError(401, code, message, [], { 'www-authenticate': challenge });
}

/** Throws the 403 with which Azure Resource Manager answers who lacks `action` on `scope`. */
export function demand(caller: Caller, action: string, scope: string): void {
  const matches = (pattern: string): boolean =>
    new RegExp(`^${pattern.split('*').map(escapePattern).join('.*')}$`, 'i').test(action);
  if (caller.actions.some(matches)) return;
  throw new ServiceError(
    403,
    'AuthorizationFailed',
    `The client '${caller.name}' with object id '${caller.objectId}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );
}

const escapePattern = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
