// npm run bench [-- NAME…] [--small] [--rounds N] [--only TEXT]: measures each pair in alternation on this machine, one
// pair after the other, prints a table and writes .bench/results.json. --small is quick, needs no Python and judges nothing.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { failed, isMet } from './comparison.mjs';
import { watchOthers } from './other-load.mjs';
import { tableOf } from './table.mjs';

const NAMES = ['step', 'memory', 'epoch', 'loader', 'subjects', 'inference', 'volumes', 'dice'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { small: { type: 'boolean' }, rounds: { type: 'string' }, only: { type: 'string' } },
});
const { small = false, rounds, only } = values;
const unknown = positionals.find(name => !NAMES.includes(name));
if (unknown) {
  console.error(`there is no benchmark ${unknown}; there are: ${NAMES.join(', ')}`);
  process.exit(2);
}

const results = [];
for (const name of positionals.length > 0 ? positionals : NAMES) {
  const { title, run } = await import(`./${name}.mjs`);
  console.log(`\n== ${title}`);
  const loadBefore = loadavg()[0];
  const othersUsed = watchOthers();
  const rows = await run({ small, only, ...(rounds && { rounds: Number(rounds) }) }).catch(error => {
    console.error(error);
    return [failed(title, error.message)];
  });
  const otherCores = othersUsed();
  results.push({ name, title, measuredAt: new Date().toISOString(), loadBefore, otherCores, rows });
  console.log(tableOf(rows, { judged: !small }));
  if (otherCores !== undefined)
    console.log(`other programs used ${otherCores.toFixed(2)} of ${availableParallelism()} cores meanwhile`);
  if (!small) keep(results);
}

const all = results.flatMap(({ rows }) => rows);
if (results.length > 1) console.log(`\n== All\n${tableOf(all, { judged: !small })}`);
if (small) console.log('\nSmall sizes, only reported: their times say nothing about the limits.');
// A program that was compared with may still run where one failed.
process.exit(all.some(row => row.failed || (!small && isMet(row) === false)) ? 1 : 0);

/** One file for all benchmarks; those that were not measured now stay as they were. */
function keep(measured) {
  const file = '.bench/results.json';
  const earlier = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).benchmarks : [];
  const names = measured.map(({ name }) => name);
  const benchmarks = [...earlier.filter(({ name }) => !names.includes(name)), ...measured];
  const machine = { processor: cpus()[0]?.model, cores: availableParallelism(), node: process.version };
  mkdirSync('.bench', { recursive: true });
  writeFileSync(file, `${JSON.stringify({ machine, benchmarks }, null, 2)}\n`);
}
