import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import type { FromTraining } from './messages.ts';
import { DebuggedTraining, type TrainingStart } from './training-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'innereye-thread-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

/** Begins a thread with a program of our own in the place of a training. */
function begin(program: string) {
  const file = join(folder, 'thread.mjs');
  writeFileSync(file, `import { workerData } from 'node:worker_threads';\n${program}`);
  vi.stubEnv('INNEREYE_TRAINING_THREAD', file);
  const heard: FromTraining[] = [];
  const training = new DebuggedTraining({} as TrainingStart, message => heard.push(message));
  return { training, heard, ended: () => heard.filter(({ type }) => type === 'ended') };
}

describe('the thread of a debugged training', () => {
  it('has failed where it is gone without having said how it ended', async () => {
    const { ended, training } = begin('process.exit(3);');
    await expect.poll(ended).toHaveLength(1);
    expect(ended()[0]).toMatchObject({ status: 'failed', message: expect.stringContaining('exit code 3') });
    await expect(training.ask('scopes', { frame: 1000 })).rejects.toThrow('training has ended');
  });

  it('has ended as it said, once, also where it leaves right after', async () => {
    const said = `workerData.port.postMessage({ type: 'ended', status: 'completed' });`;
    const { ended } = begin(`${said} workerData.port.close();`);
    await expect.poll(ended).toEqual([{ type: 'ended', status: 'completed' }]);
    const left = begin(`${said} process.exit(1);`);
    await expect.poll(left.ended).toEqual([{ type: 'ended', status: 'completed' }]);
    const thrown = begin(`throw new Error('boom');`);
    await expect.poll(thrown.ended).toHaveLength(1);
    await new Promise(done => setTimeout(done, 100));
    expect(thrown.ended()).toEqual([
      { type: 'ended', status: 'failed', message: expect.stringContaining('boom') },
    ]);
  });

  it('refuses what was asked when it is killed', async () => {
    const { training } = begin('setInterval(() => {}, 1000);');
    const asked = training.ask('scopes', { frame: 1000 });
    const refused = expect(asked).rejects.toThrow('training has ended');
    await training.kill();
    await refused;
  });
});
