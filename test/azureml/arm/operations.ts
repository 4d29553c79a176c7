import { randomUUID } from 'node:crypto';
import type { Request, Response } from '../router.ts';
import { ServiceError } from '../service-error.ts';
import { PROVIDER, REGION, SUBSCRIPTION } from '../workspace.ts';
import type { Arm } from './arm.ts';

interface Operation {
  status: 'InProgress' | 'Succeeded' | 'Failed';
  error?: { code: string; message: string };
  readonly startTime: string;
}

/** Long-running operations: begun by a request, asked for at addresses that its answer names. */
export class Operations {
  readonly #operations = new Map<string, Operation>();

  constructor(
    arm: Arm,
    readonly origin: () => string,
  ) {
    const place = `/subscriptions/{subscription}/providers/${PROVIDER}/locations/{location}`;
    arm.on('GET', `${place}/mfeOperationsStatus/{id}`, request => this.#status(request));
    arm.on('GET', `${place}/mfeOperationResults/{id}`, request => this.#result(request));
  }

  /** Begins `work` and gives the headers that lead to its end: the status by Azure-AsyncOperation, the end by Location. */
  begin(version: string, work: () => Promise<void>): Record<string, string> {
    const id = randomUUID();
    const operation: Operation = { status: 'InProgress', startTime: new Date().toISOString() };
    this.#operations.set(id, operation);
    work().then(
      () => {
        operation.status = 'Succeeded';
      },
      (error: Error) => {
        operation.status = 'Failed';
        operation.error = {
          code: error instanceof ServiceError ? error.code : 'InternalServerError',
          message: error.message,
        };
      },
    );
    const place = `${this.origin()}/subscriptions/${SUBSCRIPTION}/providers/${PROVIDER}/locations/${REGION}`;
    return {
      'azure-asyncoperation': `${place}/mfeOperationsStatus/${id}?api-version=${version}`,
      location: `${place}/mfeOperationResults/${id}?api-version=${version}`,
      'retry-after': '1',
    };
  }

  #find({ names }: Request): Operation {
    const operation = this.#operations.get(names.id!);
    if (!operation) throw new ServiceError(404, 'NotFound', `There is no operation ${names.id}.`);
    return operation;
  }

  #status(request: Request): Response {
    return {
      status: 200,
      body: { name: request.names.id, ...this.#find(request) },
      headers: { 'retry-after': '1' },
    };
  }

  #result(request: Request): Response {
    const { status, error } = this.#find(request);
    if (error) throw new ServiceError(400, error.code, error.message);
    if (status === 'Succeeded') return { status: 204 };
    return {
      status: 202,
      headers: { location: `${this.origin()}${request.path}?${request.query}`, 'retry-after': '1' },
    };
  }
}
