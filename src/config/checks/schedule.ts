import type { Check, CheckFinding } from './check.ts';

/** Numbers of the schedule against each other, the learning rate and the length of training. */
export const schedule: Check = ({ schedule, optimizer, training }) => {
  const findings: CheckFinding[] = [];
  const add = (
    code: string,
    key: string,
    message: string,
    remedy: string,
    severity: 'error' | 'warning' = 'error',
  ) => findings.push({ severity, code, message, remedy, path: ['schedule', key] });

  if (schedule.name === 'multi_step') {
    const { milestones } = schedule;
    const wrong = milestones.findIndex((epoch, index) => index > 0 && epoch <= milestones[index - 1]);
    if (wrong !== -1) {
      add(
        'milestones',
        'milestones',
        `milestones must rise, but ${milestones[wrong]} follows ${milestones[wrong - 1]}`,
        'Put the epochs in order.',
      );
    }
    const beyond = milestones.filter(epoch => epoch >= training.epochs);
    if (beyond.length > 0) {
      add(
        'milestones-unreached',
        'milestones',
        `training ends after ${training.epochs} epochs, before the milestone ${beyond[0]}`,
        'Lower the milestones or raise `training.epochs`.',
        'warning',
      );
    }
  }
  if ('minimum' in schedule && schedule.minimum > optimizer.learning_rate) {
    add(
      'minimum-rate',
      'minimum',
      `the minimum ${schedule.minimum} is above the learning rate ${optimizer.learning_rate}`,
      'Lower `minimum`, or raise `optimizer.learning_rate`.',
    );
  }
  if (schedule.warmup_epochs > 0 && schedule.warmup_fraction > 0) {
    add(
      'two-warmups',
      'warmup_fraction',
      '`warmup_epochs` and `warmup_fraction` both say how long the rate rises',
      'Keep one of them.',
    );
  }
  if (schedule.warmup_epochs >= training.epochs) {
    add(
      'warmup-too-long',
      'warmup_epochs',
      `a warm-up of ${schedule.warmup_epochs} epochs leaves nothing of ${training.epochs}`,
      'Lower `warmup_epochs` or raise `training.epochs`.',
    );
  }
  return findings;
};
