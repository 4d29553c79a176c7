import type { ScalarConfiguration } from '../schema/configuration.ts';
import type { Check, CheckFinding } from './check.ts';

const error = (code: string, path: readonly string[], message: string, remedy: string): CheckFinding => ({
  severity: 'error',
  code,
  message,
  remedy,
  path: [...path],
});

/** What the network of a classification, regression or sequence task is given must be there and fit it. */
export const scalarInput: Check<ScalarConfiguration> = settings => {
  const { dataset, input, architecture, task } = settings;
  const { channels, features } = dataset;
  const findings: CheckFinding[] = [];
  if (channels.length > 0 && input.size === undefined) {
    findings.push(
      error(
        'missing-input-size',
        ['dataset', 'channels'],
        'the configuration does not say which part of a scan the network is given',
        'Set input.size, [z, y, x] in voxels.',
      ),
    );
  }
  if (architecture.name === 'plugin') return findings;
  if (architecture.name === 'mlp' && channels.length > 0) {
    findings.push(
      error(
        'images-unseen',
        ['architecture', 'name'],
        'the architecture mlp sees no images, and the data set has some',
        'Take resnet or another architecture with an encoder, or leave `dataset.channels` out.',
      ),
    );
  }
  if (architecture.name === 'mlp' && features.numerical.length + features.categorical.length === 0) {
    findings.push(
      error(
        'nothing-to-see',
        ['architecture', 'name'],
        'the architecture mlp needs features, and the data set names none',
        'Name columns under `dataset.features`.',
      ),
    );
  }
  if (architecture.name !== 'mlp' && channels.length === 0) {
    findings.push(
      error(
        'images-missing',
        ['architecture', 'name'],
        `the architecture ${architecture.name} needs images, and the data set names none`,
        'Name channels under `dataset.channels`, or take the architecture mlp.',
      ),
    );
  }
  if (architecture.recurrence && task !== 'sequence') {
    findings.push(
      error(
        'recurrence-without-visits',
        ['architecture', 'recurrence'],
        'a recurrence needs visits, which only the task sequence has',
        'Leave `recurrence` out, or set `task: sequence`.',
      ),
    );
  }
  return findings;
};
