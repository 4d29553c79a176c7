import {
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
} from '@azure/core-rest-pipeline';
import { type Connection, clientOptions } from './connection.ts';
import { asServiceFault } from './service-faults.ts';

/** Asks something of a deployed model, with the endpoint's own key. */
export async function askEndpoint(
  { address, key }: { readonly address: string; readonly key: string },
  path: string,
  connection: Connection,
): Promise<{ readonly status: number; readonly text: string }> {
  const request = createPipelineRequest({
    url: new URL(path, address).href,
    headers: createHttpHeaders({ authorization: `Bearer ${key}` }),
  });
  try {
    const pipeline = createPipelineFromOptions(clientOptions(connection));
    const { status, bodyAsText } = await pipeline.sendRequest(createDefaultHttpClient(), request);
    return { status, text: bodyAsText ?? '' };
  } catch (error) {
    throw asServiceFault(error, connection.place);
  }
}
