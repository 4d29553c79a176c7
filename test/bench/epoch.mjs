// A whole epoch of the hippocampus configuration with all of its augmentations, crops made and trained on, against MONAI
// with the same network, crops and augmentations and whatever loader serves it best, in alternation.
import { availableParallelism } from 'node:os';
import { bundle } from './bundle.mjs';
import { compare, skipped, tellRound } from './comparison.mjs';
import { CONFIGURATION, hippocampusFolder, NO_SCANS } from './hippocampus.mjs';
import { Peer } from './peer.mjs';
import { pythonWith } from './python.mjs';

export const title = 'A whole epoch with augmentation against MONAI';

/** From this epoch on the configuration augments in all of its ways. */
const FIRST_EPOCH = 20;
const WHAT = 'epoch of the hippocampus configuration';

export async function run({ small, rounds = small ? 1 : 5 }) {
  const folder = hippocampusFolder();
  if (!folder) return [skipped(WHAT, NO_SCANS)];
  const threads = availableParallelism();
  const python = pythonWith(['torch==2.15.0', 'numpy', 'monai==1.6.1', 'nibabel'], { install: !small });
  const set = [`dataset.path=${folder}`, ...(small ? ['dataset.splits.restrict.train=8'] : [])];
  // Its loader threads are started from the bundle beside it.
  await bundle('src/pipeline/loader-worker.ts');
  const ours = new Peer(process.execPath, [await bundle('test/bench/epoch-server.ts')]);
  const { subjects, parameters, precision } = await ours.ask({
    ...{ configuration: CONFIGURATION, set, firstEpoch: FIRST_EPOCH },
  });
  const label = `ours ${precision}`;
  const monai =
    python && new Peer(python, ['test/bench/peers/monai_epoch.py'], { OMP_NUM_THREADS: String(threads) });
  let chosen;
  if (monai) {
    const started = await monai.ask({ threads, subjects });
    if (started.parameters !== parameters) throw new Error('the networks differ');
    chosen = await monai.ask({ choose: small ? 5 : 40 });
    console.log(`MONAI at its best: ${JSON.stringify(chosen)}`);
  }
  const theirs = `monai ${chosen?.precision}`;
  const times = { [label]: [], ...(monai && { [theirs]: [] }) };
  await ours.ask({});
  for (let round = 0; round < rounds; round++) {
    times[label].push((await ours.ask({})).seconds);
    if (monai) times[theirs].push((await monai.ask({})).seconds);
    tellRound(round, times, 's');
  }
  await Promise.all([ours.close(), monai?.close()]);
  return [compare(`${WHAT}, ${subjects.length} steps`, times, { unit: 's', limit: 0.65 })];
}
