// npm run bench:inference: prediction of a volume of 181×217×181 voxels, window 64³, overlap 0.5, Gaussian weights, against
// MONAI's sliding_window_inference with the same network, in alternation, on this machine, in one run.
import { mkdirSync, writeFileSync } from 'node:fs';
import { bundle } from './bundle.mjs';
import { Peer } from './peer.mjs';
import { pythonWith } from './python.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? 3);
const task = {
  ...{ shape: (process.env.SHAPE ?? '181,217,181').split(',').map(Number), window: [64, 64, 64], batch: 1 },
  ...{ features: 16, levels: 3, classes: 3, threads: 2 },
};

const middle = values => [...values].sort((a, b) => a - b)[values.length >> 1];
const python = pythonWith(['torch==2.15.0', 'numpy', 'monai==1.6.1']);
const server = await bundle('test/bench/inference-server.ts');
const ours = new Peer(process.execPath, [server]);
const monai = new Peer(python, ['test/bench/peers/monai_inference.py'], { OMP_NUM_THREADS: '2' });
const started = [await ours.ask(task), await monai.ask(task)];
if (started[0].parameters !== started[1].parameters) throw new Error('the networks differ');
const contenders = [
  ['ours bfloat16', ours, 'bfloat16'],
  ['monai bfloat16', monai, 'bfloat16'],
  ['ours float32', ours, 'float32'],
  ['monai float32', monai, 'float32'],
];
const rounds = Object.fromEntries(contenders.map(([label]) => [label, []]));
const peaks = {};
for (const [label, peer, precision] of contenders) {
  // The first answer warms up; memory is that of the first precision, before another graph is there.
  peaks[label] = (await peer.ask({ precision })).megabytes;
}
for (let round = 0; round < ROUNDS; round++)
  for (const [label, peer, precision] of contenders)
    rounds[label].push((await peer.ask({ precision })).milliseconds);
await Promise.all([ours.close(), monai.close()]);

const best = rounds['monai float32'].map((time, round) => Math.min(time, rounds['monai bfloat16'][round]));
const ratios = rounds['ours bfloat16'].map((time, round) => time / best[round]);
const result = {
  seconds: Object.fromEntries(Object.entries(rounds).map(([label, times]) => [label, middle(times) / 1000])),
  ratio: { median: middle(ratios), least: Math.min(...ratios), most: Math.max(...ratios) },
  peakMegabytes: { ours: peaks['ours bfloat16'], monai: peaks['monai bfloat16'] },
};
for (const [label, seconds] of Object.entries(result.seconds))
  console.log(`${label.padEnd(16)} ${seconds.toFixed(1)} s`);
const { median, least, most } = result.ratio;
console.log(
  `ratio            ${median.toFixed(3)}  (${least.toFixed(3)} to ${most.toFixed(3)} over ${ROUNDS} rounds)`,
);
console.log(
  `peak memory      ours ${result.peakMegabytes.ours.toFixed(0)} MB, monai ${result.peakMegabytes.monai.toFixed(0)} MB`,
);
mkdirSync('.bench', { recursive: true });
writeFileSync('.bench/inference.json', `${JSON.stringify({ rounds: ROUNDS, ...result }, null, 2)}\n`);
