// One session of an editor with the language server, timed from outside of its process.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { bundleServer, RunningServer } from '../../server/testing/running-server.ts';

const KEY_STROKES = 200;
const SUBJECTS = 1000;
const STRUCTURES = 60;
const IDLE_SECONDS = 5;
const TARGETS = { keyStroke: 20, start: 500 };

const structures = Array.from({ length: STRUCTURES }, (_, i) => `structure_${i}`);
const tags = (level: number, count: number) =>
  `tags:\n${Array.from({ length: count }, (_, i) => `  level_${level}_${i}: "value ${i}"\n`).join('')}`;
const steps = '  - random_noise:\n      probability: 0.1\n'.repeat(25);

/** A team's tree of configurations: four levels with 600 lines together, and siblings that share the bases. */
const texts: Record<string, string> = {
  'base.innereye.yaml': `task: segmentation\ndataset:\n  path: ./data\n  channels: [ct]\n  structures:\n${structures
    .map(name => `    - name: ${name}\n      color: "#e6194b"\n`)
    .join('')}sampling:\n  crop_size: [64, 64, 64]\narchitecture:\n  name: plain_unet\n`,
  'one.innereye.yaml': `extends: ./base.innereye.yaml\n${tags(1, 120)}architecture:\n  levels: 4\n`,
  'two.innereye.yaml': `extends: ./one.innereye.yaml\n${tags(2, 120)}augmentation:\n${steps}optimizer:\n  name: adamw\n`,
  'child.innereye.yaml': `extends: ./two.innereye.yaml\n${tags(3, 160)}training:\n  epochs: -1\n  batch_size: 2\npostprocessing:\n  - largest_component: { structures: [structure_1, structure_2] }\n`,
};
const lines = Object.values(texts).join('').split('\n').length;
for (let i = 0; i < 20; i++)
  texts[`sibling-${i}.innereye.yaml`] = `extends: ./two.innereye.yaml\nname: sibling-${i}\n`;

const folder = mkdtempSync(join(tmpdir(), 'innereye-bench-'));
const file = (name: string) => join(folder, name);
mkdirSync(file('data'));
const rows = Array.from({ length: SUBJECTS }, (_, subject) =>
  ['ct', ...structures.slice(0, STRUCTURES - 1)].map(
    name => `${subject},${subject}/${name}.nii.gz,${name},site_${subject % 7}\n`,
  ),
);
writeFileSync(file('data/dataset.csv'), `subject,filePath,channel,institutionId\n${rows.flat().join('')}`);
for (const [name, text] of Object.entries(texts)) writeFileSync(file(name), text);

const percentile = (times: readonly number[], share: number) =>
  [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))]!;
/** @param processor time of the server's processor for one of them: what is left where the machine is busy otherwise. */
const show = (what: string, { times, processor }: { times: number[]; processor: number }, target: number) => {
  const [half, most] = [percentile(times, 0.5), percentile(times, 0.95)];
  const verdict = most <= target ? 'within' : 'ABOVE';
  console.log(
    `${what.padEnd(36)} median ${half.toFixed(1)} ms, 95th percentile ${most.toFixed(1)} ms: ${verdict} ${target} ms (processor ${processor.toFixed(1)} ms)`,
  );
};

let server: RunningServer | undefined;
/** Seconds of processor time that the server has taken; undefined where the system does not tell. */
function processorSeconds(): number | undefined {
  try {
    const fields = readFileSync(`/proc/${server?.process.pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return undefined;
  }
}

const { program, remove } = await bundleServer();
console.log(
  `${lines} lines in four levels, ${Object.keys(texts).length} files, a csv of ${rows.flat().length} rows`,
);
const child = file('child.innereye.yaml');
const starts: number[] = [];
const startsOfProcessor: number[] = [];
for (let round = 0; round < 10; round++) {
  await server?.stop();
  const start = performance.now();
  server = new RunningServer(program);
  await server.initialize(folder);
  await server.open(child, texts['child.innereye.yaml']!);
  await server.until(child, found => found.length > 0);
  starts.push(performance.now() - start);
  startsOfProcessor.push(1000 * (processorSeconds() ?? Number.NaN));
}
if (server === undefined) throw new Error('no server');
show(
  'start to first diagnostics',
  { times: starts, processor: percentile(startsOfProcessor, 0.5) },
  TARGETS.start,
);

// Until the names that the data set lacks are told, its list is being read.
for (const name of [
  'two.innereye.yaml',
  'base.innereye.yaml',
  ...Array.from({ length: 5 }, (_, i) => `sibling-${i}.innereye.yaml`),
])
  await server.open(file(name), texts[name]!);
await server.until(file('base.innereye.yaml'), found => found.length > 0);
await pause(1000);

/** Types a digit or takes it back, and waits for what is measured. */
async function strokes(name: string, place: string, wait: (text: string, count: number) => Promise<unknown>) {
  const times: number[] = [];
  const before = processorSeconds() ?? Number.NaN;
  let text = texts[name]!;
  for (let count = 0; count < KEY_STROKES; count++) {
    const at = text.indexOf(place) + place.length;
    const typed = count % 2 === 0;
    const changed = typed ? `${text.slice(0, at)}3${text.slice(at)}` : text.slice(0, at) + text.slice(at + 1);
    const start = performance.now();
    await server!.replace(file(name), text, at, typed ? at : at + 1, typed ? '3' : '');
    text = changed;
    await wait(text, count);
    times.push(performance.now() - start);
    await pause(10);
  }
  const processor = (1000 * ((processorSeconds() ?? Number.NaN) - before)) / KEY_STROKES;
  return { times, processor };
}
const lineOf = (text: string, part: string) => text.slice(0, text.indexOf(part)).split('\n').length - 1;

for (const [level, name] of [
  ['child', 'child.innereye.yaml'],
  ['base of all', 'base.innereye.yaml'],
] as const) {
  const place = name === 'child.innereye.yaml' ? '  epochs: -1' : '  crop_size: [64';
  const near = name === 'child.innereye.yaml' ? '  batch_size' : '  crop_size';
  const completions = await strokes(name, place, text =>
    server!.completion(file(name), lineOf(text, near), 2),
  );
  show(`${level}: key stroke to completion`, completions, TARGETS.keyStroke);
  const hovers = await strokes(name, place, text => server!.hover(file(name), lineOf(text, near), 4));
  show(`${level}: key stroke to hover`, hovers, TARGETS.keyStroke);
  let before = JSON.stringify(server.diagnostics(child));
  const told = await strokes(name, place, () =>
    server!
      .until(child, found => JSON.stringify(found) !== before)
      .then(found => {
        before = JSON.stringify(found);
      }),
  );
  show(`${level}: key stroke to diagnostics`, told, TARGETS.keyStroke);
}

await pause(2000);
const busy = processorSeconds();
await pause(1000 * IDLE_SECONDS);
const later = processorSeconds();
console.log(
  busy === undefined || later === undefined
    ? 'processor time while idle cannot be read on this system'
    : `processor time in ${IDLE_SECONDS} s without a change: ${((later - busy) * 1000).toFixed(0)} ms`,
);
if (server.log.length > 0) console.log(`the server's log:\n${server.log.join('\n')}`);
await server.stop();
remove();
rmSync(folder, { recursive: true, force: true });
