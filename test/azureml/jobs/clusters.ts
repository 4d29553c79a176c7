import { LOW_PRIORITY_QUOTA, SIZES } from '../arm/virtual-machines.ts';
import { Cluster, type ClusterSettings } from './cluster.ts';

/** All clusters of the workspace, which share the subscription's quota. */
export class Clusters {
  readonly #clusters = new Map<string, Cluster>();
  readonly #quotas = new Map<string, number>([
    ...SIZES.map(size => [size.family, size.quota] as const),
    ['lowPriority', LOW_PRIORITY_QUOTA],
  ]);

  define(name: string, settings: ClusterSettings): void {
    const before = this.get(name);
    if (before) before.settings = settings;
    else this.#clusters.set(name.toLowerCase(), new Cluster(name, settings, this));
    this.advance();
  }

  get(name: string): Cluster | undefined {
    return this.#clusters.get(name.toLowerCase());
  }

  remove(name: string): void {
    this.#clusters.delete(name.toLowerCase());
  }

  quota(name: string): number {
    return this.#quotas.get(name) ?? 0;
  }

  setQuota(name: string, cores: number): void {
    this.#quotas.set(name, cores);
    this.advance();
  }

  /** Cores in use of a family on dedicated nodes, or by all `lowPriority` nodes. */
  coresInUse(name: string): number {
    return [...this.#clusters.values()]
      .filter(({ settings }) =>
        name === 'lowPriority'
          ? settings.lowPriority
          : !settings.lowPriority && settings.size.family === name,
      )
      .reduce((sum, cluster) => sum + cluster.used * cluster.settings.size.vCPUs, 0);
  }

  advance(): void {
    for (const cluster of this.#clusters.values()) cluster.advance();
  }
}
