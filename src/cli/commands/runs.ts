import { statSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { NOT_REPRODUCED } from '../../contracts/exit-codes.ts';
import { Fault } from '../../foundation/fault.ts';
import { listRuns } from '../../runs/child-runs.ts';
import { checkAgainst } from '../../runs/comparison/check-against.ts';
import { compareAll } from '../../runs/comparison/compare-all.ts';
import { writeComparison } from '../../runs/comparison/write-comparison.ts';
import { reproduceRun } from '../../runs/reproduce-run.ts';
import { openRun, SPLIT_FOLDERS } from '../../runs/run-folder.ts';
import { noteRun, parseTag, tagRun } from '../../runs/run-notes.ts';
import { describeComparison, describeInstitutions, describeMeasurements } from '../comparison-text.ts';
import { interruption } from '../interruption.ts';
import { describeRun, describeRuns } from '../run-text.ts';
import { jsonOutput, textOutput } from '../training-output.ts';

export function runsCommand(): Command {
  const runs = new Command('runs').description('list, show, compare and reproduce runs');
  runs
    .command('list')
    .description('list the runs in a folder, newest first')
    .option('--output <folder>', 'folder that holds the runs', 'outputs')
    .option('--json', 'print JSON')
    .action(list);
  runs
    .command('show')
    .description('show a run')
    .argument('<run>', 'folder of a run')
    .option('--json', 'print JSON')
    .action(show);
  runs
    .command('compare')
    .description('compare runs with the first of them: settings, code, data, and metrics with paired tests')
    .argument('<run>', 'folder of a run, or one that holds a metrics.csv')
    .argument('<others...>', 'folders of other runs')
    .addOption(
      new Option('--split <name>', 'compare what was measured on this split; default: test').choices(
        Object.keys(SPLIT_FOLDERS),
      ),
    )
    .option(
      '--output <folder>',
      "write InnerEye's MetricsAcrossAllRuns.csv, scatter plots and the tests there",
    )
    .option('--json', 'print JSON; NaN and infinity are null')
    .action(compare);
  runs
    .command('check')
    .description('compare the results of a run with a stored folder, file by file; fails where they differ')
    .argument('<run>', 'folder of a run')
    .requiredOption('--expected <folder>', 'folder with files to be found in the run, at the same places')
    .option(
      '--tolerance <number>',
      'relative difference of numbers in csv files that is let pass',
      tolerance,
      0,
    )
    .option('--json', 'print JSON')
    .action(check);
  runs
    .command('reproduce')
    .description(
      'train a run again from its snapshot and compare weights, metrics and predictions byte by byte; exit code 3 where they differ',
    )
    .argument('<run>', 'folder of a complete run')
    .option('--output <folder>', 'folder that gets a folder for the new run', 'outputs')
    .option('--json', 'print events as JSON lines')
    .action(reproduce);
  runs
    .command('tag')
    .description('give a run tags, or take them away with name=')
    .argument('<run>', 'folder of a run')
    .argument('<tags...>', 'name=value')
    .action(tag);
  runs
    .command('note')
    .description("replace a run's note; an empty text takes it away")
    .argument('<run>', 'folder of a run')
    .argument('<text>', 'the note')
    .action(note);
  return runs;
}

async function list({ output, json }: { output: string; json?: boolean }, command: Command): Promise<void> {
  // Without a run yet there is no folder of that name; one that is named must be there.
  const isDefault = command.getOptionValueSource('output') === 'default';
  const found = statSync(output, { throwIfNoEntry: false });
  if (!isDefault && !found?.isDirectory()) {
    throw new Fault(found ? 'this is no folder' : 'there is no such folder', {
      place: { file: output },
      remedy: 'Name the folder that holds the runs, as --output of `innereye train`.',
    });
  }
  const runs = await listRuns(output);
  if (json) {
    console.log(
      JSON.stringify(
        runs.map(({ manifest, ...run }) => ({ ...manifest, ...run })),
        null,
        2,
      ),
    );
    return;
  }
  if (runs.length === 0) console.log(`There are no runs in ${output}.`);
  else for (const line of describeRuns(runs)) console.log(line);
}

async function show(folder: string, { json }: { json?: boolean }): Promise<void> {
  const run = await openRun(folder);
  if (json) {
    console.log(JSON.stringify({ ...run.manifest, ...run, manifest: undefined }, null, 2));
    return;
  }
  for (const line of describeRun(run)) console.log(line);
}

async function compare(
  first: string,
  others: readonly string[],
  { split, output, json }: { split?: keyof typeof SPLIT_FOLDERS; output?: string; json?: boolean },
): Promise<void> {
  const found = await compareAll([first, ...others], split && SPLIT_FOLDERS[split]);
  const { comparisons, institutions, measured } = found;
  const tests = [
    ...comparisons.flatMap(({ measurements }) => (measurements ? describeMeasurements(measurements) : [])),
    ...Object.entries(institutions).flatMap(([run, groups]) => describeInstitutions(run, groups)),
  ];
  const written = output === undefined ? [] : await writeComparison(output, measured, tests);
  if (json) {
    console.log(JSON.stringify({ comparisons, institutions, written }, null, 2));
    return;
  }
  for (const comparison of comparisons) for (const line of describeComparison(comparison)) console.log(line);
  for (const [run, groups] of Object.entries(institutions))
    for (const line of describeInstitutions(run, groups)) console.log(line);
  for (const file of written) console.log(`wrote ${file}`);
}

function tolerance(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0)) throw new InvalidArgumentError('a number from 0 on is needed');
  return value;
}

async function check(
  folder: string,
  options: { expected: string; tolerance: number; json?: boolean },
): Promise<void> {
  const { folder: run } = await openRun(folder);
  const { compared, deviations } = await checkAgainst(run, options.expected, options.tolerance);
  if (options.json) console.log(JSON.stringify({ compared, deviations }, null, 2));
  else if (deviations.length === 0)
    console.log(`${run} agrees with all ${compared} files of ${options.expected}`);
  if (deviations.length === 0) return;
  process.exitCode = 1;
  if (options.json) return;
  for (const { file, what } of deviations) console.error(`${file}: ${what}`);
  const files = new Set(deviations.map(({ file }) => file)).size;
  console.error(`${files} of ${compared} files differ from ${options.expected}`);
}

async function tag(folder: string, tags: readonly string[]): Promise<void> {
  const { folder: run } = await openRun(folder);
  await tagRun(run, Object.fromEntries(tags.map(parseTag)));
}

async function note(folder: string, text: string): Promise<void> {
  const { folder: run } = await openRun(folder);
  await noteRun(run, text);
}

async function reproduce(folder: string, options: { output: string; json?: boolean }): Promise<void> {
  const output = options.json ? jsonOutput : textOutput();
  const {
    different,
    compared,
    folder: made,
  } = await reproduceRun(folder, {
    outputs: options.output,
    signal: interruption(),
    onEvent: event => output.show(event),
  }).finally(() => output.close());
  if (different.length === 0) {
    console.log(`${made} has the same bits in all ${compared} files compared`);
    return;
  }
  for (const file of different) console.error(`differs: ${file}`);
  console.error(`${different.length} of ${compared} files differ`);
  process.exitCode = NOT_REPRODUCED;
}
