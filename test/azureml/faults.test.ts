import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Client, computeId, expression } from './client.ts';
import { StandIn } from './stand-in.ts';
import { BLOB_CONTAINER } from './workspace.ts';

let standIn: StandIn;
let client: Client;
let environmentId: string;

beforeAll(async () => {
  standIn = await StandIn.start();
  client = new Client(standIn);
  environmentId = await client.makeEnvironment();
});

afterEach(() => client.control('faults', undefined, 'DELETE'));
afterAll(() => standIn.close());

const job = (properties: object = {}): object => ({
  properties: {
    jobType: 'Command',
    command: 'true',
    environmentId,
    computeId: computeId('cpu-cluster'),
    ...properties,
  },
});
const faults = (...list: object[]) => client.control('faults', { faults: list });

describe('a fault that was asked for', () => {
  it('throttles as often as it says', async () => {
    await faults({ kind: 'throttle', method: 'GET', path: '/jobs$', times: 2, retryAfterSeconds: 3 });
    const answers = [
      await client.arm('GET', '/jobs'),
      await client.arm('GET', '/jobs'),
      await client.arm('GET', '/jobs'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([429, 429, 200]);
    expect(answers[0]!.headers['retry-after']).toBe('3');
  });

  it('answers with an error after so many requests', async () => {
    await faults({ kind: 'error', status: 503, path: '/jobs$', after: 1 });
    const statuses = [await client.arm('GET', '/jobs'), await client.arm('GET', '/jobs')].map(
      ({ status }) => status,
    );
    expect(statuses).toEqual([200, 503]);
  });

  it('loses the connection before the work is done', async () => {
    await faults({ kind: 'drop-before', method: 'PUT', path: '/jobs/before' });
    await expect(client.arm('PUT', '/jobs/before', job())).rejects.toThrow(/socket hang up|ECONNRESET/);
    expect((await client.arm('GET', '/jobs/before')).status).toBe(404);
  });

  it('loses the connection when the work is done, and the same request again is the same job', async () => {
    await faults({ kind: 'drop-after', method: 'PUT', path: '/jobs/after', times: 2 });
    for (const _ of [1, 2])
      await expect(client.arm('PUT', '/jobs/after', job())).rejects.toThrow(/socket hang up|ECONNRESET/);
    expect((await client.arm('PUT', '/jobs/after', job())).status).toBe(200);
    expect(standIn.jobs.all.filter(({ name }) => name === 'after')).toHaveLength(1);
    expect((await client.waitFor('after')).properties.status).toBe('Completed');
  });

  it('is refused where it is none', async () => {
    await expect(faults({ kind: 'earthquake' })).rejects.toThrow(/kind/);
  });
});

describe('a job on low-priority nodes', () => {
  /** Counts up in a file of its output, one step at a time, beginning where the file ends. */
  const COUNT = `for i in $(seq $(($(cat $1/count 2>/dev/null || echo 0) + 1)) 12); do echo $i > $1/count; echo step $i; sleep 0.1; done`;

  it('begins again when its node is taken, with the mounted output that it had', async () => {
    const codeId = await client.uploadCode('counting', { 'count.sh': COUNT });
    const body = job({
      computeId: computeId('gpu-low-priority'),
      codeId,
      command: `bash count.sh ${expression('outputs.state')}`,
      outputs: { state: { jobOutputType: 'uri_folder', mode: 'ReadWriteMount' } },
    });
    await client.arm('PUT', '/jobs/preempted', body);
    for (const attempts of [1, 2]) {
      await until(
        () =>
          standIn.jobs.get('preempted')!.attempts === attempts &&
          standIn.jobs.get('preempted')!.preempt !== undefined,
      );
      await new Promise(resolve => setTimeout(resolve, 250));
      await client.control('preempt', { job: 'preempted' });
    }
    expect((await client.waitFor('preempted')).properties.status).toBe('Completed');
    const job_ = standIn.jobs.get('preempted')!;
    const statuses = job_.history
      .map(({ status }) => status)
      .filter(status => status === 'Queued' || status === 'Running');
    expect(job_.attempts).toBe(3);
    expect(statuses).toEqual(['Queued', 'Running', 'Queued', 'Running', 'Queued', 'Running']);
    const log = await standIn.blobs
      .container('azureml')
      .getBlobClient('ExperimentRun/dcid.preempted/user_logs/std_log.txt')
      .downloadToBuffer();
    // The last attempt went on: its log does not begin with the first step.
    expect(log.toString()).not.toContain('step 1\n');
    const count = await standIn.blobs
      .container(BLOB_CONTAINER)
      .getBlobClient('azureml/preempted/state/count')
      .downloadToBuffer();
    expect(count.toString()).toBe('12\n');
  });

  it('cannot be pre-empted on dedicated nodes', async () => {
    await client.arm('PUT', '/jobs/dedicated', job({ command: 'sleep 1' }));
    await expect(client.control('preempt', { job: 'dedicated' })).rejects.toThrow(
      /not on low-priority nodes/,
    );
  });

  it('waits while its cluster is held', async () => {
    await client.control('hold', { compute: 'cpu-cluster', held: true });
    await client.arm('PUT', '/jobs/held', job());
    await new Promise(resolve => setTimeout(resolve, 300));
    expect((await client.arm('GET', '/jobs/held')).body.properties.status).toBe('Queued');
    await client.control('hold', { compute: 'cpu-cluster', held: false });
    expect((await client.waitFor('held')).properties.status).toBe('Completed');
  });
});

async function until(condition: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (condition()) return;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  throw new Error('It did not come to that.');
}
