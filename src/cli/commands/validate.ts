import { Command, Option } from 'commander';
import { asFault, type Diagnostic, withoutConsequences } from '../../config/diagnostic.ts';
import { resolveFromDisk } from '../../config/load-configuration.ts';
import { placeOfSetting } from '../../config/place-of-setting.ts';
import type { Origins } from '../../config/provenance.ts';
import { BROKEN_BASE } from '../../config/resolve-configuration.ts';
import type { Configuration } from '../../config/schema/configuration.ts';
import type { Finding } from '../../dataset/dataset.ts';
import { classCounts } from '../../dataset/scalar/poor-columns.ts';
import { type Survey, surveyDataset } from '../../dataset/survey-dataset.ts';
import { describeFindings } from '../grouped-findings.ts';
import { collect } from '../option-values.ts';
import { withProgress } from '../progress.ts';

interface ValidateOptions {
  readonly set: readonly string[];
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `innereye validate`: what is wrong with a configuration and its data, all in one pass. */
export function validateCommand(): Command {
  return new Command('validate')
    .description('check a configuration, and every subject of its data set, in one pass')
    .argument('<config>', 'a *.innereye.yaml file')
    .addOption(
      new Option('--set <key=value>', 'lay a value over the file; can be repeated')
        .argParser(collect)
        .default([], 'none'),
    )
    .option('--all', 'show each finding, also where many are alike')
    .option('--json', 'findings and sizes of the splits as a JSON object')
    .action((config: string, options: ValidateOptions) => validate(config, options));
}

/** The data set is looked at only where the configuration has no errors: its findings would be those of other settings. */
async function validate(config: string, { set, all = false, json = false }: ValidateOptions): Promise<void> {
  const resolved = resolveFromDisk(config, { set });
  const diagnostics = withoutConsequences(resolved.diagnostics).filter(({ code }) => code !== BROKEN_BASE);
  const { settings } = resolved;
  const survey =
    settings === undefined || diagnostics.some(isError)
      ? undefined
      : placed(
          await withProgress('Reading subjects', progress => surveyDataset(settings, progress)),
          resolved.origins,
        );
  const found = [...diagnostics, ...(survey?.findings ?? [])];
  if (found.some(isError) || survey === undefined) process.exitCode = 1;
  if (json) {
    const { dataset, findings = [], ...rest } = survey ?? {};
    const [splits, classes] = [sizes(rest), countsOf(survey, settings)];
    console.log(
      JSON.stringify({ diagnostics, findings, subjects: dataset?.subjects.length, splits, classes }, null, 2),
    );
    return;
  }
  const told = [
    ...diagnostics.map(diagnostic => ({
      ...asFault(diagnostic),
      severity: diagnostic.severity,
      message: diagnostic.message,
    })),
    ...(survey?.findings ?? []),
  ];
  for (const text of describeFindings(told, all)) console.error(text);
  console.log(
    [...describeSubjects(survey), ...describeClasses(survey, settings), countText(found)].join('\n'),
  );
}

const placed = (survey: Survey, origins: Origins): Survey => ({
  ...survey,
  findings: survey.findings.map(finding => ({ ...finding, place: placeOfSetting(finding.place, origins) })),
});

const isError = ({ severity }: Finding | Diagnostic) => severity === 'error';

function describeSubjects(survey: Survey | undefined): string[] {
  const { dataset } = survey ?? {};
  if (survey === undefined || dataset === undefined) return ['The data set was not read.'];
  const splits = sizes(survey);
  const parts = splits && Object.entries(splits).map(([name, count]) => `${count} ${name}`);
  return [`${dataset.subjects.length} subjects (${dataset.format})${parts ? `: ${parts.join(', ')}` : ''}`];
}

/** Of a classification how many subjects, or visits, have each class. */
const countsOf = (survey: Survey | undefined, settings: Configuration | undefined) =>
  survey?.dataset && settings && settings.task !== 'segmentation'
    ? classCounts(survey.dataset, settings.dataset)
    : undefined;

function describeClasses(survey: Survey | undefined, settings: Configuration | undefined): string[] {
  const counts = countsOf(survey, settings);
  if (counts === undefined) return [];
  const { labelled, classes } = counts;
  const parts = Object.entries(classes).map(([name, count]) => `${count} "${name}"`);
  return [`classes: ${parts.join(', ')} of ${labelled} labelled`];
}

const sizes = ({ split }: Pick<Survey, 'split'>) =>
  split && { train: split.train.length, validation: split.validation.length, test: split.test.length };

function countText(found: readonly (Finding | Diagnostic)[]): string {
  const errors = found.filter(isError).length;
  const warnings = found.filter(({ severity }) => severity === 'warning').length;
  const count = (number: number, what: string) => `${number || 'no'} ${what}${number === 1 ? '' : 's'}`;
  return `${count(errors, 'error')}, ${count(warnings, 'warning')}`;
}
