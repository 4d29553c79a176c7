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
    .option('--output <folder>', 'default: explanations in the run')
    .action(async (run: string, { input, split, subjects, output }: Options) => {
      const folder = resolve(run);
      const files = await explainRun(folder, {
        input,
        split,
        subjects,
        output: output === undefined ? join(folder, 'explanations') : resolve(output),
        signal: interruption('Stopping; what is written is kept'),
        onSubject: (id, index, total) => console.error(`${index + 1} of ${total}: ${id}`),
      });
      for (const file of files) console.log(file);
    });
}
