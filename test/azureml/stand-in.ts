import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Arm } from './arm/arm.ts';
import { assetRoutes } from './arm/assets.ts';
import { computeRoutes } from './arm/computes.ts';
import { datastoreRoutes } from './arm/datastores.ts';
import { jobRoutes } from './arm/jobs.ts';
import { onlineEndpointRoutes } from './arm/online-endpoints.ts';
import { Operations } from './arm/operations.ts';
import { ResourceStore } from './arm/resource-store.ts';
import { usageRoutes } from './arm/usages.ts';
import { workspaceRoutes } from './arm/workspaces.ts';
import { Blobs } from './blobs.ts';
import { makeCertificate } from './certificate.ts';
import { controlRoutes } from './control.ts';
import { FaultPlan } from './faults.ts';
import { HttpsServer } from './https-server.ts';
import { identityRoutes } from './identity/routes.ts';
import { Tokens } from './identity/tokens.ts';
import { Clusters } from './jobs/clusters.ts';
import { Jobs } from './jobs/jobs.ts';
import type { Pace } from './jobs/run-command.ts';
import { mlflowRoutes } from './mlflow/routes.ts';
import { RunStore } from './mlflow/run-store.ts';
import { respond } from './respond.ts';
import { Router } from './router.ts';
import { runHistoryRoutes } from './run-history.ts';
import type { ContainerStart } from './serving/dockerfile.ts';
import { Endpoints, scoringRoutes } from './serving/endpoints.ts';
import { DATASTORES } from './workspace.ts';

const RUN_TOKEN_SECONDS = 24 * 3600;

export interface StandInOptions {
  readonly port?: number;
  /** Environment variables that a job's image would bring. */
  readonly image?: Readonly<Record<string, string>>;
  readonly pace?: Partial<Pace>;
  /** What images of deployments start that are named instead of built from a Dockerfile. */
  readonly images?: Readonly<Record<string, ContainerStart>>;
  /** Names of endpoints that others in the region have. */
  readonly takenEndpoints?: readonly string[];
}

/** Azure Machine Learning on this machine: the same paths and bodies, jobs as processes, blobs in Azurite. */
export class StandIn {
  private constructor(
    /** Address of Azure Resource Manager and of all other services, such as `https://127.0.0.1:40123`. */
    readonly origin: string,
    /** The authority of the certificate, in PEM, and as a file. */
    readonly authority: string,
    readonly authorityFile: string,
    readonly tokens: Tokens,
    readonly faults: FaultPlan,
    readonly blobs: Blobs,
    readonly jobs: Jobs,
    readonly clusters: Clusters,
    readonly server: HttpsServer,
    readonly close: () => Promise<void>,
  ) {}

  static async start(options: StandInOptions = {}): Promise<StandIn> {
    const { port = 0, image = {}, pace = {}, images = {}, takenEndpoints = ['taken'] } = options;
    const folder = await mkdtemp(join(tmpdir(), 'azureml-stand-in-'));
    const certificate = await makeCertificate();
    const authorityFile = join(folder, 'authority.pem');
    await writeFile(authorityFile, certificate.authority);
    const faults = new FaultPlan();
    const blobs = await Blobs.start(folder, certificate, faults);
    for (const container of new Set(Object.values(DATASTORES))) await blobs.container(container).create();

    let origin = '';
    const at = (): string => origin;
    const router = new Router();
    const arm = new Arm(router);
    const tokens = new Tokens(at);
    const store = new ResourceStore();
    const clusters = new Clusters();
    const runs = new RunStore();
    const operations = new Operations(arm, at);
    const jobs = new Jobs(runs, {
      store,
      blobs,
      clusters,
      disk: join(folder, 'nodes'),
      pace: () => ({ queuedMilliseconds: 50, preparingMilliseconds: 50, ...pace }),
      environment: () => ({
        origin,
        authorityFile,
        image,
        token: tokens.issue({ name: 'run', expiresInSeconds: RUN_TOKEN_SECONDS }),
        tokenExpires: new Date(Date.now() + RUN_TOKEN_SECONDS * 1000),
      }),
    });
    const serving = { store, blobs, image, images, disk: join(folder, 'containers') };
    const endpoints = new Endpoints(serving, takenEndpoints);
    workspaceRoutes(arm, blobs, at);
    datastoreRoutes(arm, store, blobs, at);
    assetRoutes(arm, store, blobs, at);
    computeRoutes(arm, store, clusters, operations, at);
    usageRoutes(arm, clusters);
    jobRoutes(arm, jobs, operations, at);
    onlineEndpointRoutes(arm, store, endpoints, operations, at);
    scoringRoutes(router, store, endpoints);
    runHistoryRoutes(router, jobs, blobs, clusters);
    mlflowRoutes(router, runs, blobs);
    identityRoutes(router, tokens);
    const server = new HttpsServer(certificate, faults, request => respond(router, tokens, request));
    controlRoutes(router, { faults, tokens, jobs, clusters, server, at, authorityFile });
    origin = await server.listen(port);
    const close = async (): Promise<void> => {
      await Promise.all([jobs.close(), endpoints.close()]);
      await server.close();
      await blobs.close();
      await rm(folder, { recursive: true, force: true });
    };
    return new StandIn(
      origin,
      certificate.authority,
      authorityFile,
      tokens,
      faults,
      blobs,
      jobs,
      clusters,
      server,
      close,
    );
  }
}
