import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { makeSyntheticCohort } from '../../dataset/synthetic/cohort.ts';
import { makeVisitsCohort } from '../../dataset/synthetic/visits-cohort.ts';
import { fillEmptyFolder } from '../../foundation/overwriting.ts';
import { atLeast } from '../option-values.ts';
import { withProgress } from '../progress.ts';

const COHORTS = { organs: makeSyntheticCohort, visits: makeVisitsCohort };

/** `innereye cohort OUTPUT`: a made-up data set to try everything with. */
export function cohortCommand(): Command {
  return new Command('cohort')
    .description('Write a synthetic data set, made from a seed')
    .argument('<output>', 'a new or empty folder for dataset.csv and the scans')
    .addOption(
      new Option(
        '--kind <kind>',
        'organs: abdominal MRI scans with liver and kidneys; visits: four visits of each subject, with scans and numbers, for sequences',
      )
        .choices(Object.keys(COHORTS))
        .default('organs'),
    )
    .option('--subjects <number>', 'number of subjects', atLeast(1), 40)
    .option('--seed <number>', 'seed; the same seed gives the same files', wholeNumber, 0)
    .action(
      async (output: string, options: { kind: keyof typeof COHORTS; subjects: number; seed: number }) => {
        const folder = resolve(output);
        const { kind, ...size } = options;
        await withProgress('Writing scans', progress =>
          fillEmptyFolder(folder, () => COHORTS[kind](folder, { ...size, ...progress })),
        );
        process.stdout.write(
          kind === 'organs'
            ? `${size.subjects} scans are in ${folder}\n`
            : `${size.subjects} subjects with their visits are in ${folder}\n`,
        );
      },
    );
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || text.trim() === '')
    throw new InvalidArgumentError('not a whole number');
  return value;
}
