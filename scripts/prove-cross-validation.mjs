// Shows on a third of the hippocampus data set that a 3-fold cross-validation which is killed once ends with the same
// bits as an undisturbed one, that its ensemble is at least as good as its members on average, and what two folds at
// once take against one after the other. About eight minutes on two cores.
// Usage: node scripts/prove-cross-validation.mjs [--data FOLDER] [--program FILE] [--output FOLDER] [--epochs N]
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data/hippocampus' },
    program: { type: 'string', default: 'dist/innereye.js' },
    output: { type: 'string' },
    epochs: { type: 'string', default: '6' },
  },
});
const [data, program] = [resolve(values.data), resolve(values.program)];
for (const [file, remedy] of [
  [data, 'name the extracted Task04_Hippocampus with --data'],
  [program, 'run `npm run build` first'],
]) {
  if (existsSync(file)) continue;
  console.error(`${file} is not there: ${remedy}.`);
  process.exit(1);
}
const outputs = values.output ? resolve(values.output) : mkdtempSync(join(tmpdir(), 'innereye-folds-'));

const SETTINGS = [
  `dataset.path=${data}`,
  'dataset.splits.train=0.233',
  'dataset.splits.validation=0.05',
  'dataset.splits.test=0.05',
  `training.epochs=${values.epochs}`,
  'validation.every_epochs=2',
];
const CONFIG = resolve('examples/hippocampus.innereye.yaml');

const begin = (name, ...more) => [
  ...['train', CONFIG, '--cross-validation', '3', '--output', join(outputs, name), ...more],
  ...SETTINGS.flatMap(setting => ['--set', setting]),
];

/** Runs the program; `watch` is called with all that it has printed whenever there is more. */
function run(args, watch = () => {}) {
  const began = performance.now();
  return new Promise(done => {
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', text => {
        output += text;
        watch(output, child);
      });
    }
    child.on('close', code => done({ code, output, seconds: (performance.now() - began) / 1000 }));
  });
}

/** Resolves when a process has ended: until then the fold counts as being at work. */
async function gone(pid) {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise(done => setTimeout(done, 50));
  }
}

const only = name =>
  join(
    outputs,
    name,
    readdirSync(join(outputs, name)).find(one => one.startsWith('2')),
  );
const manifest = folder => JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'));

/** Hashes of weights, metrics and predictions of all folds and the ensemble, by path. */
function bits(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && /(best\.safetensors|\.csv|\.nii\.gz|_outliers\.txt)$/.test(entry.name))
    .map(entry => join(entry.parentPath, entry.name));
  const hash = file => createHash('sha256').update(readFileSync(file)).digest('hex');
  return new Map(files.map(file => [relative(folder, file), hash(file)]).sort());
}

function compare(name, expected, found) {
  const names = [...new Set([...expected.keys(), ...found.keys()])];
  const different = names.filter(file => expected.get(file) !== found.get(file));
  console.log(`${name}: ${names.length - different.length} of ${names.length} files have the same bits`);
  for (const file of different) console.log(`  differs: ${file}`);
  return different.length === 0;
}

function succeed({ code, output }, what) {
  if (code === 0) return;
  console.error(`${what} ended with code ${code}:\n${output}`);
  process.exit(1);
}

const proofs = [];
console.log(`data ${data}\noutputs ${outputs}\n`);

const whole = await run(begin('undisturbed'));
succeed(whole, 'the undisturbed cross-validation');
console.log(whole.output.split('\n').find(line => line.includes('3 folds,')));
console.log(`one after the other: ${whole.seconds.toFixed(0)} s`);
const undisturbed = only('undisturbed');
const expected = bits(undisturbed);
const { results } = manifest(undisturbed);
const members = [0, 1, 2].map(
  fold => manifest(join(undisturbed, 'folds', String(fold))).results['test/Dice'],
);
console.log(
  `test Dice of the folds ${members.map(value => value.toFixed(4)).join(', ')}; their mean ${results['folds/test/Dice'].toFixed(4)}; of the ensemble ${results['test/Dice'].toFixed(4)}`,
);
proofs.push([
  'the ensemble is not below the mean of its members',
  results['test/Dice'] >= results['folds/test/Dice'],
]);

// The cross-validation itself is killed in the middle of its second fold, then that fold.
let killed = false;
await run(begin('killed'), (output, child) => {
  if (killed || !/fold 1: epoch 2/.test(output)) return;
  killed = true;
  child.kill('SIGKILL');
});
const disturbed = only('killed');
const { pid } = manifest(join(disturbed, 'folds/1')).process;
process.kill(pid, 'SIGKILL');
await gone(pid);
console.log(
  `\nkilled: the cross-validation in the second epoch of its second fold, then that fold (process ${pid})`,
);
const resumed = await run(['train', CONFIG, '--resume', disturbed]);
succeed(resumed, 'the resumed cross-validation');
console.log(resumed.output.split('\n').find(line => line.includes('going on at epoch')));
proofs.push([
  'killed and resumed, the results have the same bits',
  compare('killed and resumed', expected, bits(disturbed)),
]);

const together = await run(begin('together', '--parallel', '2'));
succeed(together, 'the cross-validation with two folds at once');
console.log(`\n${together.output.split('\n').find(line => line.includes('3 folds,'))}`);
console.log(
  `two at once: ${together.seconds.toFixed(0)} s; one after the other: ${whole.seconds.toFixed(0)} s`,
);
proofs.push([
  'two at once, the results have the same bits',
  compare('two at once', expected, bits(only('together'))),
]);

console.log('');
for (const [what, holds] of proofs) console.log(`${holds ? 'holds' : 'DOES NOT HOLD'}: ${what}`);
if (!values.output) rmSync(outputs, { recursive: true, force: true });
process.exit(proofs.every(([, holds]) => holds) ? 0 : 1);
