import { z } from 'zod';
import { API_VERSION, type Connection, trimmed } from './connection.ts';
import { JsonClient } from './json-client.ts';

const RESOURCES_VERSION = '2022-12-01';

const tenantSchema = z.object({ tenantId: z.string(), displayName: z.string().nullish() });
const subscriptionSchema = z.object({ subscriptionId: z.string(), displayName: z.string().nullish() });
const workspaceSchema = z.object({ id: z.string(), name: z.string(), location: z.string().nullish() });

export interface Tenant {
  readonly id: string;
  readonly name: string;
}

/** A workspace that an account sees, and what names it. */
export interface SeenWorkspace {
  readonly subscription: string;
  readonly subscriptionName: string;
  readonly resourceGroup: string;
  readonly workspace: string;
  readonly region: string;
}

/** What an account sees at all, before a workspace is chosen. */
export class Account {
  readonly #client: JsonClient;
  readonly #endpoint: string;

  /** @param endpoint of Azure Resource Manager. */
  constructor(connection: Omit<Connection, 'place'> & { readonly endpoint: string }) {
    this.#endpoint = trimmed(connection.endpoint);
    const place = { endpoint: connection.endpoint, subscription: '', resourceGroup: '', workspace: '' };
    this.#client = new JsonClient({ ...connection, place });
  }

  async tenants(): Promise<Tenant[]> {
    const found = await this.#list('/tenants', RESOURCES_VERSION, tenantSchema);
    return found.map(({ tenantId, displayName }) => ({ id: tenantId, name: displayName ?? tenantId }));
  }

  /**
   * The workspaces of all subscriptions in the tenant of the sign-in.
   * @param unseen is told of subscriptions whose workspaces may not be listed.
   */
  async workspaces(unseen?: (subscription: string, error: unknown) => void): Promise<SeenWorkspace[]> {
    const subscriptions = await this.#list('/subscriptions', RESOURCES_VERSION, subscriptionSchema);
    const found = await Promise.all(
      subscriptions.map(async ({ subscriptionId, displayName }) => {
        const subscriptionName = displayName ?? subscriptionId;
        const path = `/subscriptions/${subscriptionId}/providers/Microsoft.MachineLearningServices/workspaces`;
        const workspaces = await this.#list(path, API_VERSION, workspaceSchema).catch(error => {
          unseen?.(subscriptionName, error);
          return [];
        });
        return workspaces.map(({ id, name, location }) => ({
          subscription: subscriptionId,
          subscriptionName,
          resourceGroup: /\/resourceGroups\/([^/]+)/i.exec(id)?.[1] ?? '',
          workspace: name,
          region: location ?? '',
        }));
      }),
    );
    return found.flat();
  }

  async #list<T>(path: string, version: string, schema: z.ZodType<T>): Promise<T[]> {
    const pageSchema = z.object({ value: z.array(schema), nextLink: z.string().nullish() });
    const found: T[] = [];
    let next: string | undefined = `${this.#endpoint}${path}?api-version=${version}`;
    while (next) {
      const page: z.output<typeof pageSchema> = pageSchema.parse(await this.#client.send('GET', next));
      found.push(...page.value);
      next = page.nextLink ?? undefined;
    }
    return found;
  }
}
