import { demand } from '../identity/tokens.ts';
import type { Request, Response, Router } from '../router.ts';
import { ServiceError } from '../service-error.ts';
import { PROVIDER, RESOURCE_GROUP, SUBSCRIPTION, WORKSPACE } from '../workspace.ts';
import { apiVersion } from './versions.ts';

/** A request to Azure Resource Manager whose version, scope and sender's rights are in order. */
export interface ArmRequest extends Request {
  readonly version: string;
}

export type ArmHandler = (request: ArmRequest) => Response | Promise<Response>;

const WORKSPACE_PATH = `/subscriptions/{subscription}/resourceGroups/{group}/providers/${PROVIDER}/workspaces/{workspace}`;

/** Routes of Azure Resource Manager. */
export class Arm {
  constructor(readonly router: Router) {}

  /** A path from the root, such as `/subscriptions/{subscription}/resourcegroups`. */
  on(method: string, template: string, handler: ArmHandler): void {
    this.router.on(method, template, request => {
      const version = apiVersion(request.query, request.path);
      demandScope(request);
      demand(request.caller!, action(method, template), request.path);
      return handler({ ...request, version });
    });
  }

  /** A path below the workspace, such as `/jobs/{name}`; empty for the workspace itself. */
  onWorkspace(method: string, template: string, handler: ArmHandler): void {
    this.on(method, `${WORKSPACE_PATH}${template}`, handler);
  }
}

/** `Microsoft.MachineLearningServices/workspaces/jobs/write` for a PUT of a job. */
function action(method: string, template: string): string {
  const [, provider] = template.split('/providers/');
  const parts = (provider ?? `Microsoft.Resources${template}`)
    .split('/')
    .filter(part => part && !part.startsWith('{'));
  if (method === 'POST') return `${parts.join('/')}/action`;
  return `${parts.join('/')}/${{ PUT: 'write', PATCH: 'write', DELETE: 'delete' }[method] ?? 'read'}`;
}

/** Every part of a path's scope must be there, in the order in which Azure Resource Manager looks. */
function demandScope({ names }: Request): void {
  const { subscription, group, workspace } = names;
  const same = (given: string | undefined, wanted: string): boolean =>
    given === undefined || given.toLowerCase() === wanted.toLowerCase();
  if (!same(subscription, SUBSCRIPTION))
    throw new ServiceError(
      404,
      'SubscriptionNotFound',
      `The subscription '${subscription}' could not be found.`,
    );
  if (!same(group, RESOURCE_GROUP))
    throw new ServiceError(404, 'ResourceGroupNotFound', `Resource group '${group}' could not be found.`);
  if (!same(workspace, WORKSPACE))
    throw new ServiceError(
      404,
      'ResourceNotFound',
      `The Resource '${PROVIDER}/workspaces/${workspace}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
    );
}

/** A page of a list, with the address of the next one: `$top` or 100 a page, `$skip` opaque to clients. */
export function page(request: Request, items: readonly unknown[], origin: string): Response {
  const from = Number(request.query.get('$skip') ?? 0);
  const size = Math.min(Number(request.query.get('$top') ?? 100), 100);
  const next = from + size;
  const query = new URLSearchParams(request.query);
  query.set('$skip', String(next));
  return {
    status: 200,
    body: {
      value: items.slice(from, next),
      ...(next < items.length && { nextLink: `${origin}${request.path}?${query}` }),
    },
  };
}
