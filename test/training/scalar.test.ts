import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Explanation } from '../../src/contracts/explanation.ts';
import { manifestSchema } from '../../src/contracts/run.ts';
import { Random } from '../../src/foundation/random.ts';
import { readSafetensors } from '../../src/training/safetensors.ts';
import { writeNifti } from '../../src/volume/formats/nifti-write.ts';
import { readVolume } from '../../src/volume/read.ts';
import { affineFromSpacing } from '../../src/volume/volume.ts';
import { onlyRun, programMissing, run } from './program.ts';

/** Subjects whose answer follows from two columns, and whose scan shows a ball of the volume that is asked for. */
async function writeData(folder: string): Promise<void> {
  const random = new Random(7, 'table');
  const shape = [12, 12, 12] as const;
  const rows = ['subject,age,sex,image,ill,chance,volume'];
  for (let index = 0; index < 80; index++) {
    const age = 40 + random.below(40);
    const sex = random.uniform() < 0.5 ? 'f' : 'm';
    const ill = age + (sex === 'm' ? 10 : 0) > 65;
    const radius = 2 + 3 * random.uniform();
    const data = new Float32Array(12 ** 3);
    for (let at = 0; at < data.length; at++) {
      const [z, y, x] = [Math.floor(at / 144), Math.floor(at / 12) % 12, at % 12];
      const inside = (z - 5.5) ** 2 + (y - 5.5) ** 2 + (x - 5.5) ** 2 < radius ** 2;
      data[at] = (inside ? 1 : 0) + 0.2 * random.normal();
    }
    await writeNifti(join(folder, `${index}.nii`), { data, shape, affine: affineFromSpacing([1, 1, 1]) });
    const volume = (4 / 3) * Math.PI * radius ** 3;
    rows.push([`s${index}`, age, sex, `${index}.nii`, ill, random.below(2), volume.toFixed(1)].join());
  }
  await writeFile(join(folder, 'dataset.csv'), rows.join('\n'));
}

const common = `dataset:
  path: .
  splits: { train: 0.6, validation: 0.2, test: 0.2 }
`;
const training = (epochs: number, rate = '1e-2') =>
  `optimizer: { name: adam, learning_rate: ${rate} }\ntraining: { epochs: ${epochs}, batch_size: 8, precision: float32 }\n`;

const TABLE = `task: classification
${common}  features: { numerical: [age], categorical: [sex] }
  targets: { column: ill }
architecture: { name: mlp, hidden: [8], dropout: 0.05 }
sampling: { classes: balanced }
validation: { training_subjects: true }
evaluation: { calibration: temperature, bootstrap: 100 }
${training(60)}`;
const CHANCE = TABLE.replace('column: ill', 'column: chance');
const IMAGE = `task: regression
${common}  channels: [image]
  targets: { columns: [volume] }
input: { size: [12, 12, 12] }
architecture: { name: resnet, features: 4, blocks: [1, 1], normalization: none }
${training(30, '3e-3')}`;

