// Memory of a training step on a large crop, with what lies in the levels of the network kept and computed again.
import { availableParallelism } from 'node:os';
import { bundle } from './bundle.mjs';
import { measure, skipped } from './comparison.mjs';
import { Peer } from './peer.mjs';

export const title = 'Memory of a training step on a large crop';

const LARGE = { features: 32, levels: 4, batch: 1, crop: [128, 128, 128] };
const SMALL = { features: 8, levels: 2, batch: 1, crop: [32, 32, 32] };
/** A step is first run where TensorFlow has no memory yet, and then as all later ones. */
const STEPS = 2;
const LIMIT_GIGABYTES = 8;

export async function run({ small, only }) {
  const shape = small ? SMALL : LARGE;
  const what = `${shape.crop.join('x')}, ${shape.levels} levels, ${shape.features} features`;
  if (process.platform !== 'linux')
    return [skipped(what, 'only Linux tells the most memory that a process had')];
  const server = await bundle('test/bench/step-server.ts');
  const task = { ...shape, classes: 3, threads: availableParallelism() };
  const rows = [];
  for (const precision of ['float32', 'bfloat16']) {
    if (only && !precision.includes(only)) continue;
    const found = {};
    for (const recompute of [true, false]) {
      // A process each: the most that one had counts.
      const ours = new Peer(process.execPath, [server]);
      await ours.ask(task);
      found[recompute] = await ours.ask({ steps: STEPS, precision, recompute });
      await ours.close();
      console.log(
        `${precision} ${recompute ? 'recomputed' : 'kept'}: ${Math.round(found[recompute].peakMegabytes)} MB, ${(found[recompute].milliseconds.at(-1) / 1000).toFixed(1)} s`,
      );
    }
    const gigabytes = recompute => found[recompute].peakMegabytes / 1000;
    rows.push(
      measure(`peak memory of a step, ${what}, ${precision}`, [gigabytes(true)], {
        unit: 'GB',
        limit: LIMIT_GIGABYTES,
        medians: { recomputed: gigabytes(true), kept: gigabytes(false) },
        ours: 'recomputed',
        details: { milliseconds: { recomputed: found[true].milliseconds, kept: found[false].milliseconds } },
      }),
    );
  }
  return rows;
}
