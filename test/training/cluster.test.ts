import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors } from '../../src/training/safetensors.ts';
import { onlyRun, programMissing, run, start, writeSmallConfiguration } from './program.ts';

/** Ports of this machine that are free. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      server =>
        new Promise<number>(resolve => {
          server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
        }),
    ),
  );
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))));
  return ports;
}

/** As on a machine without bfloat16. */
const FLOAT32 = ['training.precision=float32'];
const long = ['--set', 'training.epochs=300'];
const set = (...settings: string[]) => settings.flatMap(setting => ['--set', setting]);

/** Does something when a process has said something. */
function at(words: string, { child }: ReturnType<typeof start>, act: () => void): void {
  child.stdout!.on('data', data => {
    if (String(data).includes(words)) act();
  });
}

describe.skipIf(programMissing)(`two processes on this machine ${programMissing}`, () => {
  let folder: string;
  let config: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'innereye-cluster-'));
    config = await writeSmallConfiguration(folder, 2);
    expect((await run(['cohort', join(folder, 'data'), '--subjects', '6', '--seed', '3'])).code).toBe(0);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** The same command in both, as on two nodes; only TF_CONFIG says which is which. */
  async function startBoth(args: readonly string[]) {
    const worker = (await freePorts(2)).map(port => `127.0.0.1:${port}`);
    const process = (index: number) =>
      start(['train', config, ...args], {
        TF_CONFIG: JSON.stringify({ cluster: { worker }, task: { type: 'worker', index } }),
      });
    return { chief: process(0), worker: process(1) };
  }
  const best = async (output: string) => {
    const made = (await onlyRun(join(folder, output)))!;
    return (await readSafetensors(join(made, 'checkpoints/best.safetensors'))).tensors;
  };

  it('have the bits of two devices in one process', async () => {
    const args = (output: string) => [...set(...FLOAT32), '--output', join(folder, output)];
    const { chief, worker } = await startBoth(args('both'));
    const [ended, other] = await Promise.all([chief.ended, worker.ended]);
    expect(ended.code, ended.stderr).toBe(0);
    expect(other.code, other.stderr).toBe(0);
    expect(other.stdout).toContain('process 2 of 2 computes for the chief');
    // And two devices learn what one does: src/training/gradient-on-devices.test.ts.
    const devices = set('training.devices=2', 'training.loader_threads=0');
    const { code, stderr } = await run(['train', config, ...args('devices'), ...devices]);
    expect(code, stderr).toBe(0);
    expect(await best('both')).toEqual(await best('devices'));
  });

  it('end where the worker dies, with a message', async () => {
    const { chief, worker } = await startBoth([...long, '--output', join(folder, 'killed')]);
    at('epoch 1/', chief, () => worker.child.kill('SIGKILL'));
    const { code, stderr } = await chief.ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/the worker at 127\.0\.0\.1:\d+ is gone/);
    expect(stderr).toContain('--resume');
    const made = (await onlyRun(join(folder, 'killed')))!;
    expect(JSON.parse(await readFile(join(made, 'run.json'), 'utf8')).status).toBe('failed');
  });

  it('end where the chief has nothing to do', async () => {
    const { chief, worker } = await startBoth(['--resume', (await onlyRun(join(folder, 'both')))!]);
    const [first, second] = await Promise.all([chief.ended, worker.ended]);
    expect([first.code, second.code], first.stderr + second.stderr).toEqual([1, 1]);
    expect(first.stderr).toContain('the run is complete');
    expect(second.stderr).toContain('the run has failed');
  });

  // Half a minute more: npm run prove:cluster.
  describe.skipIf(!process.env.INNEREYE_PROVE)('of a run that goes on', () => {
    it('end where either is asked to stop', async () => {
      const made = (await onlyRun(join(folder, 'killed')))!;
      const { chief, worker } = await startBoth(['--resume', made]);
      at('going on at epoch', chief, () => worker.child.kill('SIGINT'));
      const [first, second] = await Promise.all([chief.ended, worker.ended]);
      expect([first.code, second.code], first.stderr + second.stderr).toEqual([130, 130]);
      expect(first.stdout).toMatch(/going on at epoch [2-9]/);
      expect(first.stderr).toContain('--resume');
    });

    it('end where the chief dies', async () => {
      const made = (await onlyRun(join(folder, 'killed')))!;
      const { chief, worker } = await startBoth(['--resume', made]);
      at('going on at epoch', chief, () => chief.child.kill('SIGKILL'));
      await chief.ended;
      const { code, stderr } = await worker.ended;
      expect(code).toBe(1);
      expect(stderr).toMatch(/the chief at 127\.0\.0\.1:\d+ is gone/);
    });
  });
});
