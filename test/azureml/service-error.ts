/** What the service answers instead of a result: thrown by handlers, written by the server. */
export class ServiceError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: readonly { code: string; message: string; target: string }[] = [],
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** A request that does not fit the specification: 400 with one detail a mistake. */
export function validationError(mistakes: readonly { target: string; message: string }[]): ServiceError {
  const details = mistakes.map(({ target, message }) => ({ code: 'InvalidField', message, target }));
  const lines = mistakes.map(({ target, message }) => `${target}: ${message}`);
  return new ServiceError(400, 'ValidationError', `The request is invalid. ${lines.join('; ')}`, details);
}

/** A mistake of the user's that is found beyond the shape of the request. */
export const userError = (message: string, code = 'UserError', status = 400): ServiceError =>
  new ServiceError(status, code, message);

/** The body of an error as Azure Resource Manager and the service behind it write it. */
export function armErrorBody(error: ServiceError): object {
  const time = new Date().toISOString();
  return {
    error: {
      code: error.code,
      message: error.message,
      details: error.details,
      additionalInfo: [
        { type: 'ComponentName', info: { value: 'managementfrontend' } },
        { type: 'Environment', info: { value: 'westeurope' } },
        { type: 'Location', info: { value: 'westeurope' } },
        { type: 'Time', info: { value: time } },
      ],
    },
  };
}
