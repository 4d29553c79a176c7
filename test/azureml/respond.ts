import type { Tokens } from './identity/tokens.ts';
import { mlflowErrorBody } from './mlflow/errors.ts';
import type { Request, Response, Router } from './router.ts';
import { armErrorBody, ServiceError } from './service-error.ts';

/** Paths that need no token: they give tokens, or say where things are. */
const OPEN = /^\/(stand-in|metadata|discovery|[^/]+\/oauth2|identity|endpoints)\b/;

/** Finds who sends a request and what is asked, and turns what is thrown into the service's errors. */
export async function respond(
  router: Router,
  tokens: Tokens,
  request: Omit<Request, 'caller' | 'names'>,
): Promise<Response> {
  try {
    const caller = OPEN.test(request.path) ? undefined : tokens.verify(request.headers.authorization);
    const route = router.find(request.method, request.path);
    if (!route) throw new ServiceError(404, 'InvalidResourceType', `There is nothing at ${request.path}.`);
    if ('allowed' in route)
      throw new ServiceError(405, 'MethodNotAllowed', `${request.path} takes ${route.allowed.join(', ')}.`);
    return await route.handler({ ...request, caller, names: route.names });
  } catch (error) {
    const known = error instanceof ServiceError ? error : internal(error);
    const body = request.path.includes('/api/2.0/mlflow/') ? mlflowErrorBody(known) : armErrorBody(known);
    return { status: known.status, body, headers: { 'x-ms-error-code': known.code, ...known.headers } };
  }
}

/** A defect of the stand-in must be seen by whoever runs it. */
function internal(error: unknown): ServiceError {
  console.error('The stand-in of AzureML failed:', error);
  return new ServiceError(500, 'InternalServerError', String(error));
}
