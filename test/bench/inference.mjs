// Prediction of a volume of 181×217×181 voxels, window 64³, overlap 0.5, Gaussian weights, against MONAI's
// sliding_window_inference with the same network, in alternation.
import { bundle } from './bundle.mjs';
import { compare, measure, tellRound } from './comparison.mjs';
import { Peer } from './peer.mjs';
import { pythonWith } from './python.mjs';

export const title = 'Tiled prediction of a volume against MONAI';

const SIZES = {
  large: { shape: [181, 217, 181], window: [64, 64, 64], features: 16, levels: 3 },
  small: { shape: [40, 40, 40], window: [32, 32, 32], features: 4, levels: 2 },
};

export async function run({ small, rounds = small ? 1 : 3 }) {
  const task = { ...SIZES[small ? 'small' : 'large'], batch: 1, classes: 3, threads: 2 };
  const what = `prediction of ${task.shape.join('×')} voxels`;
  const python = pythonWith(['torch==2.15.0', 'numpy', 'monai==1.6.1'], { install: !small });
  const ours = new Peer(process.execPath, [await bundle('test/bench/inference-server.ts')]);
  const monai = python && new Peer(python, ['test/bench/peers/monai_inference.py'], { OMP_NUM_THREADS: '2' });
  const started = await Promise.all([ours, monai].filter(Boolean).map(peer => peer.ask(task)));
  if (new Set(started.map(({ parameters }) => parameters)).size > 1) throw new Error('the networks differ');
  const contenders = [
    ['ours bfloat16', ours, 'bfloat16'],
    ['monai bfloat16', monai, 'bfloat16'],
    ['ours float32', ours, 'float32'],
    ['monai float32', monai, 'float32'],
  ].filter(([, peer]) => peer);
  const seconds = Object.fromEntries(contenders.map(([label]) => [label, []]));
  const peaks = {};
  for (const [label, peer, precision] of contenders) {
    // The first answer warms up; memory is that of the first precision, before another graph is there.
    peaks[label] = (await peer.ask({ precision })).megabytes;
  }
  for (let round = 0; round < rounds; round++) {
    for (const [label, peer, precision] of contenders)
      seconds[label].push((await peer.ask({ precision })).milliseconds / 1000);
    tellRound(round, seconds, 's');
  }
  await Promise.all([ours.close(), monai?.close()]);
  const { 'ours float32': _, ...best } = seconds;
  const rows = [compare(what, best, { unit: 's', limit: 0.7 })];
  const medians = { ours: peaks['ours bfloat16'], monai: peaks['monai bfloat16'] };
  if (monai) {
    const memory = { unit: 'MB', limit: 1, medians, ours: 'ours', against: 'monai' };
    rows.push(measure(`${what}, peak memory`, [medians.ours / medians.monai], memory));
  }
  return rows;
}
