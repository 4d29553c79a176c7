import { Fault } from '../../foundation/fault.ts';
import type { WorkspacePlace } from '../workspace.ts';

/** What is read of an error of Azure's clients, whichever of them threw it. */
interface ServiceError {
  readonly status: number | undefined;
  /** Such as `AuthorizationFailed`, or the system's `ENOTFOUND`. */
  readonly code: string;
  readonly message: string;
}

/** How a kind of refusal is told: the first that fits says what is wrong and what to do. */
interface Rule {
  readonly fits: (error: ServiceError) => boolean;
  readonly what: (error: ServiceError, place: WorkspacePlace) => string;
  readonly remedy: (error: ServiceError, place: WorkspacePlace) => string;
}

const RULES: readonly Rule[] = [
  {
    fits: ({ code }) => /Tenant/.test(code),
    what: () => 'the sign-in is to another tenant than the subscription is in',
    remedy: () => 'Set azure.tenant (`az account show --query tenantId`), or `az login --tenant TENANT`.',
  },
  {
    fits: ({ status, code }) => status === 401 || code === 'ExpiredAuthenticationToken',
    what: () => 'the sign-in to Azure has expired or is not accepted',
    remedy: () => 'Sign in again: `az login`; in the editor: "InnerEye AzureML: Sign In".',
  },
  {
    fits: ({ code }) => code === 'SubscriptionNotFound',
    what: (_, { subscription }) => `there is no subscription ${subscription} that this account can see`,
    remedy: () =>
      'Check azure.subscription against `az account list`, and that the sign-in is to its tenant.',
  },
  {
    fits: ({ code }) => code === 'ResourceGroupNotFound',
    what: (_, { resourceGroup }) => `there is no resource group "${resourceGroup}" in the subscription`,
    remedy: () => 'Check azure.resource_group against `az group list`.',
  },
  {
    fits: ({ code, message }) =>
      code === 'ResourceNotFound' || /workspaces\/[^/]*' .*not found/.test(message),
    what: (_, { workspace, resourceGroup }) =>
      `there is no AzureML workspace "${workspace}" in the resource group "${resourceGroup}"`,
    remedy: () => 'Check azure.workspace and azure.resource_group against `az ml workspace list`.',
  },
  {
    fits: ({ code, message }) => /Quota/i.test(code) || /exceed\w* .*quota/i.test(message),
    what: () => 'the subscription has no quota left for these nodes',
    remedy: ({ message }) =>
      `Ask for more under "Quotas" of the subscription, or name a cluster of another size. The service says: ${message}`,
  },
  {
    fits: ({ message }) => /compute target/i.test(message),
    what: () => 'the workspace has no such cluster',
    remedy: ({ message }) =>
      `Name one of \`innereye azure clusters\` in azure.cluster, or make one with \`innereye azure create-cluster\`. The service says: ${message}`,
  },
  {
    fits: ({ message }) => /job with this name already exists/i.test(message),
    what: () => 'there is another job of this name',
    remedy: () => 'Submit again: the next job gets another name.',
  },
  {
    fits: ({ status, code }) => status === 409 || code === 'Conflict',
    what: () => 'the name is taken',
    remedy: ({ message }) => `Choose another name or version. The service says: ${message}`,
  },
  {
    fits: ({ code }) =>
      /^(AuthorizationPermissionMismatch|AuthorizationFailure|KeyBasedAuthenticationNotPermitted)$/.test(
        code,
      ),
    what: () => 'the account may not read or write these blobs',
    remedy: ({ code }) =>
      code === 'AuthorizationFailure'
        ? 'Ask for the role "Storage Blob Data Contributor" on the storage account of the workspace; where you have it, its firewall refuses this machine, whose address must then be allowed.'
        : 'Ask for the role "Storage Blob Data Contributor" on the storage account of the workspace.',
  },
  {
    fits: ({ status, code }) => status === 403 || code === 'AuthorizationFailed',
    what: ({ message }) => `the account lacks a right: ${action(message)}`,
    remedy: (_, { workspace }) =>
      `Ask for the role "AzureML Data Scientist" on the workspace "${workspace}"; making clusters needs "AzureML Compute Operator".`,
  },
  {
    fits: ({ status }) => status === 429,
    what: () => 'Azure asks to be sent fewer requests, again and again',
    remedy: () => 'Wait some minutes. What was done stays done; the command can be repeated.',
  },
  {
    fits: ({ code }) => /^(ENOTFOUND|EAI_AGAIN)$/.test(code),
    what: () => 'the address of the service cannot be found',
    remedy: (_, { endpoint }) =>
      `Check the network, its proxy (HTTPS_PROXY), and azure.endpoint (${endpoint}).`,
  },
  {
    fits: ({ code }) => /^(ECONN|ETIMEDOUT|ESOCKET|EPIPE|REQUEST_SEND_ERROR)/.test(code),
    what: () => 'the connection to Azure was lost again and again',
    remedy: () => 'Check the network and its proxy (HTTPS_PROXY). The command can be repeated.',
  },
  {
    fits: ({ code }) => /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code),
    what: () => "the service's certificate is not one that this machine trusts",
    remedy: () =>
      'Name the authority in NODE_EXTRA_CA_CERTS where a proxy of your organisation opens connections.',
  },
  {
    fits: ({ status }) => status === undefined || status >= 500,
    what: ({ status, code }) =>
      `Azure does not work at the moment (${[status, code].filter(Boolean).join(' ')})`,
    remedy: () => 'Try again later; https://status.azure.com tells of known troubles.',
  },
];

