import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Fault } from '../foundation/fault.ts';
import { ParameterList } from '../models/parameters.ts';
import { readCheckpoint, START, writeCheckpoint } from './checkpoint.ts';
import { planEpochs, validationInterval } from './pace.ts';
import { readSafetensors } from './safetensors.ts';

describe('a checkpoint', () => {
  let folder: string;
  let file: string;
  const list = new ParameterList();
  list.add('encoder/kernel', [2, 3], { kind: 'constant', value: 0 });
  list.add('head/bias', [2], { kind: 'constant', value: 0 });
  const layout = { parameters: list.parameters, statistics: [] };
  const variables = {
    weights: Float32Array.of(1, -2, 3.5, 4, 5, 6, 7, 1e-30),
    average: new Float32Array(8).fill(0.1),
    'optimizer/first': new Float32Array(8).fill(0.3),
  };
  const progress = { ...START, epoch: 3, step: 30, bestScore: 0.1 + 0.2, bestEpoch: 2 };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'innereye-checkpoint-'));
    file = join(folder, 'c.safetensors');
    await writeCheckpoint(file, { variables, progress }, layout);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('comes back with the same bits', async () => {
    expect(await readCheckpoint(file, layout)).toEqual({ variables, progress });
  });

  it('keeps each layer under its name and shape, for other programs', async () => {
    const { tensors } = await readSafetensors(file);
    expect(tensors.get('weights/head/bias')).toEqual({ shape: [2], data: Float32Array.of(7, 1e-30) });
    expect(tensors.get('average/encoder/kernel')!.shape).toEqual([2, 3]);
  });

  it('of another network is refused by the layer that differs', async () => {
    const other = new ParameterList();
    other.add('encoder/kernel', [3, 2], { kind: 'constant', value: 0 });
    await expect(readCheckpoint(file, { parameters: other.parameters, statistics: [] })).rejects.toThrow(
      /encoder\/kernel/,
    );
  });

  it('that is cut off or damaged anywhere ends in a fault or is whole', async () => {
    const whole = readFileSync(file);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), fc.boolean(), async (at, value, cut) => {
        writeFileSync(file, whole);
        if (cut) truncateSync(file, at);
        else {
          const damaged = Buffer.from(whole);
          damaged[at] = value;
          writeFileSync(file, damaged);
        }
        await readCheckpoint(file, layout).catch(error => expect(error).toBeInstanceOf(Fault));
      }),
      { numRuns: 300 },
    );
  });
});

describe('the plan of a run with a time limit', () => {
  const pace = { millisecondsPerStep: 60, millisecondsPerValidation: 3000 };

  it('takes as many epochs as fit with their validations, and one at least', () => {
    const options = { minutes: 5, spentMilliseconds: 4000, stepsPerEpoch: 150, validateEvery: 2 };
    const { epochs } = planEpochs(pace, options);
    const duration = (count: number) => count * 150 * 60 + Math.ceil(count / 2) * 3000;
    expect(duration(epochs)).toBeLessThanOrEqual(296_000);
    expect(duration(epochs + 1)).toBeGreaterThan(296_000 * 0.97);
    expect(planEpochs(pace, { ...options, minutes: 0.01 }).epochs).toBe(1);
  });

  it('validates so rarely that a tenth of the time is not exceeded', () => {
    const every = validationInterval(pace, 150);
    const share = 3000 / (3000 + every * 150 * 60);
    expect(share).toBeLessThanOrEqual(0.1);
    expect(3000 / (3000 + (every - 1) * 150 * 60)).toBeGreaterThan(0.1);
  });
});
