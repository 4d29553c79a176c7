// Shows what classification, regression and sequences reach: the volume of the hippocampus and whether it is large, from
// scans alone, with a column that carries signal, with shuffled targets, and by a network that has learned to segment
// before; and what a sequence remembers with and without recurrence. About half an hour on two cores; --only takes one
// part: sequence (a minute), regression, classification, segmentation.
// Usage: node scripts/prove-scalar.mjs [--data FOLDER] [--program FILE] [--only PART] [--epochs N]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data/hippocampus' },
    program: { type: 'string', default: 'dist/innereye.js' },
    only: { type: 'string' },
    epochs: { type: 'string' },
  },
});
const program = resolve(values.program);
const folder = mkdtempSync(join(tmpdir(), 'innereye-scalar-'));

function innereye(...args) {
  const { status, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  if (status === 0) return;
  console.error(stderr);
  process.exit(1);
}

/** Trains a configuration and prints a metric of its test split. @returns the folder of the run. */
function train(title, metric, config, settings = [], options = []) {
  const began = performance.now();
  const output = join(folder, title.replaceAll(/\W+/g, '-'));
  const epochs = values.epochs === undefined ? [] : [`training.epochs=${values.epochs}`];
  const sets = [...settings, ...epochs].flatMap(setting => ['--set', setting]);
  innereye('train', config, '--output', output, ...options, ...sets);
  const run = readdirSync(output).find(name => !name.startsWith('.'));
  const { results } = JSON.parse(readFileSync(join(output, run, 'run.json'), 'utf8'));
  const seconds = Math.round((performance.now() - began) / 1000);
  console.log(`${title}: ${metric} ${results[`test/${metric}`]?.toFixed(3)} (${seconds} s)`);
  return join(output, run);
}

/** mulberry32: the same numbers each time. */
function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The table with absolute paths, an estimate that is off by about 200 mm³ (the volumes differ by about 310), and shuffled volumes. */
function writeTable() {
  const data = resolve(values.data);
  const [head, ...lines] = readFileSync(join(data, 'volumes.csv'), 'utf8').trim().split('\n');
  const at = name => head.split(',').indexOf(name);
  const rows = lines.map(line => line.split(','));
  const random = randomNumbers(1);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const volumes = rows.map(row => Number(row[at('anterior_mm3')]));
  const order = volumes.map(volume => ({ volume, key: random() })).sort((a, b) => a.key - b.key);
  const table = rows.map((row, index) =>
    [
      row[at('subject')],
      join(data, row[at('image')]),
      volumes[index],
      Math.round(volumes[index] + 200 * normal()),
      order[index].volume,
    ].join(),
  );
  const file = join(folder, 'volumes.csv');
  writeFileSync(file, ['subject,image,anterior_mm3,estimate,shuffled', ...table].join('\n'));
  return `dataset.path=${file}`;
}

function hippocampus(config, metric, target) {
  const path = writeTable();
  train(`${target} from scans`, metric, config, [path]);
  train(`${target} from scans and an estimate`, metric, config, [
    path,
    'dataset.features.numerical=[estimate]',
  ]);
  const shuffled =
    metric === 'r2_score' ? 'dataset.targets.columns=[shuffled]' : 'dataset.targets.column=shuffled';
  train(`${target} shuffled`, metric, config, [path, shuffled]);
}

/** Volume and class by a network that has segmented the same training subjects before: two trainings of minutes. */
function fromSegmentation() {
  const data = `dataset.path=${resolve(values.data)}`;
  const shares = ['train=0.7', 'validation=0.1', 'test=0.2'].map(share => `dataset.splits.${share}`);
  const segmentation = train(
    'segmentation before',
    'Dice',
    'examples/hippocampus.innereye.yaml',
    [data, ...shares],
    values.epochs === undefined ? ['--max-minutes', '6'] : [],
  );
  const start = [
    `training.initial_weights=${segmentation}`,
    `dataset.splits.file=${join(segmentation, 'split.json')}`,
  ];
  for (const [what, metric] of Object.entries({
    volume: 'r2_score',
    classification: 'area_under_roc_curve',
  })) {
    const config = `examples/hippocampus-${what}-from-segmentation.innereye.yaml`;
    train(`${what} from segmentation`, metric, config, [data, ...start]);
  }
}

function sequences() {
  const data = join(folder, 'visits');
  innereye('cohort', data, '--kind', 'visits', '--subjects', '200');
  const example = readFileSync('examples/synthetic-sequence.innereye.yaml', 'utf8').replace(
    '../data/visits',
    data,
  );
  const encoder = 'name: resnet, features: 8, blocks: [1, 1], normalization: batch, pooling: max';
  const scans = example
    .replace(/features: \{.*\}/, 'channels: [scan]')
    .replace('relapse, classes: [relapse]', 'progression, classes: [progression]')
    .replace('name: mlp, hidden: [16]', encoder)
    .replace('architecture:', 'input: { size: [8, 12, 12] }\narchitecture:')
    .replace('1e-2', '3e-3');
  const parts = { markers: [example, 16], scans: [scans, 32] };
  for (const [what, [text, hidden]] of Object.entries(parts)) {
    for (const memory of [`lstm, hidden: ${hidden}`, `gru, hidden: ${hidden}`, 'none']) {
      const title = `sequence of ${what}, ${memory.split(',')[0]}`;
      const config = join(folder, `${title.replaceAll(/\W+/g, '-')}.innereye.yaml`);
      writeFileSync(config, text.replace('lstm, hidden: 16', memory));
      train(title, 'area_under_roc_curve', config);
    }
  }
}

const PARTS = {
  sequence: sequences,
  segmentation: fromSegmentation,
  regression: () => hippocampus('examples/hippocampus-volume-regression.innereye.yaml', 'r2_score', 'volume'),
  classification: () =>
    hippocampus('examples/hippocampus-classification.innereye.yaml', 'area_under_roc_curve', 'large'),
};
for (const [name, part] of Object.entries(PARTS))
  if (values.only === undefined || values.only === name) part();
