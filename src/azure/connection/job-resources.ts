import { z } from 'zod';
import { Fault } from '../../foundation/fault.ts';
import type { JobProperties } from '../jobs/job-properties.ts';
import { workspaceId } from '../resource-ids.ts';
import type { Job } from '../workspace.ts';
import { API_VERSION, trimmed } from './connection.ts';
import type { JsonClient } from './json-client.ts';

const textsSchema = z.record(z.string(), z.string().nullable()).nullish();
const resourceSchema = z.object({
  name: z.string(),
  properties: z.object({
    jobType: z.string(),
    status: z.string().nullish(),
    displayName: z.string().nullish(),
    experimentName: z.string().nullish(),
    computeId: z.string().nullish(),
    tags: textsSchema,
    services: z.record(z.string(), z.object({ endpoint: z.string().nullish() }).nullable()).nullish(),
    outputs: z.record(z.string(), z.object({ uri: z.string().nullish() }).nullable()).nullish(),
  }),
  systemData: z.object({ createdAt: z.string().nullish(), createdBy: z.string().nullish() }).nullish(),
});
const pageSchema = z.object({ value: z.array(resourceSchema), nextLink: z.string().nullish() });

/** Jobs as Azure Resource Manager has them, in its own words. */
export class JobResources {
  constructor(private readonly client: JsonClient) {}

  /** The same request once more, after a lost answer, changes nothing: the job has its name from the beginning. */
  async submit(name: string, properties: JobProperties): Promise<Job> {
    return jobOf(await this.client.send('PUT', this.#address(`/${name}`), { properties }));
  }

  /** @returns undefined where there is none of that name. */
  async find(name: string): Promise<Job | undefined> {
    const found = await this.client.find(this.#address(`/${name}`));
    return found === undefined ? undefined : jobOf(found);
  }

  async get(name: string): Promise<Job> {
    const found = await this.find(name);
    if (found) return found;
    throw new Fault(
      `there is no job "${name}" in the workspace "${this.client.connection.place.workspace}"`,
      {
        remedy: 'Name one of `innereye azure list`.',
      },
    );
  }

  async *list({ tag }: { readonly tag?: string } = {}): AsyncIterable<Job> {
    let next: string | undefined = this.#address('', tag === undefined ? {} : { tag });
    while (next) {
      const { value, nextLink } = pageSchema.parse(await this.client.send('GET', next));
      yield* value.map(jobOf);
      next = nextLink ?? undefined;
    }
  }

  async cancel(name: string): Promise<void> {
    await this.client.send('POST', this.#address(`/${name}/cancel`));
  }

  #address(path: string, query: Readonly<Record<string, string>> = {}): string {
    const { place } = this.client.connection;
    const asked = new URLSearchParams({ ...query, 'api-version': API_VERSION });
    return `${trimmed(place.endpoint)}${workspaceId(place)}/jobs${path}?${asked}`;
  }
}

const KINDS: Readonly<Record<string, Job['kind']>> = {
  Command: 'command',
  Sweep: 'sweep',
  Pipeline: 'pipeline',
};

function jobOf(value: unknown): Job {
  const { name, properties, systemData } = resourceSchema.parse(value);
  const cluster = properties.computeId?.split('/').at(-1);
  const page = properties.services?.Studio?.endpoint;
  return {
    name,
    kind: KINDS[properties.jobType] ?? 'other',
    status: properties.status ?? 'NotStarted',
    displayName: properties.displayName ?? name,
    experiment: properties.experimentName ?? '',
    tags: defined(properties.tags),
    ...(cluster && { cluster }),
    ...(page && { page }),
    ...(systemData?.createdAt && { createdAt: systemData.createdAt }),
    ...(systemData?.createdBy && { createdBy: systemData.createdBy }),
    outputs: defined(
      Object.fromEntries(Object.entries(properties.outputs ?? {}).map(([key, output]) => [key, output?.uri])),
    ),
  };
}

const defined = (
  values: Readonly<Record<string, string | null | undefined>> | null | undefined,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values ?? {}).flatMap(([key, value]) => (value == null ? [] : [[key, value]])),
  );
