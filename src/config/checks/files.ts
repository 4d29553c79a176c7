import type { Path } from '../tree.ts';
import type { Check, CheckFinding } from './check.ts';

/** Files and folders that a configuration names must exist. */
export const files: Check = ({ dataset, training, plugins }, { exists }) => {
  const findings: CheckFinding[] = [];
  const missing = (
    what: string,
    file: string,
    path: Path,
    remedy: string,
    severity: 'error' | 'warning' = 'error',
  ) => {
    if (exists(file)) return;
    findings.push({
      severity,
      code: 'missing-file',
      message: `${what} ${file} does not exist`,
      remedy,
      path,
    });
  };
  if (dataset.path !== undefined) {
    const remedy =
      'Paths are relative to the file that names them; `--set dataset.path=…` gives another for one run.';
    missing('the data set', dataset.path, ['dataset', 'path'], remedy, dataset.azure ? 'warning' : 'error');
  } else if (dataset.azure === undefined) {
    findings.push({
      severity: 'error',
      code: 'no-dataset',
      message: '`dataset` needs `path`',
      remedy: 'Give the folder of the data set, in the file or with `--set dataset.path=…`.',
      path: ['dataset', 'path'],
    });
  }
  if (dataset.splits.file !== undefined) {
    missing(
      'the file of splits',
      dataset.splits.file,
      ['dataset', 'splits', 'file'],
      'It is a csv with the columns subject and split.',
    );
  }
  if (training.initial_weights !== undefined) {
    missing(
      'the run or checkpoint',
      training.initial_weights,
      ['training', 'initial_weights'],
      'Name a run folder or a checkpoint in it.',
    );
  }
  const weights = training.initial_weights;
  if (weights !== undefined && exists(weights) && !/\.safetensors$/i.test(weights)) {
    if (!exists(`${weights}/checkpoints/best.safetensors`)) {
      findings.push({
        severity: 'error',
        code: 'no-weights',
        message: `${weights} has no weights: it is neither the folder of a run nor a checkpoint`,
        remedy: 'Name a run folder, such as outputs/2026-11-23T190506Z_liver, or a .safetensors file in it.',
        path: ['training', 'initial_weights'],
      });
    }
  }
  for (const [index, plugin] of plugins.entries()) {
    missing('the plugin', plugin, ['plugins', index], 'Name a TypeScript or JavaScript file.');
  }
  return findings;
};
