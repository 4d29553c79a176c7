// Whether the loader threads keep the engine fed, all augmentations of the hippocampus configuration on, by the built
// product: the share of the time that training waits for its batches, as `train --profile` measures it.
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { measure, skipped } from './comparison.mjs';
import { CONFIGURATION, hippocampusFolder, NO_SCANS } from './hippocampus.mjs';
import { buildProduct, train } from './product.mjs';

export const title = 'Loader threads against the engine';

const WHAT = `share of the time that the engine waits for batches, ${availableParallelism()} cores`;
/** Augmentations of the configuration that begin with a later epoch. */
const FROM_THE_START = ['random_flip', 'random_elastic', 'random_gamma', 'random_low_resolution'];

export async function run({ small, rounds = small ? 1 : 3 }) {
  const data = hippocampusFolder();
  if (!data) return [skipped(WHAT, NO_SCANS)];
  buildProduct();
  const folder = mkdtempSync(join(tmpdir(), 'innereye-bench-'));
  try {
    const set = [
      `dataset.path=${data}`,
      ...FROM_THE_START.map((name, index) => `augmentation[${index + 4}].${name}.from_epoch=0`),
      ...(small ? ['dataset.splits.restrict.train=16'] : []),
      ...['training.epochs=2', 'validation.every_epochs=2', 'validation.subjects=1', 'inference.splits=[]'],
    ];
    const trainings = [];
    for (let round = 0; round < rounds; round++) {
      const run = join(folder, String(round));
      trainings.push(await train(resolve(CONFIGURATION), run, { set, options: ['--profile'] }));
    }
    // The first epoch has steps in which the engine settles; the second is like all that follow.
    const second = trainings.map(({ events }) =>
      events.find(({ type, epoch }) => type === 'epoch' && epoch === 1),
    );
    const steps = trainings.map(({ profile }) => profile.stepMilliseconds);
    return [
      measure(
        `${WHAT}, a whole epoch`,
        second.map(({ waiting }) => waiting),
        { unit: '', limit: 0.05 },
      ),
      measure(
        `${WHAT}, between profiled steps`,
        trainings.map(({ profile }) => profile.waitingForData),
        {
          ...{
            unit: '',
            limit: 0.05,
            details: { stepMilliseconds: steps, epochSeconds: second.map(({ seconds }) => seconds) },
          },
        },
      ),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
