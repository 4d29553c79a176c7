import type { VirtualMachineSize } from '../arm/virtual-machines.ts';
import { ServiceError } from '../service-error.ts';
import type { Clusters } from './clusters.ts';

export interface ClusterSettings {
  readonly size: VirtualMachineSize;
  readonly lowPriority: boolean;
  readonly minNodeCount: number;
  readonly maxNodeCount: number;
}

interface Waiting {
  readonly job: string;
  readonly nodes: number;
  readonly begin: (lease: Lease) => void;
}

/** Nodes that a job has until it gives them back. */
export interface Lease {
  readonly nodes: number;
  release(): void;
}

/** A cluster of nodes that jobs wait for in the order in which they came. */
export class Cluster {
  /** Held by a test: nothing begins, as if all nodes were taken. */
  held = false;
  readonly #running = new Map<string, number>();
  #queue: Waiting[] = [];

  constructor(
    readonly name: string,
    public settings: ClusterSettings,
    readonly all: Clusters,
  ) {}

  /** The job's nodes as soon as there are enough; rejects when `signal` ends the waiting. */
  acquire(job: string, nodes: number, signal: AbortSignal): Promise<Lease> {
    return new Promise((resolve, reject) => {
      const waiting = { job, nodes, begin: resolve };
      this.#queue.push(waiting);
      signal.addEventListener('abort', () => {
        this.#queue = this.#queue.filter(other => other !== waiting);
        reject(signal.reason);
      });
      this.advance();
    });
  }

  /** Gives free nodes to those who wait longest. */
  advance(): void {
    while (!this.held) {
      const [first] = this.#queue;
      if (!first || first.nodes > this.free) return;
      this.#queue.shift();
      this.#running.set(first.job, first.nodes);
      const release = (): void => {
        if (this.#running.delete(first.job)) this.all.advance();
      };
      first.begin({ nodes: first.nodes, release });
    }
  }

  get used(): number {
    return [...this.#running.values()].reduce((sum, nodes) => sum + nodes, 0);
  }

  get isBusy(): boolean {
    return this.#running.size + this.#queue.length > 0;
  }

  /** Nodes that could begin something: of the cluster's size and of the subscription's quota. */
  get free(): number {
    const { size, maxNodeCount } = this.settings;
    const left = this.all.quota(this.#quotaName) - this.all.coresInUse(this.#quotaName);
    return Math.min(maxNodeCount - this.used, Math.floor(left / size.vCPUs));
  }

  get #quotaName(): string {
    return this.settings.lowPriority ? 'lowPriority' : this.settings.size.family;
  }

  /** What the service tells about a cluster's nodes, and why they do not become more. */
  get state(): Record<string, unknown> {
    const target = Math.max(this.settings.minNodeCount, this.used);
    return {
      allocationState: 'Steady',
      currentNodeCount: target,
      targetNodeCount: target,
      nodeStateCounts: {
        idleNodeCount: target - this.used,
        runningNodeCount: this.used,
        preparingNodeCount: 0,
        unusableNodeCount: 0,
        leavingNodeCount: 0,
        preemptedNodeCount: 0,
      },
      errors: this.#queue.length > 0 && !this.held ? this.#quotaErrors() : null,
    };
  }

  get nodes(): object[] {
    return [...this.#running].flatMap(([job, count]) =>
      Array.from({ length: count }, (_, at) => ({
        nodeId: `tvm_${this.name}_${job}_${at}`,
        privateIpAddress: '127.0.0.1',
        nodeState: 'running',
        runId: job,
      })),
    );
  }

  /** Throws where the nodes that are always to be there exceed the quota. */
  demandQuota(): void {
    const { size, minNodeCount } = this.settings;
    const quota = this.all.quota(this.#quotaName);
    if (minNodeCount * size.vCPUs <= quota) return;
    throw new ServiceError(
      400,
      'ClusterMinNodesExceedCoreQuota',
      `The specified subscription has a total vCPU quota of ${quota} and cannot accommodate for at least ${minNodeCount} requested managed compute nodes which maps to ${minNodeCount * size.vCPUs} vCPUs.`,
    );
  }

  #quotaErrors(): object[] | null {
    const { size } = this.settings;
    const quota = this.all.quota(this.#quotaName);
    const used = this.all.coresInUse(this.#quotaName);
    const wanted = (this.#queue[0]?.nodes ?? 1) * size.vCPUs;
    if (used + wanted <= quota) return null;
    const message = `Operation results in exceeding quota limits of ${size.familyName}. Maximum allowed: ${quota}, Current in use: ${used}, Additional requested: ${wanted}.`;
    return [{ error: { code: 'ClusterCoreQuotaReached', message } }];
  }
}
