import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EpochOutputs } from './epoch-outputs.ts';

const row = (subject: string, output: number, label = 1) => ({ subject, target: 'sick', output, label });

describe('the outputs of each epoch', () => {
  let file = '';
  beforeEach(() => {
    file = join(mkdtempSync(join(tmpdir(), 'innereye-epochs-')), 'Val', 'metrics.csv');
  });
  afterEach(() => rmSync(join(file, '..', '..'), { recursive: true }));
  const text = () => readFileSync(file, 'utf8');
  const HEAD = 'epoch,subject,prediction_target,model_output,label,data_split,cross_validation_split_index\n';

  it('are in the columns of InnerEye', async () => {
    const outputs = new EpochOutputs(file, 'Val', 2);
    await outputs.add(0, [row('a', 0.25), row('b, c', 0.5, Number.NaN)]);
    await outputs.add(2, [row('a', 0.75, 0)]);
    expect(text()).toBe(`${HEAD}0,a,sick,0.25,1,Val,2\n0,"b, c",sick,0.5,,Val,2\n2,a,sick,0.75,0,Val,2\n`);
  });

  it('of epochs that are done again count once, whatever was cut off', async () => {
    const outputs = new EpochOutputs(file, 'Val');
    for (const epoch of [0, 1, 2, 10]) await outputs.add(epoch, [row('a', epoch)]);
    appendFileSync(file, '11,a,si');
    const resumed = new EpochOutputs(file, 'Val');
    await resumed.add(2, [row('a', 7)]);
    await resumed.add(3, [row('a', 8)]);
    expect(text()).toBe(
      `${HEAD}0,a,sick,0,1,Val,-1\n1,a,sick,1,1,Val,-1\n2,a,sick,7,1,Val,-1\n3,a,sick,8,1,Val,-1\n`,
    );
  });

  it('of visits say which', async () => {
    await new EpochOutputs(file, 'Train').add(0, [{ ...row('a', 1), position: 3 }]);
    expect(text()).toBe(`${HEAD.trim()},position\n0,a,sick,1,1,Train,-1,3\n`);
  });
});
