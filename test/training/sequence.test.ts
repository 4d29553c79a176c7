import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manifestSchema } from '../../src/contracts/run.ts';
import { makeVisitsCohort } from '../../src/dataset/synthetic/visits-cohort.ts';
import { onlyRun, programMissing, run } from './program.ts';

const EXAMPLE = 'examples/synthetic-sequence.innereye.yaml';
const RECURRENCE = '{ name: lstm, hidden: 16 }';
/** With an encoder a visit, numbers instead of classes, at two positions. */
const SCANS = `task: sequence
dataset:
  path: data
  channels: [scan]
  features: { numerical: [marker] }
  sequence: { column: visit, target_positions: [1, 3] }
  targets: { columns: [burden] }
input: { size: [8, 12, 12] }
architecture:
  name: resnet
  features: 4
  blocks: [1]
  normalization: batch
  head: { dropout: 0.1 }
  recurrence: { name: gru, hidden: 8, zoneout: 0.05 }
training: { epochs: 3, batch_size: 16 }
`;

describe.skipIf(programMissing)(`sequences of visits ${programMissing}`, () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'innereye-sequence-'));
    await makeVisitsCohort(join(folder, 'data'), { subjects: 200, seed: 0 });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function train(name: string, text: string) {
    const output = join(folder, name);
    const config = join(folder, `${name}.innereye.yaml`);
    await writeFile(config, text.replace('../data/visits', 'data'));
    const { code, stderr } = await run(['train', config, '--output', output]);
    expect(code, stderr).toBe(0);
    const made = (await onlyRun(output))!;
    const manifest = manifestSchema.parse(JSON.parse(await readFile(join(made, 'run.json'), 'utf8')));
    return { made, results: manifest.results, read: (path: string) => readFile(join(made, path), 'utf8') };
  }

  it('what an earlier visit says is remembered by a recurrence, and by nothing else', async () => {
    const example = await readFile(EXAMPLE, 'utf8');
    const { made, results, read } = await train('lstm', example);
    expect(results['test/area_under_roc_curve']).toBeGreaterThanOrEqual(0.95);
    expect(await read('best_validation_epoch/Test/model_outputs.csv')).toMatch(
      /^subject,prediction_target,label,model_output,cross_validation_split_index,position\np\d+,relapse,[01],[\d.e-]+,-1,3\n/,
    );
    const { code, stderr } = await run(['explain', made]);
    expect(code, stderr).toBe(0);
    const importance = (await read('explanations/feature_importance.csv')).trim().split('\n').slice(1);
    const drop = Object.fromEntries(importance.map(line => [line.split(',')[0], Number(line.split(',')[3])]));
    expect(drop.marker).toBeGreaterThan(0.3);
    expect(Math.abs(drop.clinic!)).toBeLessThan(0.1);
    const { results: forgetful } = await train('none', example.replace(RECURRENCE, '{ name: none }'));
    // The area of a guess on 50 subjects has a standard deviation of 0.08.
    expect(forgetful['test/area_under_roc_curve']).toBeLessThan(0.8);
  }, 240_000);

  it('with an encoder a visit, dropout and zoneout, numbers at several positions', async () => {
    const { results, read } = await train('scans', SCANS);
    expect(results['test/subject_count']).toBe(20);
    expect(Number.isFinite(results['test/r2_score'])).toBe(true);
    expect(await read('table.json')).toContain('"count": 4');
  }, 240_000);
});
