// Distances, components, resampling, smoothing and reading of a volume of 181×217×181 voxels, on two threads, against
// SimpleITK, SciPy, PyTorch and nibabel, in alternation.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from './bundle.mjs';
import { compare, skipped } from './comparison.mjs';
import { Peer } from './peer.mjs';
import { pythonWith } from './python.mjs';

export const title = 'Work on whole volumes against SimpleITK, SciPy, PyTorch and nibabel';

/** How far the summaries of two programs may be apart: what they compute alike, and SimpleITK's recursive filter does not. */
const WORK = {
  distances: { peers: ['simpleitk'], tolerance: 0.02 },
  component: { peers: ['simpleitk', 'scipy'], tolerance: 0 },
  resample: { peers: ['simpleitk', 'torch'], tolerance: 1e-3 },
  smooth: { peers: ['scipy', 'simpleitk'], tolerance: 1e-3, approximate: ['simpleitk'] },
  // SimpleITK's is shown; nibabel's is the bar, the reader that Python's own tools use.
  read: { peers: ['nibabel', 'simpleitk'], tolerance: 0, against: 'nibabel' },
};

export async function run({ small, rounds = small ? 1 : 9 }) {
  const packages = ['torch==2.15.0', 'numpy', 'SimpleITK', 'scipy', 'nibabel'];
  const python = pythonWith(packages, { install: !small });
  if (!python) return [skipped('work on whole volumes', 'no Python environment, which makes the volumes')];
  const server = await bundle('test/bench/volumes-server.ts');
  const folder = mkdtempSync(join(tmpdir(), 'innereye-bench-'));
  try {
    const theirs = new Peer(python, ['test/bench/peers/volumes.py'], { OMP_NUM_THREADS: '2' });
    const { files } = await theirs.ask({ folder, threads: 2 });
    const ours = new Peer(process.execPath, [server]);
    await ours.ask(files);
    const rows = [];
    for (const [name, work] of Object.entries(WORK)) {
      const times = await measureWork(name, work, { ours, theirs, rounds });
      rows.push(compare(name, times, { unit: 'ms', limit: 1, against: work.against }));
    }
    await Promise.all([ours.close(), theirs.close()]);
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Times by program. @throws where the programs' results differ. */
async function measureWork(name, { peers, tolerance, approximate = [] }, { ours, theirs, rounds }) {
  const contenders = [['ours', ours, name], ...peers.map(peer => [peer, theirs, `${name}_${peer}`])];
  const times = Object.fromEntries(contenders.map(([label]) => [label, []]));
  let expected;
  for (let round = -2; round < rounds; round++) {
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
  return times;
}
