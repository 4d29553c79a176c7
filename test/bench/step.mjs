// A training step on our engine against PyTorch's: eager, bfloat16 autocast and torch.compile, in alternation.
import { availableParallelism } from 'node:os';
import { bundle } from './bundle.mjs';
import { compare, median, tellRound } from './comparison.mjs';
import { Peer } from './peer.mjs';
import { pythonWith } from './python.mjs';

export const title = 'A training step against PyTorch';

const SHAPES = [
  { name: '64³, 3 levels, 16 features', features: 16, levels: 3, batch: 1, crop: [64, 64, 64], steps: 3 },
  { name: '64³, 4 levels, 32 features', features: 32, levels: 4, batch: 1, crop: [64, 64, 64], steps: 1 },
  { name: '32³ × 4, 3 levels, 16 features', features: 16, levels: 3, batch: 4, crop: [32, 32, 32], steps: 6 },
];
const SMALL = [
  { name: '16³, 2 levels, 4 features', features: 4, levels: 2, batch: 1, crop: [16, 16, 16], steps: 2 },
];

/** @param only part of the name of the shapes that are measured */
export async function run({ small, rounds = small ? 1 : 7, only = '' }) {
  const python = pythonWith(['torch==2.15.0', 'numpy'], { install: !small });
  const server = await bundle('test/bench/step-server.ts');
  const rows = [];
  for (const shape of (small ? SMALL : SHAPES).filter(({ name }) => name.includes(only)))
    rows.push(...(await measureShape(shape, { python, server, rounds })));
  return rows;
}

async function measureShape({ name, steps, ...shape }, { python, server, rounds }) {
  const threads = availableParallelism();
  const task = { ...shape, classes: 3, threads };
  const ours = new Peer(process.execPath, [server]);
  const torch =
    python && new Peer(python, ['test/bench/peers/torch_step.py'], { OMP_NUM_THREADS: `${threads}` });
  const started = await Promise.all([ours, torch].filter(Boolean).map(peer => peer.ask(task)));
  if (new Set(started.map(({ parameters }) => parameters)).size > 1) throw new Error('the networks differ');
  const contenders = [
    ['ours float32', ours, { precision: 'float32' }],
    ['ours bfloat16', ours, { precision: 'bfloat16' }],
    ['torch float32', torch, { precision: 'float32' }],
    ['torch bfloat16', torch, { precision: 'bfloat16' }],
    ['torch.compile float32', torch, { precision: 'float32', compiled: true }],
    ['torch.compile bfloat16', torch, { precision: 'bfloat16', compiled: true }],
  ].filter(([, peer]) => peer);
  const times = {};
  for (const [label, peer, request] of contenders) {
    const { problem } = await peer.ask({ ...request, steps: 3 });
    if (problem) console.log(`${label} is left out: ${problem}`);
    else times[label] = [];
  }
  const able = contenders.filter(([label]) => label in times);
  for (let round = 0; round < rounds; round++) {
    for (const [label, peer, request] of able)
      times[label].push(median((await peer.ask({ ...request, steps })).milliseconds));
    tellRound(round, times, 'ms');
  }
  await Promise.all([ours.close(), torch?.close()]);
  const only = labels =>
    Object.fromEntries(labels.filter(label => times[label]).map(label => [label, times[label]]));
  const theirs = Object.keys(times).filter(label => label.startsWith('torch'));
  return [
    compare(`step ${name}, float32 against eager`, only(['ours float32', 'torch float32']), {
      unit: 'ms',
      limit: 0.7,
    }),
    compare(`step ${name}, bfloat16 against the best`, only(['ours bfloat16', ...theirs]), {
      unit: 'ms',
      limit: 0.85,
    }),
  ];
}
