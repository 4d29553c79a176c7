import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { makeSyntheticCohort } from '../../dataset/synthetic/cohort.ts';
import { withProgress } from '../progress.ts';

/** `innereye cohort OUTPUT`: a made-up data set to try everything with. */
export function cohortCommand(): Command {
  return new Command('cohort')
    .description('Write a synthetic data set: abdominal MRI scans with liver and kidneys, made from a seed')
    .argument('<output>', 'folder for dataset.csv and the scans')
    .option('--subjects <number>', 'number of scans', wholeNumber, 40)
    .option('--seed <number>', 'seed; the same seed gives the same files', wholeNumber, 0)
    .action(async (output: string, options: { subjects: number; seed: number }) => {
      const folder = resolve(output);
      await withProgress('Writing scans', progress =>
        makeSyntheticCohort(folder, { ...options, ...progress }),
      );
      process.stdout.write(`${options.subjects} scans are in ${folder}\n`);
    });
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || text.trim() === '')
    throw new InvalidArgumentError('not a whole number');
  return value;
}
