import type { PipelineOptions } from '@azure/core-rest-pipeline';
import type { TokenCredential } from '@azure/identity';
import { version } from '../../foundation/version.ts';
import type { WorkspacePlace } from '../workspace.ts';

/** The first version with uploads that expire; the client library speaks 2022-10-01, whose bodies it still takes. */
export const API_VERSION = '2023-10-01';

/** How services of Azure are reached: who asks, and whom to trust beside the system's authorities. */
export interface Connection {
  readonly place: WorkspacePlace;
  readonly credential: TokenCredential;
  /** An authority's certificate in PEM; programs of their own rather have it in NODE_EXTRA_CA_CERTS. */
  readonly authority?: string;
  /** Between tries; shorter in tests. */
  readonly retryMilliseconds?: number;
}

/** What a request with tokens of `credential` asks for. */
export const tokenScope = ({ endpoint }: WorkspacePlace): string => `${trimmed(endpoint)}/.default`;

export const trimmed = (address: string): string => address.replace(/\/+$/, '');

/**
 * Options of every client here. Throttled requests wait as long as they are told; others that failed by the service's or
 * the network's fault are sent again after 1, 2, 4, … seconds.
 */
export const clientOptions = ({ authority, retryMilliseconds = 1000 }: Connection): PipelineOptions => ({
  retryOptions: { maxRetries: 6, retryDelayInMs: retryMilliseconds, maxRetryDelayInMs: 30_000 },
  userAgentOptions: { userAgentPrefix: `innereye/${version}` },
  ...(authority !== undefined && { tlsOptions: { ca: authority } }),
});
