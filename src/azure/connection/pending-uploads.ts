import { z } from 'zod';
import { codeId } from '../resource-ids.ts';
import { API_VERSION, trimmed } from './connection.ts';
import type { JsonClient } from './json-client.ts';

const answerSchema = z.object({
  blobReferenceForConsumption: z.object({
    blobUri: z.string(),
    credential: z.object({ sasUri: z.string() }),
  }),
});

/** Places to upload code to, which the workspace gives for some hours. Newer than the client library, which lacks them. */
export class PendingUploads {
  constructor(private readonly client: JsonClient) {}

  /** @returns the address that the code has afterwards, and the same with a signature that lets it be written. */
  async begin(code: string): Promise<{ readonly address: string; readonly signed: string }> {
    const { place } = this.client.connection;
    const url = `${trimmed(place.endpoint)}${codeId(place, code)}/startPendingUpload?api-version=${API_VERSION}`;
    const answer = await this.client.send('POST', url, { pendingUploadType: 'TemporaryBlobReference' });
    const { blobUri, credential } = answerSchema.parse(answer).blobReferenceForConsumption;
    return { address: blobUri, signed: credential.sasUri };
  }
}
