import type { ScalarConfiguration } from '../schema/configuration.ts';
import type { Check, CheckFinding } from './check.ts';

const CLASS_LOSSES = ['cross_entropy', 'focal'];

/** Loss, targets and positions of a sequence task must go together. */
export const sequence: Check<ScalarConfiguration> = settings => {
  if (settings.task !== 'sequence') return [];
  const { dataset, loss } = settings;
  const findings: CheckFinding[] = [];
  const classes = 'column' in dataset.targets;
  if (loss !== undefined && CLASS_LOSSES.includes(loss.name) !== classes) {
    findings.push({
      severity: 'error',
      code: 'loss-of-other-targets',
      message: `the loss ${loss.name} is for ${classes ? 'numbers' : 'classes'}, and the targets are ${classes ? 'classes' : 'numbers'}`,
      remedy: `Take ${classes ? 'cross_entropy or focal' : 'squared_error, absolute_error or huber'}, or leave \`loss\` out.`,
      path: ['loss', 'name'],
      related: [{ message: 'the targets', path: ['dataset', 'targets'] }],
    });
  }
  const { minimum, maximum = Number.POSITIVE_INFINITY, target_positions, reference } = dataset.sequence;
  const named = {
    target_positions: Array.isArray(target_positions) ? target_positions : [],
    reference,
  };
  for (const [setting, positions] of Object.entries(named)) {
    positions.forEach((position, index) => {
      if (position >= minimum && position <= maximum) return;
      findings.push({
        severity: 'error',
        code: 'position-left-out',
        message: `the position ${position} is left out by \`minimum\` and \`maximum\``,
        remedy: 'Name positions of visits that the model is given.',
        path: ['dataset', 'sequence', setting, index],
      });
    });
  }
  return findings;
};
