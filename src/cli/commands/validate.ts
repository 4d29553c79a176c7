import { Command } from 'commander';
import { asFault, type Diagnostic } from '../../config/diagnostic.ts';
import { resolveFromDisk } from '../../config/load-configuration.ts';
import { BROKEN_BASE } from '../../config/resolve-configuration.ts';
import type { Finding } from '../../dataset/dataset.ts';
import { type Survey, surveyDataset } from '../../dataset/survey-dataset.ts';
import { describeFault, Fault } from '../../foundation/fault.ts';
import { withProgress } from '../progress.ts';

interface ValidateOptions {
  readonly set: readonly string[];
  readonly json?: boolean;
}

/** `innereye validate`: what is wrong with a configuration and its data, all in one pass. */
export function validateCommand(): Command {
  return new Command('validate')
    .description('check a configuration, and every subject of its data set, in one pass')
    .argument('<config>', 'a *.innereye.yaml file')
    .option('--set <key=value>', 'lay a value over the file; can be repeated', collect, [])
    .option('--json', 'findings and sizes of the splits as a JSON object')
    .action((config: string, options: ValidateOptions) => validate(config, options));
}

/** The data set is looked at only where the configuration has no errors: its findings would be those of other settings. */
async function validate(config: string, { set, json = false }: ValidateOptions): Promise<void> {
  const resolved = resolveFromDisk(config, { set });
  const diagnostics = resolved.diagnostics.filter(({ code }) => code !== BROKEN_BASE);
  const { settings } = resolved;
  const survey =
    settings === undefined || diagnostics.some(isError)
      ? undefined
      : await withProgress('Reading subjects', progress => surveyDataset(settings.dataset, progress));
  const found = [...diagnostics, ...(survey?.findings ?? [])];
  if (found.some(isError) || survey === undefined) process.exitCode = 1;
  if (json) {
    const { dataset, findings = [], ...rest } = survey ?? {};
    const splits = sizes(rest);
    console.log(
      JSON.stringify({ diagnostics, findings, subjects: dataset?.subjects.length, splits }, null, 2),
    );
    return;
  }
  for (const diagnostic of diagnostics) {
    console.error(`${diagnostic.severity}: ${describeFault(asFault(diagnostic))}`);
  }
  for (const { severity, message, place, remedy } of survey?.findings ?? []) {
    console.error(`${severity}: ${describeFault(new Fault(message, { place, remedy }))}`);
  }
  console.log([...describeSubjects(survey), countText(found)].join('\n'));
}

const isError = ({ severity }: Finding | Diagnostic) => severity === 'error';

function describeSubjects(survey: Survey | undefined): string[] {
  const { dataset } = survey ?? {};
  if (survey === undefined || dataset === undefined) return ['The data set was not read.'];
  const splits = sizes(survey);
  const parts = splits && Object.entries(splits).map(([name, count]) => `${count} ${name}`);
  return [`${dataset.subjects.length} subjects (${dataset.format})${parts ? `: ${parts.join(', ')}` : ''}`];
}

const sizes = ({ split }: Pick<Survey, 'split'>) =>
  split && { train: split.train.length, validation: split.validation.length, test: split.test.length };

function countText(found: readonly (Finding | Diagnostic)[]): string {
  const errors = found.filter(isError).length;
  const warnings = found.filter(({ severity }) => severity === 'warning').length;
  const count = (number: number, what: string) => `${number || 'no'} ${what}${number === 1 ? '' : 's'}`;
  return `${count(errors, 'error')}, ${count(warnings, 'warning')}`;
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}
