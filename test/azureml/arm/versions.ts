import { ServiceError } from '../service-error.ts';

/** Versions that Microsoft.MachineLearningServices takes: the folders of its public specification, from 2022-10-01 on. */
const MACHINE_LEARNING = [
  ...['2022-10-01', '2022-10-01-preview', '2022-12-01-preview', '2023-02-01-preview', '2023-04-01'],
  ...['2023-04-01-preview', '2023-06-01-preview', '2023-08-01-preview', '2023-10-01', '2024-01-01-preview'],
  ...['2024-04-01', '2024-04-01-preview', '2024-07-01-preview', '2024-10-01', '2024-10-01-preview'],
  ...['2025-01-01-preview', '2025-04-01', '2025-06-01', '2025-09-01', '2025-12-01'],
];

/** The api-version of a request to Azure Resource Manager, or its 400. Other providers are asked for versions of any date. */
export function apiVersion(query: URLSearchParams, path: string): string {
  const version = query.get('api-version');
  if (!version)
    throw new ServiceError(
      400,
      'MissingApiVersionParameter',
      'The api-version query parameter (?api-version=) is required for all requests.',
    );
  const known = /MachineLearningServices/i.test(path)
    ? MACHINE_LEARNING.includes(version)
    : /^\d{4}-\d\d-\d\d(-preview)?$/.test(version);
  if (known) return version;
  throw new ServiceError(
    400,
    'NoRegisteredProviderFound',
    `No registered resource provider found for location 'westeurope' and API version '${version}' for type 'workspaces'. The supported api-versions are '${MACHINE_LEARNING.join(', ')}'.`,
  );
}
