import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { Fault } from '../../foundation/fault.ts';
import { compareRuns, type Difference } from '../../runs/compare-runs.ts';
import { reproduceRun } from '../../runs/reproduce-run.ts';
import { listRuns, openRun } from '../../runs/run-folder.ts';
import { noteRun, parseTag, tagRun } from '../../runs/run-notes.ts';
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
    .description('show in which settings and results two runs differ')
    .argument('<run>', 'folder of a run')
    .argument('<other>', 'folder of another run')
    .option('--json', 'print JSON')
    .action(compare);
  runs
    .command('reproduce')
    .description(
      'train a run again from its snapshot and compare weights, metrics and predictions byte by byte',
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
  if (!isDefault && !existsSync(output)) {
    throw new Fault('there is no such folder', {
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

async function compare(first: string, second: string, { json }: { json?: boolean }): Promise<void> {
  const comparison = await compareRuns(first, second);
  if (json) {
    console.log(JSON.stringify(comparison, null, 2));
    return;
  }
  const print = (title: string, differences: readonly Difference[]) => {
    console.log(differences.length === 0 ? `${title}: no difference` : `${title}:`);
    for (const { setting, values } of differences) {
      console.log(`  ${setting}: ${values.map(value => JSON.stringify(value) ?? 'absent').join('  →  ')}`);
    }
  };
  print('settings', comparison.settings);
  print('results', comparison.results);
  console.log(comparison.identicalWeights ? 'the weights are the same, bit for bit' : 'the weights differ');
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
  process.exitCode = 1;
}
