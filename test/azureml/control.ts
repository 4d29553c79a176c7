import { z } from 'zod';
import { type FaultPlan, faultSchema } from './faults.ts';
import type { HttpsServer } from './https-server.ts';
import { IDENTITY_HEADER } from './identity/routes.ts';
import { TENANT, type Tokens } from './identity/tokens.ts';
import type { Clusters } from './jobs/clusters.ts';
import type { Jobs } from './jobs/jobs.ts';
import { ok, type Request, type Router } from './router.ts';
import { userError } from './service-error.ts';
import { RESOURCE_GROUP, SUBSCRIPTION, WORKSPACE } from './workspace.ts';

export interface Controlled {
  readonly faults: FaultPlan;
  readonly tokens: Tokens;
  readonly jobs: Jobs;
  readonly clusters: Clusters;
  readonly server: HttpsServer;
  readonly at: () => string;
  readonly authorityFile: string;
}

const faultsSchema = z.strictObject({ faults: z.array(faultSchema) });
const tokenSchema = z.strictObject({
  expiresInSeconds: z.number().optional(),
  audience: z.string().optional(),
  tenant: z.string().optional(),
  name: z.string().optional(),
  actions: z.array(z.string()).optional(),
});
const preemptSchema = z.strictObject({ job: z.string() });
const clusterSchema = z.strictObject({ compute: z.string(), held: z.boolean() });
const quotaSchema = z.strictObject({ name: z.string(), cores: z.number().int().nonnegative() });

/** What tests ask of the stand-in itself, below `/stand-in`; no client of the service uses these. */
export function controlRoutes(router: Router, controlled: Controlled): void {
  const { faults, tokens, jobs, clusters, server } = controlled;
  router.on('GET', '/stand-in', () => ok(description(controlled)));
  router.on('GET', '/stand-in/requests', () => ok(server.requests));
  router.on('GET', '/stand-in/faults', () => ok(faults.left));
  router.on('POST', '/stand-in/faults', request => {
    faults.add(read(faultsSchema, request).faults);
    return ok(faults.left);
  });
  router.on('DELETE', '/stand-in/faults', () => {
    faults.clear();
    return ok([]);
  });
  router.on('POST', '/stand-in/tokens', request => {
    const given = request.body === undefined ? {} : read(tokenSchema, request);
    const defined = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    return ok({ token: tokens.issue(defined) });
  });
  // A node is taken away: only of low-priority clusters, and only while something runs there.
  router.on('POST', '/stand-in/preempt', request => {
    const job = jobs.require(read(preemptSchema, request).job);
    const cluster = clusters.get(job.properties.computeId?.split('/').at(-1) ?? '');
    if (!cluster?.settings.lowPriority) throw userError(`The job ${job.name} is not on low-priority nodes.`);
    if (!job.preempt) throw userError(`No process of the job ${job.name} runs.`, 'Conflict', 409);
    job.preempt();
    return ok({ attempts: job.attempts });
  });
  router.on('POST', '/stand-in/hold', request => {
    const { compute, held } = read(clusterSchema, request);
    const cluster = clusters.get(compute);
    if (!cluster) throw userError(`There is no compute '${compute}'.`, 'NotFound', 404);
    cluster.held = held;
    cluster.advance();
    return ok({ compute, held });
  });
  router.on('POST', '/stand-in/quota', request => {
    const { name, cores } = read(quotaSchema, request);
    clusters.setQuota(name, cores);
    return ok({ name, cores });
  });
}

function read<T>(schema: z.ZodType<T>, { body }: Request): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw userError(z.prettifyError(parsed.error));
}

/** All that a client must know to speak with the stand-in. */
export function description({ at, authorityFile }: Pick<Controlled, 'at' | 'authorityFile'>): {
  readonly origin: string;
  readonly authorityFile: string;
  readonly azure: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
} {
  const origin = at();
  return {
    origin,
    authorityFile,
    azure: {
      endpoint: origin,
      tenant: TENANT,
      subscription: SUBSCRIPTION,
      resource_group: RESOURCE_GROUP,
      workspace: WORKSPACE,
      cluster: 'gpu-low-priority',
    },
    // Read by Node.js and by the identity library alike.
    environment: {
      NODE_EXTRA_CA_CERTS: authorityFile,
      IDENTITY_ENDPOINT: `${origin}/identity/token`,
      IDENTITY_HEADER,
      AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential',
    },
  };
}
