// Resident memory of a training with ten times as many subjects, by the built product.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { measure, skipped } from './comparison.mjs';
import { buildProduct, train } from './product.mjs';

export const title = 'Memory of a training with ten times as many subjects';

/** Scans that are made; every subject is one of them under an id of its own, and prepared and kept as its own. */
const SCANS = 20;

export async function run({ small }) {
  const [few, many] = small ? [10, 40] : [200, 2000];
  const what = `resident memory with ${many} subjects against ${few}`;
  if (process.platform !== 'linux')
    return [skipped(what, 'only Linux tells the most memory that a process had')];
  buildProduct();
  const folder = mkdtempSync(join(tmpdir(), 'innereye-bench-'));
  try {
    const cohort = join(folder, 'scans');
    const scans = small ? 4 : SCANS;
    execFileSync(process.execPath, ['dist/innereye.js', 'cohort', cohort, '--subjects', `${scans}`], {
      stdio: 'ignore',
    });
    // The volumes of the benchmark must not push a user's own out of the cache.
    const environment = cacheIn(join(folder, 'cache'));
    const peaks = {};
    const seconds = {};
    for (const count of [few, many]) {
      const data = join(folder, `${count}`);
      repeatSubjects(cohort, data, count);
      const began = performance.now();
      const { peakMegabytes } = await train(
        resolve('examples/quickstart.innereye.yaml'),
        join(folder, `run-${count}`),
        {
          // Small enough that an epoch of all subjects takes half a minute; a large network would only hide what grows.
          set: [
            ...[
              `dataset.path=${data}`,
              'dataset.splits.train=0.98',
              'dataset.splits.validation=0.01',
              'dataset.splits.test=0.01',
            ],
            ...['architecture.features=8', 'architecture.levels=3', 'sampling.crop_size=[24, 32, 32]'],
            ...['training.epochs=1', 'inference.window=[24, 32, 32]'],
          ],
          environment,
        },
      );
      peaks[`${count} subjects`] = peakMegabytes;
      seconds[count] = (performance.now() - began) / 1000;
    }
    const [fewer, more] = Object.values(peaks);
    return [
      measure(what, [more / fewer], {
        unit: 'MB',
        limit: 1.1,
        medians: peaks,
        ours: `${many} subjects`,
        against: `${few} subjects`,
        details: { seconds },
      }),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A data set of so many subjects with the scans of another, by turns. */
function repeatSubjects(cohort, folder, count) {
  const [heading, ...rows] = readFileSync(join(cohort, 'dataset.csv'), 'utf8').trim().split(/\r?\n/);
  const ids = [...new Set(rows.map(row => row.split(',')[0]))];
  const scans = ids.map(id => rows.filter(row => row.startsWith(`${id},`)));
  const repeated = Array.from({ length: count }, (_, index) =>
    scans[index % scans.length].map(row => {
      const [, file, ...rest] = row.split(',');
      return [String(index + 1).padStart(5, '0'), join(cohort, file), ...rest].join(',');
    }),
  );
  mkdirSync(folder);
  writeFileSync(join(folder, 'dataset.csv'), `${[heading, ...repeated.flat()].join('\n')}\n`);
}

/** A cache of prepared volumes of its own, with the engine that is installed. */
function cacheIn(folder) {
  const { INNEREYE_CACHE, XDG_CACHE_HOME = join(homedir(), '.cache') } = process.env;
  mkdirSync(folder);
  symlinkSync(join(INNEREYE_CACHE ?? join(XDG_CACHE_HOME, 'innereye'), 'engine'), join(folder, 'engine'));
  return { INNEREYE_CACHE: folder };
}
