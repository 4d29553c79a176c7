import { request } from 'node:https';
import { ContainerClient } from '@azure/storage-blob';
import type { StandIn } from './stand-in.ts';
import { WORKSPACE_ID } from './workspace.ts';

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes.
  readonly body: any;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** A client for the stand-in's own tests: plain requests, nothing that a library would add or mend. */
export class Client {
  constructor(
    readonly standIn: StandIn,
    readonly token = standIn.tokens.issue(),
    readonly version = '2023-10-01',
  ) {}

  /** A request to a path or address; rejects where the connection is lost. */
  send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const url = new URL(path.startsWith('/') ? this.standIn.origin + path : path);
    const options = {
      method,
      ca: this.standIn.authority,
      agent: false as const,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
    };
    return new Promise((resolve, reject) => {
      const sent = request(url, options, response => {
        const chunks: Buffer[] = [];
        response.on('data', chunk => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          const text = Buffer.concat(chunks).toString();
          const isJson = response.headers['content-type']?.includes('json');
          resolve({
            status: response.statusCode!,
            body: isJson ? JSON.parse(text) : text,
            headers: response.headers,
          });
        });
      });
      sent.once('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** A request to Azure Resource Manager below the workspace. */
  arm(method: string, path: string, body?: unknown): Promise<Answer> {
    const separator = path.includes('?') ? '&' : '?';
    return this.send(method, `${WORKSPACE_ID}${path}${separator}api-version=${this.version}`, body);
  }

  mlflow(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.send(method, `/mlflow/v1.0${WORKSPACE_ID}/api/2.0/mlflow/${path}`, body);
  }

  history(path: string): Promise<Answer> {
    return this.send('GET', `/history/v1.0${WORKSPACE_ID}/runs/${path}`);
  }

  /** Asks something of the stand-in itself. */
  async control(path: string, body?: unknown, method = 'POST'): Promise<Answer> {
    const answer = await this.send(method, `/stand-in/${path}`, body);
    if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    return answer;
  }

  /** Uploads files as a snapshot and gives the id of its version, as clients of the service do. */
  async uploadCode(name: string, files: Readonly<Record<string, string>>): Promise<string> {
    const pending = await this.arm('POST', `/codes/${name}/versions/1/startPendingUpload`, {
      pendingUploadType: 'TemporaryBlobReference',
    });
    const { blobUri, credential } = pending.body.blobReferenceForConsumption;
    const [place, signature] = credential.sasUri.split('?');
    const folder = decodeURIComponent(new URL(place).pathname).split('/').slice(3).join('/');
    const container = new ContainerClient(`${place.slice(0, -folder.length - 1)}?${signature}`, undefined, {
      tlsOptions: { ca: this.standIn.authority },
      retryOptions: {},
    } as { retryOptions: object });
    for (const [file, text] of Object.entries(files))
      await container.uploadBlockBlob(`${folder}/${file}`, text, Buffer.byteLength(text));
    const made = await this.arm('PUT', `/codes/${name}/versions/1`, { properties: { codeUri: blobUri } });
    return made.body.id;
  }

  /** An environment that jobs can name. */
  async makeEnvironment(): Promise<string> {
    const properties = { image: 'mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest' };
    return (await this.arm('PUT', '/environments/node/versions/1', { properties })).body.id;
  }

  /** The job as soon as `isReached` holds, at the latest when it has ended. */
  async waitFor(
    name: string,
    isReached: (status: string) => boolean = () => false,
    attempts = 400,
  ): Promise<Answer['body']> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const { body } = await this.arm('GET', `/jobs/${name}`);
      const { status } = body.properties;
      if (isReached(status) || ['Completed', 'Failed', 'Canceled'].includes(status)) return body;
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    throw new Error(`The job ${name} did not end.`);
  }
}

/** What a job has written so far. */
export async function logOf(standIn: StandIn, job: string): Promise<string> {
  const blob = standIn.blobs
    .container('azureml')
    .getBlobClient(`ExperimentRun/dcid.${job}/user_logs/std_log.txt`);
  return (await blob.downloadToBuffer()).toString();
}

export const computeId = (name: string): string => `${WORKSPACE_ID}/computes/${name}`;

/** What a command writes for a value of the job, such as `inputs.data`. */
export const expression = (path: string): string => `\${{${path}}}`;
