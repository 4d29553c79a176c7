import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { engineMissing, openTestEngine } from '../engine/testing.ts';
import { untrainedScalar } from '../export/fixtures/untrained-scalar.ts';
import { packed } from '../foundation/archive.ts';
import { predictTable } from '../runs/scalar/predict-table.ts';
import type { ScalarPredictingModel } from '../runs/scalar/scalar-model.ts';
import { writeNifti } from '../volume/formats/nifti-write.ts';
import type { Answerer } from './answerer.ts';
import { tellingAnswerer } from './predict-subjects.ts';
import { whatIsWrong } from './what-is-wrong.ts';

const root = mkdtempSync(join(tmpdir(), 'innereye-tell-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let tasks = 0;

interface Told {
  readonly predictions: readonly { readonly output: number }[];
  readonly failed: readonly object[];
}

/** What an answerer says of a body. */
async function ask(answerer: Answerer, body: string | Buffer): Promise<Told> {
  const folder = join(root, `task${++tasks}`);
  mkdirSync(folder);
  const input = join(folder, 'input');
  writeFileSync(input, body);
  const task = { id: String(tasks), input, folder, format: 'json', unpacked: 1e7 } as const;
  return JSON.parse(readFileSync(await answerer.answer(task), 'utf8')) as Told;
}
const refusal = (answerer: Answerer, body: string | Buffer) =>
  ask(answerer, body).then(
    () => '',
    error => whatIsWrong(error.fault ?? error),
  );

const scoring = (threshold: number, temperature = 1) => ({
  temperature,
  thresholds: { Default: threshold },
  calibration_error: { before: 0, after: 0 },
});
const CSV = 'subject,age,sex\n=a,61,f\nb,55,m\nc,50,x\nd,old,m\n';

describe.skipIf(engineMissing)(`what the service tells of subjects ${engineMissing}`, () => {
  it('is what predicting tells, of an ensemble, from a csv and from JSON, with the rows that are wrong', async () => {
    await openTestEngine();
    const member = async (seed: number, threshold: number) => ({
      ...(await untrainedScalar({ name: 'mlp', hidden: [6] }, { seed })),
      scoring: scoring(threshold, seed),
    });
    const members = [await member(1, 0.2), await member(2, 0.6)];
    const model: ScalarPredictingModel = { members, combination: { method: 'mean', weights: [1, 1] } };
    const answerer = await tellingAnswerer('sick:1', model);
    const table = join(root, 'table.csv');
    writeFileSync(table, CSV);
    const signal = new AbortController().signal;
    const { rows } = await predictTable(model, table, join(root, 'told.csv'), { signal });
    const answer = await ask(answerer, CSV);
    expect(answer).toMatchObject({ model: 'sick:1', task: 'classification' });
    expect(answer.predictions).toEqual(
      rows.map(({ subject, target, output }) => ({
        subject,
        target,
        output,
        threshold: 0.4,
        told: output >= 0.4,
      })),
    );
    expect(rows.map(({ subject }) => subject)).toEqual(['=a', 'b']);
    expect(answer.failed).toEqual([
      { subject: 'd', line: 5, what: 'the column "age" holds "old", which is no number' },
      { subject: 'c', line: 4, what: 'the column "sex" holds "x", which no training subject has' },
    ]);
    const subjects = [
      { subject: '=a', age: 61, sex: 'f' },
      { subject: 'b', age: 55, sex: 'm' },
    ];
    for (const sent of [{ subjects }, subjects])
      expect((await ask(answerer, JSON.stringify(sent))).predictions).toEqual(answer.predictions);
    expect(await refusal(answerer, '{"subjects": []}')).toContain('no list of subjects');
    expect(await refusal(answerer, '[{"subject": {"a": 1}}]')).toContain('no texts and numbers');
    expect(await refusal(answerer, '{broken')).toContain('is no JSON');
    expect(await refusal(answerer, 'subject,age,sex\na,old,f\n')).toContain('"age" holds "old"');
  });

  it('goes by the scans that were sent, and by no other file of the machine', async () => {
    await openTestEngine();
    const settings = {
      task: 'regression',
      dataset: { channels: ['scan'], targets: { columns: ['ml'] } },
      input: { size: [4, 8, 8] },
    };
    const network = { name: 'resnet', features: 2, blocks: [1] };
    const features = { numerical: [], categorical: [] };
    const member = await untrainedScalar(network, { settings, features });
    const answerer = await tellingAnswerer('size:1', { members: [member] });
    const scan = join(root, 'scan.nii.gz');
    const data = Float32Array.from({ length: 4 * 8 * 8 }, (_, index) => index % 13);
    await writeNifti(scan, { data, shape: [4, 8, 8], affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0] } as never);
    const content = readFileSync(scan);
    const alone = await ask(answerer, content);
    expect(alone.predictions).toMatchObject([{ subject: 'scan', target: 'ml' }]);
    expect(alone.predictions[0]).not.toHaveProperty('threshold');
    const archive = (path: string) =>
      packed([
        { name: 'set/dataset.csv', content: Buffer.from(`subject,scan\np,${path}\n`) },
        { name: 'set/scans/p.nii.gz', content },
      ]);
    const zipped = await ask(answerer, await archive('scans/p.nii.gz'));
    expect(zipped.predictions[0]!.output).toBe(alone.predictions[0]!.output);
    expect(await refusal(answerer, await archive(scan))).toContain('a scan that was not sent');
    expect(await refusal(answerer, await archive('../../scan.nii.gz'))).toContain('leaves the data set');
    expect(await refusal(answerer, `subject,scan\np,${scan}\n`)).toContain('a scan that was not sent');
    expect(await refusal(answerer, 'PK no archive')).not.toBe('');
  });
});
