// npm run bench:step: a training step on our engine against PyTorch's, in alternation, on this machine, in one run.

import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { bundle } from './bundle.mjs';
import { Peer } from './peer.mjs';
import { pythonWith } from './python.mjs';

const SHAPES = [
  {
    name: '32x48x32 batch 1, 3 levels, 16 features',
    features: 16,
    levels: 3,
    batch: 1,
    crop: [32, 48, 32],
    steps: 12,
  },
  {
    name: '64x64x64 batch 1, 3 levels, 16 features',
    features: 16,
    levels: 3,
    batch: 1,
    crop: [64, 64, 64],
    steps: 4,
  },
  {
    name: '32x32x32 batch 4, 3 levels, 16 features',
    features: 16,
    levels: 3,
    batch: 4,
    crop: [32, 32, 32],
    steps: 6,
  },
];
const ROUNDS = Number(process.env.ROUNDS ?? 7);
const threads = availableParallelism();

const python = pythonWith(['torch==2.15.0', 'numpy']);
const server = await bundle('test/bench/step-server.ts');
const middle = values => [...values].sort((a, b) => a - b)[values.length >> 1];
const results = [];
for (const { name, steps, ...shape } of SHAPES) {
  const task = { ...shape, classes: 3, threads };
  const ours = new Peer(process.execPath, [server]);
  const torch = new Peer(python, ['test/bench/peers/torch_step.py'], { OMP_NUM_THREADS: String(threads) });
  const started = [await ours.ask(task), await torch.ask(task)];
  if (started[0].parameters !== started[1].parameters) throw new Error('the networks differ');
  const contenders = [
    ['ours float32', ours, 'float32'],
    ['torch float32', torch, 'float32'],
    ['ours bfloat16', ours, 'bfloat16'],
    ['torch bfloat16', torch, 'bfloat16'],
  ];
  const rounds = Object.fromEntries(contenders.map(([label]) => [label, []]));
  for (const [, peer, precision] of contenders) await peer.ask({ steps: 3, precision });
  for (let round = 0; round < ROUNDS; round++) {
    for (const [label, peer, precision] of contenders) {
      rounds[label].push(middle((await peer.ask({ steps, precision })).milliseconds));
    }
  }
  await Promise.all([ours.close(), torch.close()]);
  const ratio = precision => {
    const ratios = rounds[`ours ${precision}`].map(
      (time, round) => time / rounds[`torch ${precision}`][round],
    );
    return { median: middle(ratios), least: Math.min(...ratios), most: Math.max(...ratios) };
  };
  const medians = Object.fromEntries(Object.entries(rounds).map(([label, times]) => [label, middle(times)]));
  const result = {
    name,
    parameters: started[0].parameters,
    medians,
    float32: ratio('float32'),
    bfloat16: ratio('bfloat16'),
  };
  results.push(result);
  console.log(name);
  for (const [label, time] of Object.entries(medians))
    console.log(`  ${label.padEnd(16)} ${time.toFixed(1)} ms`);
  for (const precision of ['float32', 'bfloat16']) {
    const { median, least, most } = result[precision];
    console.log(
      `  ratio ${precision.padEnd(9)} ${median.toFixed(3)}  (${least.toFixed(3)} to ${most.toFixed(3)} over ${ROUNDS} rounds)`,
    );
  }
}
mkdirSync('.bench', { recursive: true });
writeFileSync('.bench/step.json', `${JSON.stringify({ threads, rounds: ROUNDS, results }, null, 2)}\n`);
