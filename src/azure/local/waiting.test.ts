import { describe, expect, it } from 'vitest';
import type { AzureWorkspace, Cluster, Job } from '../workspace.ts';
import { reasonToWait } from './waiting.ts';

const job = (name: string, more: Partial<Job> = {}): Job => ({
  name,
  kind: 'command',
  status: 'Queued',
  displayName: name,
  experiment: '',
  cluster: 'gpu',
  createdAt: '2026-11-25T12:00:00Z',
  tags: {},
  outputs: {},
  ...more,
});

function workspace(cluster: Partial<Cluster>, jobs: readonly Job[] = []): AzureWorkspace {
  const whole = {
    name: 'gpu',
    size: 's',
    lowPriority: true,
    nodes: { minimum: 0, maximum: 4, current: 4 },
    problems: [],
    ...cluster,
  };
  async function* list() {
    yield* jobs;
  }
  return { cluster: async () => whole, jobs: list } as Partial<AzureWorkspace> as AzureWorkspace;
}

describe('the reason to wait', () => {
  const own = job('own');

  it('is what the service says, then what the cluster says, then that all nodes are in use', async () => {
    const told = job('own', { waiting: 'Waiting for capacity.' });
    const problems = ['The subscription has no quota.'];
    expect(await reasonToWait(workspace({ problems }), told)).toBe('Waiting for capacity.');
    expect(await reasonToWait(workspace({ problems }), own)).toBe('The subscription has no quota.');
    expect(await reasonToWait(workspace({}), own)).toBe('all 4 nodes of gpu are in use');
    const one = { nodes: { minimum: 0, maximum: 1, current: 1 } };
    expect(await reasonToWait(workspace(one), own)).toBe('the one node of gpu is in use');
  });

  it('tells how many wait before it for the same cluster', async () => {
    const early = { createdAt: '2026-11-25T11:00:00Z' };
    const jobs = [
      job('late', { createdAt: '2026-11-25T13:00:00Z' }),
      own,
      job('first', early),
      job('elsewhere', { ...early, cluster: 'cpu' }),
      job('running', { ...early, status: 'Running' }),
    ];
    const free = { nodes: { minimum: 0, maximum: 4, current: 0 } };
    expect(await reasonToWait(workspace(free, jobs), own)).toBe('one job waits before it');
    const more = [...jobs, job('second', early)];
    expect(await reasonToWait(workspace({}, more), own)).toBe(
      'all 4 nodes of gpu are in use; 2 jobs wait before it',
    );
  });

  it('is none where nothing tells one, or it does not wait', async () => {
    const free = { nodes: { minimum: 0, maximum: 4, current: 0 } };
    expect(await reasonToWait(workspace(free), own)).toBeUndefined();
    expect(await reasonToWait(workspace({}), job('own', { status: 'Running' }))).toBeUndefined();
  });
});
