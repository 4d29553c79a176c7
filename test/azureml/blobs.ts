import { writeFile } from 'node:fs/promises';
import type { Server } from 'node:https';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import {
  BlobServiceClient,
  type ContainerClient,
  ContainerSASPermissions,
  generateBlobSASQueryParameters,
  SASProtocol,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import type { ServerCertificate } from './certificate.ts';
import { applyFault, type FaultPlan } from './faults.ts';

/** The account that Azurite has, and its published key: https://learn.microsoft.com/azure/storage/common/storage-use-azurite. */
export const ACCOUNT = 'devstoreaccount1';
export const ACCOUNT_KEY =
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

const OWN_AGENT = 'azureml-stand-in';

/** What is used of Azurite's blob server, which has no declarations. */
interface AzuriteServer {
  readonly httpServer: Server;
  start(): Promise<void>;
  close(): Promise<void>;
  getHttpServerAddress(): string;
}

/**
 * Blobs of the workspace: Azurite in this process, in memory, over HTTPS, with the same faults as the service. Its telemetry is
 * begun by its command line alone, which is not used.
 */
export class Blobs {
  readonly service: BlobServiceClient;
  readonly #server: AzuriteServer;
  readonly #credential = new StorageSharedKeyCredential(ACCOUNT, ACCOUNT_KEY);

  private constructor(server: AzuriteServer, authority: string) {
    this.#server = server;
    // The pipeline below takes `tlsOptions`, though the storage client does not declare it.
    const options = { tlsOptions: { ca: authority }, userAgentOptions: { userAgentPrefix: OWN_AGENT } };
    this.service = new BlobServiceClient(this.endpoint, this.#credential, options);
  }

  /** Starts Azurite on a free port; `folder` takes the certificate's files. */
  static async start(folder: string, certificate: ServerCertificate, faults: FaultPlan): Promise<Blobs> {
    const files = { cert: join(folder, 'server.pem'), key: join(folder, 'server-key.pem') };
    await writeFile(files.cert, certificate.certificate);
    await writeFile(files.key, certificate.key, { mode: 0o600 });
    const server = azurite(folder, files);
    const [listener] = server.httpServer.listeners('request') as ((...given: unknown[]) => void)[];
    server.httpServer.removeAllListeners('request');
    server.httpServer.on('request', async (request, response) => {
      // What the stand-in itself reads and writes is spared.
      const fault = request.headers['user-agent']?.includes(OWN_AGENT)
        ? undefined
        : faults.take(request.method!, new URL(`https://127.0.0.1${request.url}`).pathname);
      if (!(await applyFault(fault, request, response, 'xml'))) listener!(request, response);
    });
    await server.start();
    return new Blobs(server, certificate.authority);
  }

  /** The account's address, such as `https://127.0.0.1:40124/devstoreaccount1`. */
  get endpoint(): string {
    return `${this.#server.getHttpServerAddress()}/${ACCOUNT}`;
  }

  /** What comes after `https://{account}.blob.` in addresses by host name: `localhost:40124`. */
  get suffix(): string {
    return `localhost:${new URL(this.#server.getHttpServerAddress()).port}`;
  }

  /** `container/name` of an address in this account, in any of its forms; undefined for another address. */
  pathOf(uri: string): string | undefined {
    const url = URL.canParse(uri) ? new URL(uri) : undefined;
    if (url?.port !== new URL(this.endpoint).port) return undefined;
    const path = decodeURIComponent(url.pathname).slice(1);
    if (url.hostname === `${ACCOUNT}.blob.localhost`) return path;
    return path.startsWith(`${ACCOUNT}/`) ? path.slice(ACCOUNT.length + 1) : undefined;
  }

  container(name: string): ContainerClient {
    return this.service.getContainerClient(name);
  }

  /** A shared access signature of a container for two hours: `rcwl` to fill it, `r` and `l` to read. */
  containerSignature(container: string, permissions: string): string {
    return this.#sign({ containerName: container, permissions: ContainerSASPermissions.parse(permissions) });
  }

  /** The address of a blob with a signature to read it. */
  readableUri(container: string, blob: string): string {
    const token = this.#sign({ containerName: container, permissions: ContainerSASPermissions.parse('r') });
    return `${this.container(container).getBlobClient(blob).url}?${token}`;
  }

  #sign(what: { containerName: string; permissions: ContainerSASPermissions }): string {
    const now = Date.now();
    return generateBlobSASQueryParameters(
      {
        ...what,
        startsOn: new Date(now - 60_000),
        expiresOn: new Date(now + 2 * 3600_000),
        protocol: SASProtocol.Https,
      },
      this.#credential,
    ).toString();
  }

  async close(): Promise<void> {
    this.#server.httpServer.closeAllConnections();
    await this.#server.close();
  }
}

function azurite(folder: string, files: { cert: string; key: string }): AzuriteServer {
  const require = createRequire(import.meta.url);
  const { default: BlobConfiguration } = require('azurite/dist/src/blob/BlobConfiguration');
  const { default: BlobServer } = require('azurite/dist/src/blob/BlobServer');
  const stores = [join(folder, 'blobs.json'), join(folder, 'extents.json'), []];
  const log = [false, undefined, false, undefined];
  const [loose, anyApiVersion, oauth, noHostNames, inMemory] = [false, true, undefined, false, true];
  const tls = [files.cert, files.key, ''];
  return new BlobServer(
    new BlobConfiguration(
      ...['127.0.0.1', 0, 30],
      ...stores,
      ...log,
      loose,
      anyApiVersion,
      ...tls,
      oauth,
      noHostNames,
      inMemory,
    ),
  );
}
