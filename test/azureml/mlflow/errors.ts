import { ServiceError } from '../service-error.ts';

/** Errors of MLflow's REST by their codes: https://mlflow.org/docs/latest/rest-api.html */
const STATUS = {
  INVALID_PARAMETER_VALUE: 400,
  RESOURCE_DOES_NOT_EXIST: 404,
  RESOURCE_ALREADY_EXISTS: 400,
} as const;

export const mlflowError = (code: keyof typeof STATUS, message: string): ServiceError =>
  new ServiceError(STATUS[code], code, message);

/** The body of an error as MLflow's clients read it. */
export const mlflowErrorBody = ({ code, message }: ServiceError): object => ({ error_code: code, message });
