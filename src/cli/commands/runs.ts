import { Command } from 'commander';
import { compareRuns, type Difference } from '../../runs/compare-runs.ts';
import { reproduceRun } from '../../runs/reproduce-run.ts';
import { listRuns, openRun, type Run } from '../../runs/run-folder.ts';
import { noteRun, parseTag, tagRun } from '../../runs/run-notes.ts';
import { interruption } from '../interruption.ts';
import { jsonOutput, textOutput } from '../training-output.ts';

export function runsCommand(): Command {
  const runs = new Command('runs').description('List, show, compare and reproduce runs.');
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

const describeBest = ({ manifest: { best, results } }: Run): string => {
  const test = results['test/Dice'];
  if (test !== undefined && test !== null) return `test Dice ${test.toFixed(4)}`;
  return best ? `validation Dice ${best.value.toFixed(4)}` : '';
};

async function list({ output, json }: { output: string; json?: boolean }): Promise<void> {
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
  for (const run of runs)
    console.log(`${run.status.padEnd(11)}  ${describeBest(run).padEnd(24)}  ${run.folder}`);
}

async function show(folder: string, { json }: { json?: boolean }): Promise<void> {
  const run = await openRun(folder);
  if (json) {
    console.log(JSON.stringify({ ...run.manifest, ...run, manifest: undefined }, null, 2));
    return;
  }
  const { manifest, status } = run;
  const lines: [string, string | undefined][] = [
    ['run', manifest.id],
    ['status', status],
    ['started', manifest.startedAt],
    ['finished', manifest.finishedAt],
    ['configuration', manifest.configuration.file],
    ['seed', String(manifest.seed)],
    ['epochs', manifest.plan && `${manifest.plan.epochs} of ${manifest.plan.stepsPerEpoch} steps`],
    ['engine', manifest.engine && Object.values(manifest.engine).join(', ')],
    ['git', manifest.git && `${manifest.git.commit}${manifest.git.dirty ? ' with changes' : ''}`],
    [
      'best',
      manifest.best &&
        `epoch ${manifest.best.epoch}, ${manifest.best.metric} ${manifest.best.value.toFixed(4)}`,
    ],
    ...Object.entries(manifest.results).map(([name, value]): [string, string] => [
      name,
      value?.toFixed(4) ?? '–',
    ]),
    ...Object.entries(run.tags).map(([name, value]): [string, string] => [`tag ${name}`, value]),
    ['note', run.note || undefined],
    ['error', manifest.error],
  ];
  for (const [name, value] of lines) if (value !== undefined) console.log(`${name.padEnd(14)} ${value}`);
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
