import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from './identity/tokens.ts';
import { ServiceError } from './service-error.ts';

/** A request that was read and whose sender is known. */
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Parsed where it is JSON or a form; bytes otherwise. */
  readonly body: unknown;
  readonly caller: Caller | undefined;
  /** What the route's pattern names, decoded. */
  readonly names: Readonly<Record<string, string>>;
}

export interface Response {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Handler = (request: Request) => Response | Promise<Response>;

interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  readonly handler: Handler;
}

export const ok = (body?: unknown, headers?: Readonly<Record<string, string>>): Response => ({
  status: 200,
  body,
  ...(headers && { headers }),
});

/** Finds the handler of a path such as `/subscriptions/{subscription}/locations`; paths ignore case, as Azure's do. */
export class Router {
  readonly #routes: Route[] = [];

  on(method: string, template: string, handler: Handler): void {
    const source = template.replace(
      /\{(\w+)(\.\.\.)?\}/g,
      (_, name, rest) => `(?<${name}>${rest ? '.*' : '[^/]+'})`,
    );
    this.#routes.push({ method, pattern: new RegExp(`^${source}/?$`, 'i'), handler });
  }

  /** Undefined: no such path. `allowed`: it is there, with other methods. */
  find(
    method: string,
    path: string,
  ): { handler: Handler; names: Record<string, string> } | { allowed: string[] } | undefined {
    const fitting = this.#routes.filter(({ pattern }) => pattern.test(path));
    const route = fitting.find(candidate => candidate.method === method);
    if (!route) return fitting.length > 0 ? { allowed: fitting.map(({ method }) => method) } : undefined;
    const groups = route.pattern.exec(path)!.groups ?? {};
    const names = Object.entries(groups).map(([name, value]) => [name, decoded(value ?? '')]);
    return { handler: route.handler, names: Object.fromEntries(names) };
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ServiceError(400, 'InvalidRequestUri', `'${text}' is not encoded as a path must be.`);
  }
}
