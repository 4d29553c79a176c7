import { ok, type Router } from '../router.ts';
import { ServiceError } from '../service-error.ts';
import { TENANT, type Tokens } from './tokens.ts';

const LIFETIME_SECONDS = 3600;

/** A header that a managed identity's clients send, as App Service gives it to its programs. */
export const IDENTITY_HEADER = 'stand-in';

/**
 * Where clients get tokens: the tenant's token endpoint by client credentials, and the endpoint of a managed identity
 * (IDENTITY_ENDPOINT and IDENTITY_HEADER), which `DefaultAzureCredential` finds without a word of configuration.
 */
export function identityRoutes(router: Router, tokens: Tokens): void {
  router.on('POST', '/{tenant}/oauth2/v2.0/token', ({ names, body }) => {
    const form = body as Record<string, string>;
    if (names.tenant !== TENANT)
      throw new ServiceError(400, 'invalid_request', `AADSTS90002: Tenant '${names.tenant}' not found.`);
    if (form.grant_type !== 'client_credentials' || !form.client_secret)
      throw new ServiceError(401, 'invalid_client', 'AADSTS7000215: Invalid client secret provided.');
    const audience = String(form.scope).replace(/\/?\.default$/, '');
    return ok({
      token_type: 'Bearer',
      expires_in: LIFETIME_SECONDS,
      access_token: tokens.issue({
        audience,
        name: form.client_id ?? 'client',
        expiresInSeconds: LIFETIME_SECONDS,
      }),
    });
  });
  router.on('GET', '/identity/token', ({ query, headers }) => {
    if (headers['x-identity-header'] !== IDENTITY_HEADER)
      throw new ServiceError(403, 'forbidden', 'The header X-IDENTITY-HEADER is missing or wrong.');
    const resource = query.get('resource');
    if (!resource) throw new ServiceError(400, 'invalid_request', 'The query parameter resource is missing.');
    return ok({
      token_type: 'Bearer',
      resource,
      expires_on: String(Math.floor(Date.now() / 1000) + LIFETIME_SECONDS),
      access_token: tokens.issue({
        audience: resource,
        name: 'managed-identity',
        expiresInSeconds: LIFETIME_SECONDS,
      }),
    });
  });
}
