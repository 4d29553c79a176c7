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

/** What does not depend on the order of sums: batches are divided, and float32 keeps seven digits. */
const EXACT = ['training.precision=float32', 'training.ema_decay=0', 'optimizer.name=sgd'];
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
    config = await writeSmallConfiguration(folder, 3);
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

  it('learn what one device learns from the same batches, with the bits of two devices', async () => {
    const args = (output: string) => [...set(...EXACT), '--output', join(folder, output)];
    const { chief, worker } = await startBoth(args('both'));
    const [ended, other] = await Promise.all([chief.ended, worker.ended]);
    expect(ended.code, ended.stderr).toBe(0);
    expect(other.code, other.stderr).toBe(0);
    expect(other.stdout).toContain('process 2 of 2 computes for the chief');
    const alone = async (output: string, ...more: string[]) => {
      const { code, stderr } = await run(['train', config, ...args(output), ...set(...more)]);
      expect(code, stderr).toBe(0);
    };
    await alone('devices', 'training.devices=2', 'training.loader_threads=0');
    const [both, devices] = [await best('both'), await best('devices')];
    expect(both).toEqual(devices);
    await alone('one');
    for (const [name, { data }] of await best('one')) {
      const scale = data.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
      both.get(name)!.data.forEach((value, index) => {
        expect(Math.abs(value - data[index]!) / scale, name).toBeLessThan(1e-4);
      });
    }
  });

  it('end where either dies, with a message, and where either is asked to stop; and go on', async () => {
    const output = join(folder, 'killed');
    const begun = await startBoth([...set(...EXACT, 'training.epochs=300'), '--output', output]);
    at('epoch 2/', begun.chief, () => begun.worker.child.kill('SIGKILL'));
    const failed = await begun.chief.ended;
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(/the worker at 127\.0\.0\.1:\d+ is gone/);
    expect(failed.stderr).toContain('--resume');
    const made = (await onlyRun(output))!;
    expect(JSON.parse(await readFile(join(made, 'run.json'), 'utf8')).status).toBe('failed');

    const resumed = await startBoth(['--resume', made]);
    at('going on at epoch', resumed.chief, () => resumed.worker.child.kill('SIGINT'));
    const [chief, worker] = await Promise.all([resumed.chief.ended, resumed.worker.ended]);
    expect([chief.code, worker.code], chief.stderr + worker.stderr).toEqual([130, 130]);
    expect(chief.stdout).toMatch(/going on at epoch [2-9]/);
    expect(chief.stderr).toContain('--resume');

    const again = await startBoth(['--resume', made]);
    at('going on at epoch', again.chief, () => again.chief.child.kill('SIGKILL'));
    await again.chief.ended;
    const left = await again.worker.ended;
    expect(left.code).toBe(1);
    expect(left.stderr).toMatch(/the chief at 127\.0\.0\.1:\d+ is gone/);
  });
});