describe.skipIf(programMissing)(`classification and regression ${programMissing}`, () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'innereye-scalar-'));
    await writeData(folder);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function train(name: string, config: string) {
    const file = join(folder, `${name}.innereye.yaml`);
    await writeFile(file, config);
    const output = join(folder, name);
    const { code, stderr } = await run(['train', file, '--output', output]);
    expect(code, stderr).toBe(0);
    const made = (await onlyRun(output))!;
    const manifest = manifestSchema.parse(JSON.parse(await readFile(join(made, 'run.json'), 'utf8')));
    return { made, results: manifest.results, read: (path: string) => readFile(join(made, path), 'utf8') };
  }

  it('learn from a table what follows from it, twice with the same bits, and nothing from chance', async () => {
    const { made, results, read } = await train('table', TABLE);
    expect(results['test/area_under_roc_curve']).toBeGreaterThanOrEqual(0.95);
    const again = await train('again', `${TABLE}inference: { splits: [] }\n`);
    const weights = (path: string) => readFile(join(path, 'checkpoints/best.safetensors'));
    expect((await weights(made)).equals(await weights(again.made))).toBe(true);
    expect(await read('best_validation_epoch/Test/model_outputs.csv')).toMatch(
      /^subject,prediction_target,label,model_output,cross_validation_split_index\ns\d+,Default,[01],0\.\d+,-1\n/,
    );
    for (const split of ['Train', 'Val']) {
      const epochs = (await read(`${split}/epoch_metrics.csv`)).trim().split('\n');
      expect(epochs[0]).toContain('area_under_roc_curve');
      expect(epochs).toHaveLength(1 + 60);
      const subjects = Number(epochs[1]!.split(',')[0]);
      const outputs = (await read(`${split}/metrics.csv`)).trim().split('\n');
      expect(outputs).toHaveLength(1 + 60 * subjects);
      expect(outputs.at(-1)).toMatch(new RegExp(`^59,s\\d+,Default,0\\.\\d+,[01],${split},-1$`));
    }
    expect(await read('best_validation_epoch/Test/metrics.csv')).toMatch(
      /,accuracy_at_threshold_05,[\d.]+,[\d.]+,[\d.]+\n/,
    );
    const scoring = await read('scoring.json');
    expect(JSON.parse(scoring).temperature).toBeGreaterThan(0);
    // What a model is used with does not hang on what it is measured on.
    expect(await again.read('scoring.json')).toBe(scoring);
    const report = await read('reports/report_Classification.html');
    for (const part of ['PR area', 'Calibration', 'ROC area, Test', 'worst and best cases'])
      expect(report).toContain(part);
    expect(report).not.toContain('Dice');
    await predictsAnotherTable(made, read);
    // 16 test subjects: the area of a guess has a standard deviation of 0.15.
    const chance = await train('chance', CHANCE);
    expect(Math.abs(chance.results['test/area_under_roc_curve']! - 0.5)).toBeLessThan(0.45);
  }, 240_000);

  /** Labels may be missing, and a bad row keeps none of the others from being predicted. */
  async function predictsAnotherTable(made: string, read: (path: string) => Promise<string>) {
    const outputs = await read('best_validation_epoch/Test/model_outputs.csv');
    const [subject, , , output] = outputs.split('\n')[1]!.split(',');
    const rows = (await readFile(join(folder, 'dataset.csv'), 'utf8')).split('\n').map(row => row.split(','));
    const known = rows.find(([id]) => id === subject)!;
    const csv = join(folder, 'new.csv');
    await writeFile(csv, `subject,age,sex\n${known.slice(0, 3).join()}\ns900,50,x\ns901,old,m\n`);
    const target = join(folder, 'predictions.csv');
    const before = await readFile(csv, 'utf8');
    const over = await run(['predict', '--model', made, '--input', csv, '--output', csv]);
    expect(over.code, over.stderr).toBe(1);
    expect(over.stderr).toContain('would write over what is read');
    expect(await readFile(csv, 'utf8')).toBe(before);
    const { code, stderr } = await run(['predict', '--model', made, '--input', csv, '--output', target]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/the column "sex" holds "x", which no training subject has\n.*new\.csv:3/);
    expect(stderr).toMatch(/the column "age" holds "old", which is no number\n.*new\.csv:4/);
    const labelled = join(folder, 'labelled.csv');
    const row = [...known.slice(0, 3), known[4]].join();
    await writeFile(labelled, `subject,age,sex,ill\n${row}\ns900,50,x,true\ns901,old,m,true\n`);
    const why = ['--input', labelled, '--output', join(folder, 'why')];
    const explained = await run(['explain', made, ...why, '--json']);
    expect(explained.code, explained.stderr).toBe(1);
    const said = JSON.parse(explained.stdout) as Explanation;
    expect(said.importance!.features.map(({ feature }) => feature)).toEqual(['age', 'sex']);
    expect(said.failed.map(({ id }) => id)).toEqual(['s901', 's900']);
    expect(explained.stderr).toMatch(/the column "age" holds "old", which is no number\n.*labelled\.csv:4/);
    const predicted = (await readFile(target, 'utf8')).trim().split('\n');
    expect(predicted).toHaveLength(2);
    const [id, , label, again] = predicted[1]!.split(',');
    expect([id, label]).toEqual([subject, '']);
    expect(Number(again)).toBeCloseTo(Number(output), 6);
  }

  it('start from the weights of another run, and leave frozen parts as they are', async () => {
    const first = await train('first', TABLE);
    const second = await train(
      'second',
      TABLE.replace(
        'training: { epochs: 60',
        `training: { frozen: [encoder], initial_weights: "${first.made}", epochs: 2`,
      ),
    );
    const tensors = async ({ made }: { made: string }) =>
      (await readSafetensors(join(made, 'checkpoints/best.safetensors'))).tensors;
    const [before, after] = [await tensors(first), await tensors(second)];
    const same = (name: string) =>
      expect(Buffer.from(after.get(name)!.data.buffer).equals(Buffer.from(before.get(name)!.data.buffer)));
    same('weights/encoder/0/kernel').toBe(true);
    same('weights/head/output/kernel').toBe(false);
  }, 240_000);

  it('learn the volume of what a scan shows', async () => {
    const { made, results, read } = await train('image', IMAGE);
    expect(results['test/r2_score']).toBeGreaterThanOrEqual(0.7);
    const report = await read('reports/report_Regression.html');
    for (const part of ['Bland–Altman', 'R², Test', 'data:image/png', '.nii"'])
      expect(report).toContain(part);
    const { code, stdout, stderr } = await run(['explain', made]);
    expect(code, stderr).toBe(0);
    const files = stdout.trim().split('\n');
    expect(files).toHaveLength(16);
    const { data, shape } = await readVolume(files[0]!);
    expect(shape).toEqual([12, 12, 12]);
    // The balls grow around the middle, where the corners are never reached.
    const at = (z: number, y: number, x: number) => Number(data[x + 12 * (y + 12 * z)]);
    expect(Math.max(...data)).toBeGreaterThan(0.5);
    expect(at(0, 0, 0)).toBeLessThan(Math.max(...data));
  }, 240_000);

  it('validate names the row of a bad cell', async () => {
    const file = join(folder, 'bad.innereye.yaml');
    const csv = (await readFile(join(folder, 'dataset.csv'), 'utf8')).replace(/\ns3,\d+/, '\ns3,old');
    await writeFile(join(folder, 'bad.csv'), csv);
    await writeFile(file, TABLE.replace('path: .', 'path: .\n  csv: bad.csv'));
    const { code, stderr } = await run(['validate', file]);
    expect(code).toBe(1);
    expect(stderr).toContain('the column "age" holds "old", which is no number');
    expect(stderr).toContain('bad.csv:5');
  });
});
