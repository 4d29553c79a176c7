import { userError } from '../service-error.ts';
import { PROVIDER, WORKSPACE_ID } from '../workspace.ts';

/** A resource as Azure Resource Manager shows it. */
export interface Resource {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly properties: Record<string, unknown>;
  readonly location?: string;
  readonly tags?: Record<string, string>;
  readonly identity?: unknown;
  readonly sku?: unknown;
  readonly kind?: unknown;
  readonly systemData: {
    readonly createdAt: string;
    readonly createdBy: string;
    readonly lastModifiedAt: string;
  };
}

export type Envelope = Partial<Pick<Resource, 'location' | 'tags' | 'identity' | 'sku' | 'kind'>> & {
  readonly properties: Record<string, unknown>;
};

const VALID_NAME = /^[a-zA-Z0-9][\w.-]{0,254}$/;

/** Resources of the workspace by their path below it, such as `/codes/a/versions/1`; names ignore case. */
export class ResourceStore {
  readonly #resources = new Map<string, Resource>();

  get(path: string): Resource | undefined {
    return this.#resources.get(path.toLowerCase());
  }

  /** The resource that an ARM id names, wherever it stands. */
  byId(id: string): Resource | undefined {
    return id.toLowerCase().startsWith(WORKSPACE_ID.toLowerCase())
      ? this.get(id.slice(WORKSPACE_ID.length))
      : undefined;
  }

  require(path: string): Resource {
    const found = this.get(path);
    if (found) return found;
    const [, type, name, , version] = path.split('/');
    const what = version === undefined ? `${name}` : `${name}:${version}`;
    throw userError(`Requested ${type} '${what}' was not found in this workspace.`, 'NotFound', 404);
  }

  put(
    path: string,
    { properties, ...envelope }: Envelope,
    by: string,
  ): { resource: Resource; isNew: boolean } {
    const parts = path.split('/').filter(part => part !== '');
    const name = parts.at(-1)!;
    if (!VALID_NAME.test(name))
      throw userError(`The name '${name}' is invalid: letters, digits, '-', '_' and '.' are allowed.`);
    const before = this.get(path);
    const now = new Date().toISOString();
    const resource: Resource = {
      ...envelope,
      id: `${WORKSPACE_ID}/${parts.join('/')}`,
      name,
      type: `${PROVIDER}/workspaces/${parts.filter((_, at) => at % 2 === 0).join('/')}`,
      properties,
      systemData: {
        createdAt: before?.systemData.createdAt ?? now,
        createdBy: before?.systemData.createdBy ?? by,
        lastModifiedAt: now,
      },
    };
    this.#resources.set(path.toLowerCase(), resource);
    return { resource, isNew: before === undefined };
  }

  delete(path: string): boolean {
    const key = path.toLowerCase();
    for (const other of this.#resources.keys())
      if (other.startsWith(`${key}/`)) this.#resources.delete(other);
    return this.#resources.delete(key);
  }

  /** Resources directly in a collection such as `/codes/a/versions`, newest first. */
  list(collection: string): Resource[] {
    const prefix = `${collection.toLowerCase()}/`;
    return [...this.#resources]
      .filter(([path]) => path.startsWith(prefix) && !path.slice(prefix.length).includes('/'))
      .map(([, resource]) => resource)
      .reverse();
  }
}