/** The fault that a user understands for an error of Azure's clients; other errors come back unchanged. */
export function asServiceFault(error: unknown, place: WorkspacePlace): unknown {
  if (error instanceof Fault || !(error instanceof Error)) return error;
  const signIn = signInFault(error);
  if (signIn) return signIn;
  const service = readError(error);
  if (service === undefined) return error;
  const rule = RULES.find(({ fits }) => fits(service));
  const cause = { cause: withoutSecrets(error) };
  if (rule) return new Fault(rule.what(service, place), { remedy: rule.remedy(service, place), ...cause });
  return new Fault(`Azure refuses: ${service.message || service.code}`, {
    remedy: 'Mend what it names and try again.',
    ...cause,
  });
}

/** Whether what was asked for is missing: a 404 may also mean the workspace, its group or its subscription. */
export function isMissingItself(error: unknown): boolean {
  const service = error instanceof Error ? readError(error) : undefined;
  return service?.status === 404 && !/^(Resource|ResourceGroup|Subscription)NotFound$/.test(service.code);
}

/** Whether the service has said no: after any other failure nobody knows whether it did what it was asked. */
export function isRefusal(error: unknown): boolean {
  const status = (error as { cause?: { statusCode?: number } }).cause?.statusCode;
  return status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429;
}

function signInFault(error: Error): Fault | undefined {
  const isSignIn =
    /^(CredentialUnavailableError|AuthenticationError|AggregateAuthenticationError|AuthenticationRequiredError)$/;
  if (!isSignIn.test(error.name)) return undefined;
  return new Fault('nobody is signed in to Azure, or the sign-in has expired', {
    remedy:
      'Sign in with `az login`; on a server give AZURE_CLIENT_ID, AZURE_TENANT_ID and AZURE_CLIENT_SECRET or a certificate in the environment.',
    cause: withoutSecrets(error),
  });
}

/** Errors of the clients that are made of an answer or of a lost connection; undefined for all others. */
function readError(error: Error): ServiceError | undefined {
  const { statusCode, code, details, response } = error as Error & {
    statusCode?: number;
    code?: string;
    details?: unknown;
    response?: { bodyAsText?: string | null };
  };
  if (error.name !== 'RestError' && code === undefined) return undefined;
  const body = bodyOf(details) ?? bodyOf(parsed(response?.bodyAsText ?? undefined));
  const message = withoutSignatures(body?.message ?? error.message);
  return { status: statusCode, code: body?.code ?? code ?? '', message };
}

/** `{error: {code, message}}` of Azure Resource Manager, `{error_code, message}` of MLflow, `{errorCode}` of blobs. */
function bodyOf(value: unknown): { code: string; message: string } | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const record = value as Record<string, unknown>;
  if (typeof record.error === 'object' && record.error !== null) return bodyOf(record.error);
  const code = record.code ?? record.error_code ?? record.errorCode;
  if (typeof code !== 'string') return undefined;
  return { code, message: typeof record.message === 'string' ? record.message : '' };
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

const action = (message: string): string =>
  /perform action '([^']+)'/.exec(message)?.[1] ?? (message || 'the service does not say which');

/** Signatures of blob addresses open them for whoever reads them. */
export const withoutSignatures = (text: string): string =>
  text.replace(/([?&](?:sig|se|sp|sv|skoid|sktid)=)[^&\s"']+/gi, '$1…');

/** An error to keep as a cause: the clients' own hold requests with tokens in them. */
function withoutSecrets(error: Error): Error {
  const kept = new Error(withoutSignatures(error.message));
  kept.name = error.name;
  return Object.assign(kept, { statusCode: (error as { statusCode?: number }).statusCode });
}
