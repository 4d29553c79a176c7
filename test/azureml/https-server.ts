import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ServerCertificate } from './certificate.ts';
import { applyFault, type FaultPlan } from './faults.ts';
import type { Request, Response } from './router.ts';

/** One request as it was answered, for tests that ask what was sent. */
export interface Answered {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly status: number;
}

export type Answer = (request: Omit<Request, 'caller' | 'names'>) => Promise<Response>;

const MOST_REMEMBERED = 10_000;
const LARGEST_BODY = 32 * 1024 * 1024;

/** HTTPS on loopback: reads requests, applies faults, writes answers, remembers what was asked. */
export class HttpsServer {
  readonly requests: Answered[] = [];
  readonly #server: Server;

  constructor(
    certificate: ServerCertificate,
    readonly faults: FaultPlan,
    readonly answer: Answer,
  ) {
    const options = { key: certificate.key, cert: certificate.certificate };
    this.#server = createServer(options, (request, response) => {
      this.#serve(request, response).catch(error => response.destroy(error));
    });
  }

  /** Begins to listen and gives the origin, such as `https://127.0.0.1:40123`. */
  async listen(port = 0): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(`https://127.0.0.1${request.url}`);
    const method = request.method!;
    response.once('finish', () => {
      this.requests.push({ method, path: url.pathname, query: url.search, status: response.statusCode });
      if (this.requests.length > MOST_REMEMBERED) this.requests.shift();
    });
    const spared = url.pathname.startsWith('/stand-in');
    const fault = spared ? undefined : this.faults.take(method, url.pathname);
    if (await applyFault(fault, request, response, 'json')) return;
    const body = await readBody(request);
    const path = url.pathname.replace(/\/{2,}/g, '/');
    write(
      response,
      await this.answer({ method, path, query: url.searchParams, headers: request.headers, body }),
    );
  }
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > LARGEST_BODY) throw new Error('The request is larger than the stand-in takes.');
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  const type = request.headers['content-type'] ?? '';
  if (bytes.length === 0) return undefined;
  if (type.includes('x-www-form-urlencoded'))
    return Object.fromEntries(new URLSearchParams(bytes.toString()));
  if (!type.includes('json')) return bytes;
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return bytes;
  }
}

function write(response: ServerResponse, { status, body, headers }: Response): void {
  const raw = typeof body === 'string' || Buffer.isBuffer(body);
  const bytes = body === undefined ? undefined : raw ? body : JSON.stringify(body);
  const type = raw ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8';
  response.writeHead(status, {
    ...(bytes !== undefined && { 'content-type': type, 'content-length': Buffer.byteLength(bytes) }),
    'x-ms-request-id': crypto.randomUUID(),
    ...headers,
  });
  response.end(bytes);
}
