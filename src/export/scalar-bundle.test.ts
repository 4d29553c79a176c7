import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineMissing, openTestEngine } from '../engine/testing.ts';
import { eachArchiveEntry, writeArchive } from '../foundation/archive.ts';
import { openRun } from '../runs/run-folder.ts';
import { predictTable } from '../runs/scalar/predict-table.ts';
import { openScalarModel, readLearnedScalar } from '../runs/scalar/scalar-model.ts';
import { exportBundle } from './export-bundle.ts';
import { untrainedScalar, writeScalarRun } from './fixtures/untrained-scalar.ts';
import { openBundle } from './open-bundle.ts';

const root = mkdtempSync(join(tmpdir(), 'innereye-scalar-bundle-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const SCORING = {
  temperature: 2.5,
  thresholds: { Default: 0.4 },
  calibration_error: { before: 0.2, after: 0.1 },
};
/** What of a manifest the tests change. */
interface Written {
  configuration: object;
  members: {
    table: { features: { numerical: unknown[]; categorical: { words: string[] }[] } };
    scoring: object;
    configuration?: object;
  }[];
}
const signal = new AbortController().signal;

async function textsOf(file: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  await eachArchiveEntry(file, { entries: 100, bytes: 1e8 }, async entry => {
    const chunks: Buffer[] = [];
    for await (const chunk of await entry.open()) chunks.push(chunk as Buffer);
    files.set(entry.name, Buffer.concat(chunks));
  });
  return files;
}

describe.skipIf(engineMissing)(`a bundle of a model that tells of subjects ${engineMissing}`, () => {
  let run = '';
  let file = '';
  beforeAll(async () => {
    await openTestEngine();
    const member = { ...(await untrainedScalar({ name: 'mlp', hidden: [6] })), scoring: SCORING };
    run = await writeScalarRun(root, 'sick', member);
    ({ file } = await exportBundle(run, { version: 2, folder: root }));
  });

  it('holds what a run has learned and fixed', async () => {
    const opened = await openBundle(file);
    if (opened.kind !== 'scalar') throw new Error(opened.kind);
    const [member] = opened.model.members;
    const own = await readLearnedScalar(await openRun(run));
    expect(member!.learned).toEqual(own.learned);
    expect(member!.facts).toEqual(own.facts);
    expect(member!.scoring).toEqual(SCORING);
    expect(opened.manifest).toMatchObject({
      innereye_bundle: 2,
      task: 'classification',
      targets: [{ name: 'Default', kind: 'class' }],
      members: [{ inputs: { features: [3] }, output: 'outputs', onnx: { dynamic: ['batch'] } }],
    });
  });

  it('does not pretend that its subjects were divided by the defaults', async () => {
    const { manifest } = await openBundle(file);
    expect(manifest.configuration).toMatchObject({ dataset: { csv: 'dataset.csv' } });
    expect(manifest.configuration).not.toHaveProperty('dataset.splits');
    expect(manifest.lineage.subjects).toEqual({ train: 1, validation: 0, test: 0 });
  });

  it('predicts the bits of the run, calibrated', async () => {
    const table = join(root, 'table.csv');
    writeFileSync(table, 'subject,age,sex\na,61,f\nb,55,m\nc,,\n');
    const { model } = await openBundle(file);
    const options = { signal };
    const ofRun = await predictTable(await openScalarModel(run), table, join(root, 'run.csv'), options);
    const ofBundle = await predictTable(model as never, table, join(root, 'bundle.csv'), options);
    expect(ofBundle.rows).toEqual(ofRun.rows);
    expect(readFileSync(ofBundle.file)).toEqual(readFileSync(ofRun.file));
    const plain = await openScalarModel(run);
    const uncalibrated = { ...plain, members: plain.members.map(one => ({ ...one, scoring: undefined })) };
    const raw = await predictTable(uncalibrated, table, join(root, 'raw.csv'), options);
    // Calibration divides logits by the temperature.
    const logit = (p: number) => Math.log(p / (1 - p));
    for (const [index, { output }] of ofBundle.rows.entries())
      expect(logit(output)).toBeCloseTo(logit(raw.rows[index]!.output) / SCORING.temperature, 5);
  });

  it('wants a table, as it has none, and knows no splits', async () => {
    const { model } = await openBundle(file);
    const predict = (input: string | undefined, split?: 'test') =>
      predictTable(model as never, input, join(root, 'none.csv'), { signal, split });
    await expect(predict(undefined)).rejects.toThrow('it is not said what to predict');
    await expect(predict(join(root, 'table.csv'), 'test')).rejects.toThrow('a bundle does not know');
  });

  it('does not say where data lies, who the subjects are or whose machine it was', async () => {
    for (const content of (await textsOf(file)).values())
      for (const secret of ['/home/someone', 'anna', '/run'])
        expect(content.toString('latin1')).not.toContain(secret);
  });

  it('is refused where its parts do not go together', async () => {
    const faultOf = async (change: (manifest: Written) => void) => {
      const files = await textsOf(file);
      const manifest = JSON.parse(files.get('manifest.json')!.toString()) as Written;
      change(manifest);
      files.set('manifest.json', Buffer.from(JSON.stringify(manifest)));
      const changed = join(root, 'changed.zip');
      const contents = [...files].map(([name, content]) => ({ name, content }));
      await writeArchive(changed, contents, { time: new Date() });
      return openBundle(changed).then(
        () => '',
        (error: Error) => error.message,
      );
    };
    expect(await faultOf(it => it.members[0]!.table.features.numerical.pop())).toContain(
      'not that of its settings',
    );
    expect(await faultOf(it => it.members[0]!.table.features.categorical[0]!.words.push('x'))).toContain(
      'fit',
    );
    expect(await faultOf(it => Object.assign(it.configuration, { plugins: ['./x.ts'] }))).toContain(
      'no bundle has',
    );
    expect(
      await faultOf(it => {
        it.members[0]!.configuration = { ...it.configuration, plugins: ['./x.ts'] };
      }),
    ).toContain('no bundle has');
    expect(await faultOf(it => Object.assign(it.members[0]!.scoring, { temperature: 0 }))).toContain(
      'temperature',
    );
    expect(await faultOf(it => Object.assign(it, { task: 'segmentation' }))).toContain('its manifest says');
  });

  it('of visits has no ONNX, but the rest', async () => {
    const network = { name: 'mlp', hidden: [4], recurrence: { name: 'gru', hidden: 3 } };
    const sequence = await writeScalarRun(root, 'visits', await untrainedScalar(network, { visits: true }));
    const made = await exportBundle(sequence, { version: 1, folder: root });
    expect(made.manifest.members[0]).not.toHaveProperty('onnx');
    const readmeOf = async (bundle: string) => (await textsOf(bundle)).get('README.md')!.toString();
    expect(await readmeOf(file)).toContain('--input TABLE.csv');
    expect(await readmeOf(file)).toContain('ONNX');
    expect(await readmeOf(made.file)).not.toContain('ONNX');
    expect(made.manifest.members[0]).toMatchObject({ inputs: { features: [3, 3], present: [3] } });
    const table = join(root, 'visits.csv');
    writeFileSync(table, 'subject,visit,age,sex\na,0,61,f\na,1,62,f\nb,0,55,m\n');
    const { model } = await openBundle(made.file);
    const ofBundle = await predictTable(model as never, table, join(root, 'b.csv'), { signal });
    const ofRun = await predictTable(await openScalarModel(sequence), table, join(root, 'r.csv'), { signal });
    expect(ofBundle.rows).toEqual(ofRun.rows);
    expect(ofBundle.rows.length).toBeGreaterThan(1);
  });
});
