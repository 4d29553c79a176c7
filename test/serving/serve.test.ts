import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { engineMissing, openTestEngine } from '../../src/engine/testing.ts';
import { exportBundle } from '../../src/export/export-bundle.ts';
import { untrainedModel, writeRun } from '../../src/export/fixtures/untrained-model.ts';
import { packed } from '../../src/foundation/archive.ts';
import { readVolume } from '../../src/volume/read.ts';
import { buildCommandLine, type CommandLine } from '../command-line.ts';
import { load } from './load.ts';
import { filesBelow, type RunningService, SECRET, startService } from './running-service.ts';
import { syntheticSeries } from './synthetic-series.ts';

/** A minute with 50 clients by `npm run bench:serving`. */
const SECONDS = Number(process.env.INNEREYE_LOAD_SECONDS ?? 2);
const CLIENTS = Number(process.env.INNEREYE_LOAD_CLIENTS ?? 8);
const MINUTES = 60_000 * 5;

const root = mkdtempSync(join(tmpdir(), 'innereye-serve-test-'));
const spool = join(root, 'spool');
let line: CommandLine;
let bundle = '';
let service: RunningService;

describe.skipIf(engineMissing)(`innereye serve ${engineMissing}`, () => {
  beforeAll(async () => {
    await openTestEngine();
    const model = untrainedModel({ name: 'plain_unet', features: 2, levels: 2 });
    const run = await writeRun(root, 'small', model);
    ({ file: bundle } = await exportBundle(run, { version: 2, folder: root }));
    line = await buildCommandLine();
    const limits = [
      '--max-megabytes',
      '4',
      '--max-unpacked-megabytes',
      '8',
      '--queue',
      '6',
      '--queue-per-client',
      '6',
    ];
    service = await startService(line.program, bundle, spool, limits);
  }, MINUTES);
  afterAll(async () => {
    await service?.stop();
    line?.remove();
    rmSync(root, { recursive: true, force: true });
  });

  /** The only folder of the service below its spool, and what is in it but whose it is. */
  const onDisk = () =>
    filesBelow(join(spool, readdirSync(spool)[0]!)).filter(file => !file.endsWith('.owner'));
  const send = (path: string, body: Buffer | string) =>
    service.ask(path, { method: 'POST', body: typeof body === 'string' ? body : new Uint8Array(body) });

  it(
    'segments as `innereye predict` does with the same bundle',
    async () => {
      const { zip } = await syntheticSeries('somebody');
      const archive = join(root, 'scan.zip');
      writeFileSync(archive, zip);
      const out = join(root, 'predicted');
      execFileSync(
        process.execPath,
        [line.program, 'predict', '--model', bundle, '--input', archive, '--output', out],
        {
          stdio: 'pipe',
        },
      );
      const answer = await send('/v1/predict?format=nifti', zip);
      expect(answer.status).toBe(200);
      const served = join(root, 'served.nii.gz');
      writeFileSync(served, Buffer.from(await answer.arrayBuffer()));
      const [a, b] = await Promise.all(
        [served, join(out, 'scan/segmentation.nii.gz')].map(file => readVolume(file)),
      );
      expect(a).toEqual(b);
      expect(new Set(a!.data).size).toBeGreaterThan(1);
    },
    MINUTES,
  );

  describe('attacked', () => {
    /** A slice, its elements found by their tags and written over. */
    const lying = async (tag: string, change: (bytes: Buffer, at: number) => void) => {
      const { files } = await syntheticSeries('somebody');
      for (const { content } of files) change(content, content.indexOf(Buffer.from(tag, 'hex')));
      return packed(files);
    };

    const attacks: Record<string, () => Promise<Buffer | string>> = {
      'what is no scan': async () => 'no scan at all',
      'an archive that is none': async () => 'PK\x03\x04 and nothing more',
      'an archive that leads out of itself': async () => {
        const zip = await packed([{ name: 'xx/xx/evil.dcm', content: Buffer.from('evil') }]);
        for (let at = zip.indexOf('xx/xx'); at >= 0; at = zip.indexOf('xx/xx', at + 1))
          zip.write('../..', at);
        return zip;
      },
      'an archive that unpacks to a thousand times its size': async () =>
        packed([{ name: 'bomb.dcm', content: Buffer.alloc(9 * 2 ** 20) }]),
      'slices that claim more pixels than they have': () =>
        lying('28001000', (bytes, at) => bytes.writeUInt16LE(60_000, at + 8)),
      'slices whose pixels claim four gigabytes': () =>
        lying('e07f1000', (bytes, at) => bytes.writeUInt32LE(0xfffffff0, at + 8)),
      'slices with an element that claims to go on behind the end': () =>
        lying('10001000', (bytes, at) => bytes.writeUInt16LE(0xffff, at + 6)),
      'an archive with two series': async () => {
        const [one, two] = await Promise.all([syntheticSeries('one'), syntheticSeries('two')]);
        return packed([...one!.files, ...two!.files]);
      },
    };

    it.each(Object.keys(attacks))(
      'by %s it says no, goes on and keeps nothing',
      async name => {
        const answer = await send('/v1/predict', await attacks[name]!());
        expect([name, answer.status]).toEqual([name, 400]);
        const { detail } = (await answer.json()) as { detail: string };
        expect(detail).not.toMatch(/somebody|spool|\/tmp/);
        await vi.waitFor(() => expect(onDisk()).toEqual([]), { timeout: 60_000 });
        expect(existsSync(join(root, 'evil.dcm')) || existsSync(join(spool, 'evil.dcm'))).toBe(false);
        expect((await service.ask('/health/ready')).status).toBe(200);
      },
      MINUTES,
    );

    it('by more bytes than it takes it does not take them', async () => {
      const answer = await send('/v1/predict', Buffer.alloc(5 * 2 ** 20)).then(
        ({ status }) => status,
        // The connection may be gone before all is sent.
        () => 413,
      );
      expect(answer).toBe(413);
      await vi.waitFor(() => expect(onDisk()).toEqual([]), { timeout: 60_000 });
    });
  });

  it.skipIf(process.platform !== 'linux')(
    'goes on with a new process where the predicting one dies',
    async () => {
      const [worker] = service.workers();
      process.kill(worker!, 'SIGKILL');
      await vi.waitFor(
        async () => {
          expect(service.workers()).not.toContain(worker);
          expect((await service.ask('/health/ready')).status).toBe(200);
        },
        { timeout: MINUTES, interval: 200 },
      );
      const { zip } = await syntheticSeries('somebody');
      expect((await send('/v1/predict', zip)).status).toBe(200);
    },
    MINUTES,
  );

  it(
    `answers ${CLIENTS} clients for ${SECONDS} s: everyone their own, those too many with 429 or 503`,
    async () => {
      const result = await load(service, { clients: CLIENTS, seconds: SECONDS, model: 'small:2' });
      if (SECONDS > 10) console.log(JSON.stringify({ ...result, memory: service.memory() }));
      expect(result).toMatchObject({ unauthorised: 0, mixedUp: 0, lost: [] });
      expect(result.answered).toBeGreaterThan(0);
      expect(result.turnedAway).toBeGreaterThan(0);
    },
    MINUTES,
  );

  it(
    'says why where it cannot serve',
    async () => {
      const failing = (...args: string[]) => {
        const env = { ...process.env, API_AUTH_SECRET: '' };
        const { stderr } = spawnSync(process.execPath, [line.program, 'serve', ...args], {
          env,
          encoding: 'utf8',
        });
        return stderr;
      };
      const file = join(root, 'no-bundle.zip');
      writeFileSync(file, await packed([{ name: 'x', content: Buffer.from('x') }]));
      expect(failing('--model', file)).toContain('there is no API_AUTH_SECRET');
      expect(failing('--model', file, '--no-secret', '--port', '0')).toContain('no bundle of a model');
      const { port } = new URL(service.address);
      expect(failing('--model', file, '--no-secret', '--port', port)).toContain('another program does');
    },
    MINUTES,
  );

  it('says nothing of patients, and leaves nothing when it stops', async () => {
    expect(service.output()).not.toMatch(/somebody|client-\d/);
    expect(service.output()).not.toContain(SECRET);
    const workers = process.platform === 'linux' ? service.workers() : [];
    expect(await service.stop()).toBe(0);
    expect(readdirSync(spool)).toEqual([]);
    for (const pid of workers) expect(() => process.kill(pid, 0)).toThrow();
  });
});
