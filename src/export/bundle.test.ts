import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BundleManifest } from '../contracts/bundle.ts';
import { engineMissing, openTestEngine } from '../engine/testing.ts';
import { eachArchiveEntry, writeArchive } from '../foundation/archive.ts';
import { Fault } from '../foundation/fault.ts';
import { exportBundle } from './export-bundle.ts';
import { untrainedModel, writeRun } from './fixtures/untrained-model.ts';
import { openBundle } from './open-bundle.ts';

const root = mkdtempSync(join(tmpdir(), 'innereye-bundle-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const model = untrainedModel(
  { name: 'plain_unet', features: 2, levels: 2, normalization: 'batch' },
  { settings: { preprocessing: [{ resample: { spacing_mm: [3, 2, 1] } }] } },
);

const path = '/home/someone/patients';
const runFolder = (name: string, more: object = {}) =>
  writeRun(root, name, model, { dataset: { ...model.settings.dataset, path }, ...more });

/** The files of an archive. */
async function filesOf(file: string): Promise<{ name: string; content: Buffer }[]> {
  const files: { name: string; content: Buffer }[] = [];
  await eachArchiveEntry(file, { entries: 100, bytes: 1e9 }, async entry => {
    const chunks: Buffer[] = [];
    for await (const chunk of await entry.open()) chunks.push(chunk as Buffer);
    files.push({ name: entry.name, content: Buffer.concat(chunks) });
  });
  return files;
}

describe.skipIf(engineMissing)(`a bundle ${engineMissing}`, () => {
  let file = '';
  let manifest: BundleManifest;
  beforeAll(async () => {
    await openTestEngine();
    const folder = await runFolder('lung model');
    ({ file, manifest } = await exportBundle(folder, { version: 3, folder: root }));
  });

  /** The fault of a bundle whose files were changed. */
  async function faultOf(
    change: (files: Map<string, Buffer>, manifest: Record<string, unknown>) => void,
  ): Promise<string> {
    const files = new Map((await filesOf(file)).map(({ name, content }) => [name, content]));
    const described = JSON.parse(files.get('manifest.json')!.toString()) as Record<string, unknown>;
    change(files, described);
    if (files.has('manifest.json')) files.set('manifest.json', Buffer.from(JSON.stringify(described)));
    const changed = join(root, 'changed.zip');
    await writeArchive(
      changed,
      [...files].map(([name, content]) => ({ name, content })),
      { time: new Date() },
    );
    const error: unknown = await openBundle(changed).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Fault);
    return (error as Fault).message;
  }

  it('holds the weights and settings that predicting takes', async () => {
    expect(file).toBe(join(root, 'lung-model-3.innereye.zip'));
    const opened = await openBundle(file);
    if (opened.kind !== 'segmentation') throw new Error(opened.kind);
    const [member] = opened.model.members;
    expect(member!.weights).toEqual(model.members[0]!.weights);
    expect(member!.statistics).toEqual(model.members[0]!.statistics);
    expect(opened.model.settings.preprocessing).toEqual(model.settings.preprocessing);
    expect(opened.model.engine).toMatchObject({ precision: 'bfloat16', threads: 2 });
  });

  it('says what someone must know who has nothing else', () => {
    expect(manifest).toMatchObject({
      name: 'lung-model',
      version: 3,
      channels: ['mr'],
      structures: [
        { name: 'liver', value: 1, color: '#e6194b' },
        { name: 'kidneys', value: 2, color: '#3cb44b' },
      ],
      spacing_mm: [3, 2, 1],
      metrics: { 'test/Dice': 0.8 },
      lineage: { run: 'lung model', seed: 42, subjects: { train: 2, validation: 0, test: 1 } },
    });
    expect(manifest.notice).toContain('not a medical device');
    expect(manifest.members[0]!.onnx).toMatchObject({ opset: 17, dynamic: ['batch', 'z', 'y', 'x'] });
  });

  it('does not say where data lies, who the subjects are or whose machine it was', () => {
    const text = readFileSync(file).toString('latin1') + JSON.stringify(manifest);
    for (const secret of ['/home/someone', 'anna', 'carla']) expect(text).not.toContain(secret);
  });

  it('is refused where anything in it was changed', async () => {
    const weights = 'members/0/weights.safetensors';
    expect(await faultOf(files => void files.get(weights)!.writeUInt8(9, 1000))).toContain(weights);
    expect(await faultOf(files => files.delete('members/0/model.onnx'))).toContain('has no file');
    expect(await faultOf(files => files.set('run.js', Buffer.from('evil()')))).toContain(
      'does not know run.js',
    );
    expect(await faultOf(files => files.delete('manifest.json'))).toContain('does not begin with');
    expect(await faultOf((_, it) => Object.assign(it, { innereye_bundle: 3 }))).toContain('newer program');
    expect(await faultOf((_, it) => Object.assign(it, { name: '../x' }))).toContain('at name');
    expect(
      await faultOf((_, it) => Object.assign(it.configuration as object, { plugins: ['./x.ts'] })),
    ).toContain('no bundle has');
    const other = { name: 'plain_unet', features: 3, levels: 2, normalization: 'batch' };
    expect(
      await faultOf((_, it) => Object.assign(it.configuration as object, { architecture: other })),
    ).toContain('does not fit the network');
  });

  it('that is damaged anywhere gives a fault or the model, never anything else', async () => {
    const whole = readFileSync(file);
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 });
    const broken = join(root, 'broken.zip');
    await fc.assert(
      fc.asyncProperty(damage, async changes => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of changes) bytes[at] = value;
        writeFileSync(broken, bytes);
        const opened = await openBundle(broken).catch((error: unknown) => error);
        if (!(opened instanceof Fault)) expect(opened).toMatchObject({ manifest: { name: 'lung-model' } });
      }),
      { numRuns: 60 },
    );
  });

  it('is not made of what takes code, or under a name that is no part of an address', async () => {
    const plugin = { architecture: { name: 'plugin', definition: 'mine' } };
    const folder = await runFolder('plugged', plugin);
    await expect(exportBundle(folder, { version: 1, folder: root })).rejects.toThrow(Fault);
    const named = { version: 1, folder: root, name: 'a/b' };
    await expect(exportBundle(join(root, '2026-11-25T144817Z_lung model'), named)).rejects.toThrow(
      'addresses',
    );
  });
});
