import { z } from 'zod';
import { workspaceId } from '../resource-ids.ts';
import type { Job, LogFile } from '../workspace.ts';
import { readBlob } from './blob-files.ts';
import { trimmed } from './connection.ts';
import type { JsonClient } from './json-client.ts';
import type { ResourceManager } from './resources/resource-manager.ts';

const runSchema = z.object({
  runId: z.string(),
  status: z.string().nullish(),
  displayName: z.string().nullish(),
  target: z.string().nullish(),
  parentRunId: z.string().nullish(),
  createdTimeUtc: z.string().nullish(),
  startTimeUtc: z.string().nullish(),
  endTimeUtc: z.string().nullish(),
  runType: z.string().nullish(),
  tags: z.record(z.string(), z.string().nullable()).nullish(),
  /** Why it has not begun. */
  queueingInfo: z.object({ message: z.string().nullish() }).nullish(),
  error: z.object({ error: z.object({ message: z.string().nullish() }).nullish() }).nullish(),
});
const detailsSchema = runSchema.extend({ logFiles: z.record(z.string(), z.string()).nullish() });
const childrenSchema = z.object({
  value: z.array(runSchema),
  nextLink: z.string().nullish(),
});
const addressesSchema = z.object({ history: z.string().optional(), api: z.string().optional() });

/** What a run is called in status lists here, where the history has another word. */
const STATUS: Readonly<Record<string, string>> = {
  Cancelled: 'Canceled',
  CancelRequested: 'CancelRequested',
};

/** The run history beside Azure Resource Manager: times, errors, children, log files. */
export class RunHistory {
  #address: Promise<string> | undefined;

  constructor(
    private readonly manager: ResourceManager,
    private readonly client: JsonClient,
  ) {}

  async details(job: string): Promise<Partial<Job> & { readonly logs: LogFile[] }> {
    const found = detailsSchema.parse(await this.client.send('GET', `${await this.#runs()}/${job}/details`));
    const { connection } = this.client;
    const logs = Object.entries(found.logFiles ?? {})
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, address]) => ({ name, read: (from: number) => readBlob(address, from, connection) }));
    return { ...partOf(found), logs };
  }

  async children(job: string): Promise<Job[]> {
    const found: Job[] = [];
    let next: string | undefined = `${await this.#runs()}/${job}/children`;
    while (next) {
      const { value, nextLink } = childrenSchema.parse(await this.client.send('GET', next));
      for (const run of value)
        found.push({
          name: run.runId,
          kind: run.runType === 'hyperdrive' ? 'sweep' : 'command',
          status: STATUS[run.status ?? ''] ?? run.status ?? 'NotStarted',
          displayName: run.displayName ?? run.runId,
          experiment: '',
          tags: defined(run.tags),
          outputs: {},
          ...partOf(run),
        });
      next = nextLink ?? undefined;
    }
    return found;
  }

  async #runs(): Promise<string> {
    this.#address ??= this.#discover().catch(error => {
      this.#address = undefined;
      throw error;
    });
    return `${await this.#address}/history/v1.0${workspaceId(this.manager.place)}/runs`;
  }

  /** The workspace says where its services are: no cloud's names stand here. */
  async #discover(): Promise<string> {
    const { discoveryUrl } = await this.manager.facts();
    const addresses = addressesSchema.parse(await this.client.send('GET', discoveryUrl));
    return trimmed(addresses.history ?? addresses.api ?? new URL(discoveryUrl).origin);
  }
}

const defined = (tags: z.output<typeof runSchema>['tags']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(tags ?? {}).filter((tag): tag is [string, string] => typeof tag[1] === 'string'),
  );

/** What the history knows beyond Azure Resource Manager. */
function partOf(run: z.output<typeof runSchema>): Partial<Job> {
  const error = run.error?.error?.message;
  return {
    ...(run.target && { cluster: run.target }),
    ...(run.parentRunId && { parent: run.parentRunId }),
    ...(run.createdTimeUtc && { createdAt: run.createdTimeUtc }),
    ...(run.startTimeUtc && { startedAt: run.startTimeUtc }),
    ...(run.endTimeUtc && { endedAt: run.endTimeUtc }),
    ...(error && { error }),
    ...(run.queueingInfo?.message && { waiting: run.queueingInfo.message }),
  };
}
