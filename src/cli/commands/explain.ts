import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { SplitName } from '../../dataset/dataset.ts';
import { explainRun } from '../../runs/scalar/explain-run.ts';
import { interruption } from '../interruption.ts';

interface Options {
  input?: string;
  split?: SplitName;
  subjects?: string[];
  output?: string;
  json?: boolean;
}

/** `innereye explain RUN`: what a classification, regression or sequence model goes by. */
export function explainCommand(): Command {
  return new Command('explain')
    .description(
      'write where in the scans a classification, regression or sequence run looks (Grad-CAM), and how much each column of its table matters',
    )
    .argument('<run>', 'folder of the run')
    .option('--input <csv>', "another table, or its folder; default: the run's own data set")
    .addOption(
      new Option('--split <name>', "only subjects of the run's split; default: test").choices([
        'train',
        'validation',
        'test',
      ]),
    )
    .option('--subjects <id...>', 'maps of these subjects only')
    .option('--output <folder>', 'new or empty where --input is given; default: explanations in the run')
    .option('--json', 'print the maps with their scans, and the importance of columns, as a JSON object')
    .action(async (run: string, { input, split, subjects, output, json = false }: Options) => {
      const folder = resolve(run);
      const explanation = await explainRun(folder, {
        input,
        split,
        subjects,
        output: output === undefined ? join(folder, 'explanations') : resolve(output),
        signal: interruption('Stopping; what is written is kept'),
        onSubject: (id, index, total) => {
          if (!json) console.error(`${index + 1} of ${total}: ${id}`);
        },
      });
      const { maps, importance, failed } = explanation;
      if (json) console.log(JSON.stringify(explanation));
      else for (const { file } of [...(importance ? [importance] : []), ...maps]) console.log(file);
      if (failed.length === 0) return;
      process.exitCode = 1;
      console.error(`\nNot explained: ${failed.length}`);
      for (const { errors } of failed) for (const error of errors) console.error(error);
    });
}
