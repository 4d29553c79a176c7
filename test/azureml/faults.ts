import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) !== undefined;
  } catch {
    return false;
  }
}

/**
 * What is to go wrong, how often, and for which requests:
 * `throttle` 429 with Retry-After; `error` a 5xx or another status; `drop-before` the connection is lost before the work
 * is done, `drop-after` when it is done but not told; `delay` the answer comes late.
 */
export const faultSchema = z.strictObject({
  kind: z.enum(['throttle', 'error', 'drop-before', 'drop-after', 'delay']),
  method: z.string().optional(),
  /** A regular expression for the path. */
  path: z.string().refine(isPattern, 'it is no regular expression').default('.*'),
  times: z.number().int().positive().default(1),
  /** How many fitting requests go through before. */
  after: z.number().int().nonnegative().default(0),
  status: z.number().int().default(503),
  code: z.string().default('InternalServerError'),
  retryAfterSeconds: z.number().nonnegative().default(1),
  milliseconds: z.number().nonnegative().default(0),
});

export type Fault = z.infer<typeof faultSchema>;
export type PlannedFault = z.input<typeof faultSchema>;

/** Faults that were asked for and have not all happened. */
export class FaultPlan {
  #planned: Fault[] = [];

  add(faults: readonly PlannedFault[]): void {
    this.#planned.push(...faults.map(fault => faultSchema.parse(fault)));
  }

  clear(): void {
    this.#planned = [];
  }

  get left(): readonly Fault[] {
    return this.#planned;
  }

  /** The fault of this request, used up by it. */
  take(method: string, path: string): Fault | undefined {
    const fitting = this.#planned.find(
      fault => (fault.method ?? method) === method && new RegExp(fault.path, 'i').test(path),
    );
    if (!fitting) return undefined;
    const at = this.#planned.indexOf(fitting);
    if (fitting.after > 0) {
      this.#planned[at] = { ...fitting, after: fitting.after - 1 };
      return undefined;
    }
    if (fitting.times > 1) this.#planned[at] = { ...fitting, times: fitting.times - 1 };
    else this.#planned.splice(at, 1);
    return fitting;
  }
}

/**
 * Applies a fault to a request; true where nothing is left to do. `drop-after` lets the work be done and cuts the
 * connection at the first byte of the answer.
 */
export async function applyFault(
  fault: Fault | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  form: 'json' | 'xml',
): Promise<boolean> {
  if (!fault) return false;
  if (fault.kind === 'delay') await new Promise(resolve => setTimeout(resolve, fault.milliseconds));
  if (fault.kind === 'drop-after') {
    const cut = (): ServerResponse => {
      request.socket.destroy();
      return response;
    };
    response.writeHead = cut;
    return false;
  }
  if (fault.kind === 'drop-before') request.socket.destroy();
  if (fault.kind === 'throttle')
    respond(response, form, 429, 'TooManyRequests', {
      'retry-after': String(fault.retryAfterSeconds),
      'x-ms-ratelimit-remaining-subscription-writes': '0',
    });
  if (fault.kind === 'error') respond(response, form, fault.status, fault.code, {});
  return fault.kind !== 'delay';
}

/** An error in the form of Azure Resource Manager or, in XML, of Azure Storage. */
function respond(
  response: ServerResponse,
  form: 'json' | 'xml',
  status: number,
  code: string,
  headers: Record<string, string>,
): void {
  const message = `The stand-in was asked to answer with ${status}.`;
  const body =
    form === 'json'
      ? JSON.stringify({ error: { code, message } })
      : `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  response
    .writeHead(status, { 'content-type': `application/${form}`, 'x-ms-error-code': code, ...headers })
    .end(body);
}
