// npm run quickstart: from a fresh clone to a trained model and its report, on a synthetic cohort.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const OUTPUT = 'quickstart';
const began = Date.now();

function step(title, command, args) {
  console.log(`\n== ${title}`);
  const { status, signal } = spawnSync(command, args, { stdio: 'inherit' });
  if (status === 0) return;
  console.error(`\nThe quickstart stopped at: ${title}${signal ? ` (${signal})` : ''}`);
  process.exit(status ?? 1);
}
const innereye = (...args) => [process.execPath, ['dist/innereye.js', ...args]];

if (!existsSync('node_modules')) step('Install the packages', 'npm', ['install']);
step('Build', 'npm', ['run', '--silent', 'build']);
step('Install the engine', ...innereye('engine', 'install'));
// The same seed gives the same scans: those of an earlier quickstart will do.
if (!existsSync(join(OUTPUT, 'data', 'dataset.csv'))) {
  step(
    'Make a synthetic cohort of scans',
    ...innereye('cohort', join(OUTPUT, 'data'), '--subjects', '40', '--seed', '7'),
  );
}
const config = 'examples/quickstart.innereye.yaml';
const data = ['--set', `dataset.path=${join(OUTPUT, 'data')}`];
step(
  'Train, predict the test split, evaluate, report',
  ...innereye('train', config, ...data, '--output', join(OUTPUT, 'runs')),
);
const run = readdirSync(join(OUTPUT, 'runs'))
  .filter(name => name.includes('_'))
  .sort()
  .at(-1);
console.log(`\nDone in ${Math.round((Date.now() - began) / 1000)} s.`);
console.log(`Open ${join(OUTPUT, 'runs', run, 'reports', 'report_Segmentation.html')} in a browser.`);
