// npm run bench:volumes: distances, components, resampling, smoothing and reading of a volume of 181×217×181 voxels, on
// two threads, against SimpleITK, SciPy, PyTorch and nibabel, in alternation, on this machine, in one run.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from './bundle.mjs';
import { Peer } from './peer.mjs';
import { pythonWith } from './python.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? 9);
/** How far the summaries of two programs may be apart: what they compute alike, and SimpleITK's recursive filter does not. */
const WORK = {
  distances: { peers: ['simpleitk'], tolerance: 0.02 },
  component: { peers: ['simpleitk', 'scipy'], tolerance: 0 },
  resample: { peers: ['simpleitk', 'torch'], tolerance: 1e-3 },
  smooth: { peers: ['scipy', 'simpleitk'], tolerance: 1e-3, approximate: ['simpleitk'] },
  // SimpleITK's is shown; nibabel's is the bar, the reader that Python's own tools use.
  read: { peers: ['nibabel', 'simpleitk'], tolerance: 0 },
};

const middle = values => [...values].sort((a, b) => a - b)[values.length >> 1];
const python = pythonWith(['torch==2.15.0', 'numpy', 'SimpleITK', 'scipy', 'nibabel']);
const server = await bundle('test/bench/volumes-server.ts');
const folder = mkdtempSync(join(tmpdir(), 'innereye-bench-'));
const results = [];
try {
  const theirs = new Peer(python, ['test/bench/peers/volumes.py'], { OMP_NUM_THREADS: '2' });
  const { files } = await theirs.ask({ folder, threads: 2 });
  const ours = new Peer(process.execPath, [server]);
  await ours.ask(files);
  for (const [name, { peers, tolerance, approximate = [] }] of Object.entries(WORK)) {
    const contenders = [['ours', ours, name], ...peers.map(peer => [peer, theirs, `${name}_${peer}`])];
    const times = Object.fromEntries(contenders.map(([label]) => [label, []]));
    let expected;
    for (let round = -2; round < ROUNDS; round++) {
      for (const [label, program, request] of contenders) {
        const { milliseconds, result } = await program.ask({ name: request });
        if (round >= 0) times[label].push(milliseconds);
        if (label === 'ours') expected = result;
        else if (
          !approximate.includes(label) &&
          result.some((value, i) => Math.abs(value - expected[i]) > tolerance * Math.max(1, Math.abs(value)))
        )
          throw new Error(`${name}: ${label} gives ${result}, we give ${expected}`);
      }
    }
    const medians = Object.fromEntries(
      Object.entries(times).map(([label, values]) => [label, middle(values)]),
    );
    const fastest = peers.reduce((best, peer) => (medians[peer] < medians[best] ? peer : best));
    const ratios = times.ours.map((time, round) => time / times[fastest][round]);
    const ratio = { median: middle(ratios), least: Math.min(...ratios), most: Math.max(...ratios) };
    results.push({ name, medians, fastest, ratio });
    const listed = Object.entries(medians).map(([label, time]) => `${label} ${time.toFixed(1)} ms`);
    console.log(`${name.padEnd(10)} ${listed.join(', ')}`);
    console.log(
      `           ${ratio.median.toFixed(2)} × ${fastest}  (${ratio.least.toFixed(2)} to ${ratio.most.toFixed(2)} over ${ROUNDS} rounds)`,
    );
  }
  await Promise.all([ours.close(), theirs.close()]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
mkdirSync('.bench', { recursive: true });
writeFileSync('.bench/volumes.json', `${JSON.stringify({ rounds: ROUNDS, results }, null, 2)}\n`);
