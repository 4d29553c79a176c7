/** What InnerEye-Inference answers where something is wrong, for each status; and a few more. */
const KINDS = {
  400: ['BAD_REQUEST', 'InvalidInput', 'Input file is not in correct format.'],
  401: [
    'UNAUTHORIZED',
    'NoAuthenticationInformation',
    'Server failed to authenticate the request. Make sure the value of the API_AUTH_SECRET header is populated.',
  ],
  403: [
    'FORBIDDEN',
    'AuthenticationFailed',
    'Server failed to authenticate the request. Make sure the value of the API_AUTH_SECRET header is correct.',
  ],
  404: ['NOT_FOUND', 'ResourceNotFound', 'The specified resource does not exist.'],
  408: ['REQUEST_TIMEOUT', 'RequestTimeout', 'The request did not arrive in time.'],
  413: ['PAYLOAD_TOO_LARGE', 'TooLarge', 'The request is larger than the service accepts.'],
  429: ['TOO_MANY_REQUESTS', 'TooManyRequests', 'This client has too many scans waiting. Try again later.'],
  500: [
    'INTERNAL_SERVER_ERROR',
    'InternalError',
    'The server encountered an internal error. Please retry the request.',
  ],
  503: [
    'SERVICE_UNAVAILABLE',
    'Busy',
    'The service has too many scans waiting, or is stopping. Try again later.',
  ],
} as const;

export type ErrorStatus = keyof typeof KINDS;

/** What InnerEye-Inference calls some causes. */
export type ErrorCause = 'InvalidModelId' | 'InvalidZipFile' | 'InvalidRunId' | 'RunCancelled';

/** An answer that says what is wrong, in InnerEye-Inference's words; nothing of a patient is in it. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';

  constructor(
    readonly status: ErrorStatus,
    /** What is wrong, instead of the general words. */
    readonly detail: string = KINDS[status][2],
    readonly extra?: ErrorCause,
  ) {
    super(detail);
  }

  /** The body of the answer. */
  toJSON(): Record<string, unknown> {
    const [code, title] = KINDS[this.status];
    return {
      code,
      detail: this.detail,
      status: this.status,
      title,
      ...(this.extra !== undefined && { extra_details: this.extra }),
    };
  }
}
