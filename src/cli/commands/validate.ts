import { Command } from 'commander';
import { loadConfiguration } from '../../config/load-configuration.ts';
import type { Finding } from '../../dataset/dataset.ts';
import { readDataset } from '../../dataset/load-dataset.ts';
import { splitSubjects } from '../../dataset/splits.ts';
import { validateDataset } from '../../dataset/validate-dataset.ts';
import { describeFault, Fault } from '../../foundation/fault.ts';
import { withProgress } from '../progress.ts';

interface Options {
  set: string[];
  json?: boolean;
}

export function validateCommand(): Command {
  return new Command('validate')
    .description('Check a configuration, and every subject of its data set in one pass.')
    .argument('<config>', 'a *.innereye.yaml file')
    .option(
      '--set <key=value>',
      'override a setting (repeatable)',
      (value: string, earlier: string[]) => [...earlier, value],
      [],
    )
    .option('--json', 'print JSON')
    .action(validate);
}

async function validate(config: string, { set, json }: Options): Promise<void> {
  const { settings, diagnostics } = await loadConfiguration(config, { set });
  const { dataset, faults } = await readDataset(settings.dataset);
  const split = await splitSubjects(dataset, settings.dataset.splits);
  const found = await withProgress('Checking subjects', progress =>
    validateDataset(dataset, settings.dataset, { split, ...progress }),
  );
  const reading = faults.map(
    ({ message, place, remedy = '' }): Finding => ({ severity: 'error', message, place, remedy }),
  );
  const findings = [...reading, ...found];
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) process.exitCode = 1;
  const sizes = { train: split.train.length, validation: split.validation.length, test: split.test.length };
  if (json) {
    console.log(JSON.stringify({ configuration: diagnostics, dataset: findings, subjects: sizes }, null, 2));
    return;
  }
  for (const { severity, message, location } of diagnostics) {
    console.error(`${severity}: ${message}\n  at ${location.file}:${location.line}:${location.column}`);
  }
  for (const finding of findings) console.error(describeFinding(finding));
  console.log(
    `${dataset.subjects.length} subjects: ${sizes.train} train, ${sizes.validation} validate, ${sizes.test} test`,
  );
  console.log(
    errors.length > 0
      ? `${errors.length} errors, ${findings.length - errors.length} warnings`
      : `no errors, ${findings.length} warnings`,
  );
}

const describeFinding = ({ severity, message, place, remedy }: Finding) =>
  describeFault(new Fault(`${severity}: ${message}`, { place, remedy }));
